"""What a person does with translations: another text for a sentence, or the translator asked once more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.progress import Silent
from video_pipeline.translate.scripts import one_line
from video_pipeline.video.base import Given
from video_pipeline.video.engine import Phases
from video_pipeline.video.stages.translate import Translate
from video_pipeline.video.translations import TranslationsFile, edits_in
from video_pipeline.video.video import Video
from video_pipeline.video.workspace import EDITS_FILE, Workspace


def put_translation(video: Video, tag: str, number: int, text: str) -> None:
    """Have another translation of sentence `number` (from 0), in this and all later runs, as long as the sentence is the same.

    Files are stale then: `Video.write` makes them again. Raises UnknownName, BadValue.
    """
    found, words = _found(video, tag, number), one_line(text)
    if not words:
        raise BadValue("text", "this is empty; a sentence keeps some translation")
    engine = video._engine  # whose record of the folder is the one that is written
    _keep_edit(engine.space, found, tag, number, words)
    engine.amend(Translate.name, lambda given: Translate().save(found.with_text(tag, number, words), given))
    video.write()


def translate_again(video: Video, tag: str, number: int) -> None:
    """Ask the translator for sentence `number` once more, and for all that were corrected since.

    Raises UnknownName, BadValue, and what a translator raises; what was there stays then.
    """
    found, engine, stage = _found(video, tag, number), video._engine, Translate()
    _keep_edit(engine.space, found, tag, number, "")

    def save(given: Given) -> Sequence[Path]:
        stage.forget(given, tag, found.sentences[number].text)
        return stage.save(stage.make(given, Phases(Silent())), given)

    engine.amend(Translate.name, save)
    video.write()


def _keep_edit(space: Workspace, found: TranslationsFile, tag: str, number: int, text: str) -> None:
    sources = [sentence.text for sentence in found.sentences]
    space.write_json(space.path(EDITS_FILE), edits_in(space).with_edit(tag, sources, number, text))


def _found(video: Video, tag: str, number: int) -> TranslationsFile:
    """Raises UnknownName, BadValue."""
    found = video.of(Translate)
    if tag not in found.languages:
        raise UnknownName("language", tag, tuple(found.languages))
    if not 0 <= number < len(found.sentences):
        raise BadValue("number", f"there are {len(found.sentences)} sentences")
    return found
