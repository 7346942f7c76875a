"""The words in other languages: asked for sentence by sentence, kept, laid out, written."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from video_pipeline.core.files import file_digest
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import NAMES
from video_pipeline.options import Options
from video_pipeline.subtitles.files import files_of
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.spoken import spoken
from video_pipeline.translate import TRANSLATORS
from video_pipeline.translate.base import Sentence, Surveys, TranslationOptions, Translator, Usage
from video_pipeline.translate.cache import SentenceCache
from video_pipeline.translate.cost import Estimate, estimated
from video_pipeline.translate.glossary import Glossary, harmless, read_glossary
from video_pipeline.translate.sentences import sentences_of
from video_pipeline.translate.translating import Job, Translation, keys_of
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.bilingual import Shown, paired
from video_pipeline.video.records import EMOTION_KEYS, QualityFile
from video_pipeline.video.stages.cues import Cues, Layout
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.shots import Shots
from video_pipeline.video.stages.subtitles import appearance, stem_of, subtitle_name
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.translations import (
    Frame,
    InOneLanguage,
    TranslationsFile,
    budgets_of,
    edits_in,
    stored,
    too_long,
    untranslated,
)
from video_pipeline.video.translator import fetch_translator
from video_pipeline.video.workspace import GLOSSARY_FILE

if TYPE_CHECKING:
    from video_pipeline.video.engine import Engine

TRANSLATIONS_FILE = "translations.json"
CACHE_FILE = ".translations.jsonl"
IF_TRANSLATED = MappingProxyType({"translated": "translation.to"})
_SURVEYING = ("to", "bilingual", "translator", "url", "model", "context", "timeout_s", "patience_s")
_ASKING = (
    *("to", "bilingual", "translator", "url", "model", "glossary", "window", "around", "shorter"),
    *("attempts", "at_once", "timeout_s", "patience_s"),
)
"""Options that decide what is asked for and how; the others decide what is made of it."""


def targets_of(options: TranslationOptions, source: Language) -> tuple[str, ...]:
    """The languages to translate into: those that are asked for, without the one that is spoken."""
    asked = dict.fromkeys((*options.to, *options.pair))
    return tuple(tag for tag in asked if not is_spoken(tag, source))


def is_spoken(tag: str, source: Language) -> bool:
    """Whether a tag names the language that is spoken."""
    return language_of_tag(tag) == source and source is not Language.UNKNOWN


class TextGlossary(BaseStage[Glossary]):
    """What is known of names and tone: the file in the folder, which a first pass over the text writes once for each language.

    What a person wrote into it stays, also where the words changed since.
    """

    name = "glossary"
    needs = ("words", "events")
    takes_model = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return tuple(f"translation.{name}" for name in _SURVEYING)

    def make(self, given: Given, progress: StageProgress) -> Glossary:
        options, language = given.options.translation, given.of(ShownWords).language
        own, text = self.load(given), said_of(given)
        translator: Translator = TRANSLATORS.load(options.name)(options)
        wanted = [tag for tag in targets_of(options, language) if tag not in own.terms]
        if not (options.context and text and isinstance(translator, Surveys)):
            return own
        for tag in wanted:
            notes, usage = translator.survey(text, str(language), tag)
            own = own.with_notes(tag, harmless(notes, "\n".join(sentence.text for sentence in text)))
            progress.notice(f"first pass for {tag}: {usage.tokens_in} tokens sent and {usage.tokens_out} received")
        return own

    def save(self, value: Glossary, given: Given) -> Sequence[Path]:
        path = given.space.path(GLOSSARY_FILE)
        if value == Glossary():
            return []
        given.space.write(path, value.as_toml().encode())
        return [path]

    def load(self, given: Given) -> Glossary:
        path = given.space.path(GLOSSARY_FILE)
        return read_glossary(path) if path.is_file() else Glossary()


def said_of(given: Given) -> list[Sentence]:
    """What is to be translated."""
    events = given.of(Events)
    return sentences_of(spoken(given.of(ShownWords).segments, events), events)


class Translate(BaseStage[TranslationsFile]):
    """Asks the translator for every sentence that is not known yet. Reading a finished folder never asks it for anything."""

    name = "translate"
    revision = 2
    needs = ("identify", "words", "events", "glossary")
    needs_if = MappingProxyType({"shots": "subtitles.shots"})
    takes_model = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion", "subtitles", *(f"translation.{name}" for name in _ASKING))

    def depends_on(self, given: Given) -> object:
        """Glossaries and edits, which are a person's own."""
        options = given.options.translation
        files = [given.space.path(GLOSSARY_FILE), *([Path(options.glossary)] if options.glossary else [])]
        return [file_digest(path) for path in files if path.is_file()], edits_in(given.space)

    def make(self, given: Given, progress: StageProgress) -> TranslationsFile:
        options, transcript = given.options.translation, given.of(ShownWords)
        targets = targets_of(options, transcript.language)
        sentences = said_of(given)
        found: dict[str, InOneLanguage] = {}
        if targets and sentences:
            translator = fetch_translator(given.options, progress)
            translator.prepare()
        else:
            translator = TRANSLATORS.load(options.name)(options)
        progress.phase(self.name, float(len(sentences) * len(targets)))
        for number, tag in enumerate(targets):
            work = self._work(given, tag, sentences, translator)
            work.job.on_progress = partial(_advance, progress, number * len(sentences))
            rows = work.run(partial(_fits, sentences, tag, self.frame(given)))
            faults = {k: row.fault for k, row in enumerate(rows) if row.fault}
            found[tag] = InOneLanguage(texts=tuple(row.text for row in rows), faults=faults, usage=work.usage)
            _tell(tag, rows_count=len(rows), faults=faults, usage=work.usage, progress=progress)
        return TranslationsFile(
            language=transcript.language,
            translator=translator.identity,
            sentences=tuple(map(stored, sentences)),
            languages=found,
        )

    def forget(self, given: Given, tag: str, text: str) -> None:
        """Have a sentence translated again the next time, wherever it stands."""
        translator: Translator = TRANSLATORS.load(given.options.translation.name)(given.options.translation)
        job = self._work(given, tag, said_of(given), translator).job
        job.cache.forget([key for sentence, key in zip(job.sentences, keys_of(job), strict=True) if sentence.text == text])

    def save(self, value: TranslationsFile, given: Given) -> Sequence[Path]:
        path = given.space.path(TRANSLATIONS_FILE)
        given.space.write_json(path, value, leave_out=() if given.options.emotion else EMOTION_KEYS)
        return [path]

    def load(self, given: Given) -> TranslationsFile:
        return given.space.read_json(given.space.path(TRANSLATIONS_FILE), TranslationsFile)

    def frame(self, given: Given) -> Frame:
        """What the target text is laid out in."""
        return frame_of(given)

    def _work(self, given: Given, tag: str, sentences: Sequence[Sentence], translator: Translator) -> Translation:
        options, space = given.options.translation, given.space
        glossary = given.of(TextGlossary)
        if options.glossary:
            glossary = glossary.under(read_glossary(Path(options.glossary)))
        return Translation(
            Job(
                sentences=sentences,
                source=str(given.of(ShownWords).language),
                target=tag,
                options=options,
                translator=translator,
                cache=SentenceCache(space.path(CACHE_FILE)),
                notes=glossary.notes(tag),
                budgets=budgets_of(sentences, tag, given.options.subtitles),
                fixed=edits_in(space).of(tag, [sentence.text for sentence in sentences]),
            )
        )


def estimate(engine: Engine) -> Estimate:
    """What translating what was heard will cost: sentences that are in the folder cost nothing. Asks no translator."""
    options, transcript = engine.options.translation, engine.of(ShownWords)
    sentences = sentences_of(spoken(transcript.segments, engine.of(Events)), engine.of(Events))
    path = engine.space.path(GLOSSARY_FILE)
    glossary = read_glossary(path) if path.is_file() else Glossary()
    if options.glossary:
        glossary = glossary.under(read_glossary(Path(options.glossary)))
    translator: Translator = TRANSLATORS.load(options.name)(options)
    cache, wanted, cached = SentenceCache(engine.space.path(CACHE_FILE)), [], 0
    for tag in targets_of(options, transcript.language):
        job = Job(
            sentences=sentences,
            source=str(transcript.language),
            target=tag,
            options=options,
            translator=translator,
            cache=cache,
            notes=glossary.notes(tag),
        )
        missing = [sentence.text for sentence, key in zip(sentences, keys_of(job), strict=True) if not cache.get(key)]
        wanted.append(missing)
        cached += len(sentences) - len(missing)
    duration_s = transcript.media.duration_s
    return dataclasses.replace(estimated(wanted, duration_s, cached, options), sentences=len(sentences))


def _advance(progress: StageProgress, before: int, done: int) -> None:
    progress.advance(float(before + done))


def _fits(sentences: Sequence[Sentence], tag: str, frame: Frame, texts: Sequence[str]) -> Mapping[int, int]:
    return too_long(sentences, texts, tag, frame)


def _tell(tag: str, *, rows_count: int, faults: Mapping[int, str], usage: Usage, progress: StageProgress) -> None:
    language = NAMES[language_of_tag(tag) or Language.UNKNOWN].english if language_of_tag(tag) else tag
    cost = f", {usage.tokens_in} tokens sent and {usage.tokens_out} received" if usage.requests else ""
    progress.notice(f"{language}: {rows_count - len(faults)} of {rows_count} sentences translated{cost}")
    if faults:
        first = next(iter(faults.values()))
        progress.notice(f"{len(faults)} stay in their own language, which translations.json explains; the first since {first}")


def frame_of(given: Given) -> Frame:
    """For a layout of one's own, by the words that were said."""
    cuts_s = given.of(Shots) if given.needs(Shots) else ()
    source = given.of(Identify)
    return Frame(
        options=given.options.subtitles,
        events=given.of(Events),
        rate_fps=source.rate_fps,
        cuts_s=cuts_s,
        media_end_s=source.end_s,
    )


class Translated(DerivedStage[tuple[Shown, ...]]):
    """The cues in every language that was translated into, and in two languages at once. Not stored."""

    name = "translated"
    revision = 3
    """3: labels of two languages at once stand in the upper one."""
    needs = ("identify", "events", "cues", "translate")
    needs_if = MappingProxyType({"shots": "subtitles.shots"})

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "translation.to", "translation.bilingual")

    def make(self, given: Given, progress: StageProgress) -> tuple[Shown, ...]:
        found, frame = given.of(Translate), self.frame(given)
        draft = given.of(Cues).draft
        shown = [Shown(tag, _layout(found, tag, frame, draft=draft)) for tag in found.languages]
        pair = given.options.translation.pair
        if pair and any(tag in found.languages for tag in pair):
            shown.append(self._pair(given, found, pair))
        return tuple(shown)

    def frame(self, given: Given) -> Frame:
        return frame_of(given)

    def narrow_frame(self, given: Given) -> Frame:
        """For two languages at once: one line of each."""
        frame = self.frame(given)
        return frame if frame.fixed else dataclasses.replace(frame, options=dataclasses.replace(frame.options, lines=1))

    def _pair(self, given: Given, found: TranslationsFile, pair: Sequence[str]) -> Shown:
        """Both at the same times: those of what is said, where that is one of the two, else those of the upper one."""
        leading = next((k for k, tag in enumerate(pair) if is_spoken(tag, found.language)), 0)
        cues, findings = paired(self.narrow_frame(given), found, pair, leading)
        language = language_of_tag(pair[0]) or Language.UNKNOWN
        layout = Layout(cues, findings, language, given.of(Cues).draft, "" if pair[0] == language else pair[0])
        return Shown("-".join(pair), layout, is_pair=True)


def _layout(found: TranslationsFile, tag: str, frame: Frame, *, draft: bool) -> Layout:
    own, language = found.languages[tag], language_of_tag(tag) or Language.UNKNOWN
    cues = frame.cues(found.sentences, own.texts, tag)
    findings = [*frame.findings(cues), *untranslated(cues, found.sentences, own.faults)]
    findings.sort(key=lambda finding: finding.cue)
    return Layout(cues, tuple(findings), language, draft, "" if tag == language else tag)


@dataclass(frozen=True, slots=True)
class TranslatedContents:
    """What was written, or is to be written, by file name."""

    contents: Mapping[str, bytes]


class TranslatedFiles(BaseStage[TranslatedContents]):
    """All formats in all languages, and `qc.LANGUAGE.json` about each."""

    name = "translated_files"
    needs = ("identify", "cues", "translated")

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles", "translation.to")

    def make(self, given: Given, progress: StageProgress) -> TranslatedContents:
        looks, stem, formats = appearance(given), stem_of(given), given.options.subtitles.formats
        return TranslatedContents(
            {
                subtitle_name(stem, f"{shown.tag}.{end}"): content
                for shown in given.of(Translated)
                for name in formats
                for end, content in files_of(name, shown.cues(name), looks).items()
            }
        )

    def save(self, value: TranslatedContents, given: Given) -> Sequence[Path]:
        space = given.space
        for name, content in value.contents.items():
            space.write(space.path(name), content)
        reports = []
        for shown in given.of(Translated):
            reports.append(space.path(f"qc.{shown.tag}.json"))
            space.write_json(reports[-1], QualityFile(len(shown.cues("")), shown.layout.findings))
        return [*(space.path(name) for name in value.contents), *reports]

    def load(self, given: Given) -> TranslatedContents:
        files = [path for path in given.outputs(self.name) if not path.name.startswith("qc.")]
        return TranslatedContents({path.name: path.read_bytes() for path in files})
