"""Translates all sentences of a text into one language: from the cache, by windows, checked, asked again, and made shorter.

Whatever a translator answers, every sentence gets exactly one text: its translation, or its own words with the reason why.
"""

from __future__ import annotations

import dataclasses
import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from video_pipeline.core.files import key_of
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import by_code
from video_pipeline.translate.base import Asked, Notes, Pair, Sentence, TranslationOptions, Translator, Usage, Window
from video_pipeline.translate.cache import SentenceCache, sentence_key
from video_pipeline.translate.checks import TOO_SHORT, are_moved, fault_of, restored
from video_pipeline.translate.glossary import terms_in
from video_pipeline.translate.scripts import is_other_language, measure
from video_pipeline.translate.swapped import swapped
from video_pipeline.translate.windows import halves, windows_of

_STEP = 7
"""Between the numbers of neighbours: an answer that counts from one to the next is not taken for another's."""
_FIRST = 101
OTHER_LANGUAGE = "the answer is in another language"
MOVED = "the texts seem to belong to other sentences"
SWAPPED = "the text seems to be that of a sentence beside it"
_UNASKED = "no answer of this translator was of use"
_HOPELESS = 24
"""Answers without any text of use, one after the other, after which no more are asked for."""
_LEAST_SHARE = 0.8
"""Of the budget: however much longer than asked for an answer was, the next request asks for no less."""
_LEAST_HALVED = 3
"""Smaller windows are divided into their sentences."""
Fits = Callable[[Sequence[str]], Mapping[int, int]]
"""Given all texts, the sentences that cannot be read in their time, each with the characters that can."""


@dataclass(frozen=True, slots=True)
class Translated:
    """One sentence in the target language."""

    text: str
    fault: str = ""
    """Why it is still in its own language; empty if it is translated."""


@dataclass(kw_only=True)
class Job:
    """One text to be translated into one language."""

    sentences: Sequence[Sentence]
    source: str
    """Tag of the language that is spoken most."""
    target: str
    options: TranslationOptions
    translator: Translator
    cache: SentenceCache
    notes: Notes = field(default_factory=Notes)
    budgets: Mapping[int, int] = field(default_factory=dict)
    """By sentence, the characters that can be read in its time, if known."""
    fixed: Mapping[int, str] = field(default_factory=dict)
    """By sentence, the translations that a person wrote."""
    on_progress: Callable[[int], None] = lambda done: None
    """Told how many sentences are done."""


class _Shortened(NamedTuple):
    """A request for a shorter text, and its answer."""

    asked: int
    """Characters that were asked for."""
    got: float
    """Characters that came back; infinite if none of use."""

    def budget(self, most: int) -> int:
        """What to ask for next, so that at most so many come: as much less as this answer was longer than asked for."""
        if self.got <= self.asked:
            return most
        share = max(_LEAST_SHARE, self.asked / self.got)
        return max(1, min(int(most * share), self.asked - 1))


class Translation:
    """The work on one `Job`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.usage = Usage()
        self._lock = threading.Lock()
        self._faults: dict[int, str] = {}
        """The last fault of each sentence, whether or not it was mended since."""
        self._in_vain = 0
        """Answers in a row without a single text of use."""
        self._texts: dict[int, str] = {}
        self._shortened: dict[int, _Shortened] = {}
        """What the last request for a shorter text came to."""
        self._terms = [terms_in(sentence.text, job.notes.terms) for sentence in job.sentences]
        self._keys = keys_of(job)

    def run(self, fits: Fits | None = None) -> list[Translated]:
        """All sentences in order. What was translated stays in the cache whatever is raised.

        Raises:
            TranslatorFailed: no answer comes. CannotWrite: the cache cannot be written.
        """
        wanted = []
        for k, key in enumerate(self._keys):
            if text := self._own(k) or self.job.cache.get(key):
                self._texts[k] = text
            else:
                wanted.append(k)
        self._report()
        windows = list(windows_of(self.job.sentences, wanted, self.job.options.window))
        if self.job.options.at_once > 1 and len(windows) > 1:
            with ThreadPoolExecutor(self.job.options.at_once) as threads:
                for _ in threads.map(self._translate, windows):
                    pass
        else:
            for window in windows:
                self._translate(window)
        if self.job.translator.varies:
            self._ask_alone(self._swapped())
        for _ in range(self.job.options.shorter if fits is not None else 0):
            assert fits is not None
            if not self._shorten(fits(self._all())):
                break
        return [Translated(text, "" if k in self._texts else self._faults.get(k, _UNASKED)) for k, text in enumerate(self._all())]

    def _own(self, k: int) -> str:
        """The text of a sentence that needs no translator: a person's, or its own without words or in that language."""
        sentence, target = self.job.sentences[k], self.job.target
        if k in self.job.fixed:
            return self.job.fixed[k]
        is_there = sentence.language == by_code(target.lower()) and sentence.language is not Language.UNKNOWN
        return sentence.text if is_there or not any(map(str.isalnum, sentence.text)) else ""

    def _all(self) -> list[str]:
        return [self._texts.get(k, sentence.text) for k, sentence in enumerate(self.job.sentences)]

    def _translate(self, window: Sequence[int], attempt: int = 1) -> None:
        """Ask for a window; again for what is missing or wrong, in smaller windows. What stays wrong has no text in the end."""
        wrong = {} if self._is_hopeless else self._ask(window)
        rest = [k for k in window if k in wrong]
        most = self.job.options.attempts if self.job.translator.varies else 1
        if not rest or self._is_hopeless or (len(window) == 1 and attempt >= most):
            return
        if len(window) == 1 or (len(rest) < len(window) and attempt < most):
            parts, attempt = [rest], attempt + 1
        elif len(rest) == len(window) and len(window) > _LEAST_HALVED:
            parts = [part for part in halves(self.job.sentences, rest) if part]
        else:
            parts, attempt = [[k] for k in rest], min(attempt + 1, most)
        for part in parts:
            self._translate(part, attempt)

    @property
    def _is_hopeless(self) -> bool:
        """Whether answer after answer was of no use: not worth the price of asking for every sentence several times."""
        return self._in_vain >= _HOPELESS

    def _ask(self, window: Sequence[int]) -> dict[int, str]:
        """The faults of the answers, by sentence; right answers are kept."""
        numbers = {k: _FIRST + _STEP * place for place, k in enumerate(window)}
        answer = self.job.translator.translate(self._window(window, numbers))
        with self._lock:
            self.usage += answer.usage
        wrong: dict[int, str] = {}
        counts_itself = not (answer.texts.keys() <= set(numbers.values()) or answer.texts.keys() >= set(numbers.values()))
        for k, number in numbers.items():
            if number in answer.doubled:
                wrong[k] = "it is answered twice"
            elif number not in answer.texts or counts_itself:
                wrong[k] = "it is not answered"
        for k in [k for k in wrong if len(window) > 1]:  # a sentence that is missing may be in its neighbour's text
            place = window.index(k)
            for beside in window[max(0, place - 1) : place + 2]:
                wrong.setdefault(beside, "it may hold the text of its neighbour")
        for k in window:
            if k not in wrong and (fault := self._fault(k, answer.texts[numbers[k]])):
                wrong[k] = fault
        sources = self.job.sentences
        right = {k: restored(sources[k].text, answer.texts[numbers[k]]) for k in window if k not in wrong}
        if right and is_other_language(" ".join(right.values()), self.job.target):
            wrong, right = wrong | dict.fromkeys(right, OTHER_LANGUAGE), {}
        given = [k for k in window if numbers[k] in answer.texts]
        if are_moved([self.job.sentences[k].text for k in given], [answer.texts[numbers[k]] for k in given]):
            wrong, right = wrong | dict.fromkeys(right, MOVED), {}
        self._keep(right)
        with self._lock:
            self._faults |= wrong
            self._in_vain = 0 if right else self._in_vain + 1
        return wrong

    def _fault(self, k: int, text: str) -> str:
        sentence = self.job.sentences[k]
        source = str(sentence.language) if str(sentence.language) != "und" else self.job.source
        return fault_of(sentence, text, source, self.job.target, self._terms[k])

    def _keep(self, right: Mapping[int, str]) -> None:
        with self._lock:
            self._texts |= right
        self.job.cache.put({self._keys[k]: text for k, text in right.items()})
        self._report()

    def _report(self) -> None:
        self.job.on_progress(len(self._texts))

    def _swapped(self) -> list[int]:
        """Translated sentences whose texts seem to have changed places, and that were not asked for alone yet."""
        translated = [k for k in sorted(self._texts) if not self._own(k)]
        found = swapped([self.job.sentences[k].text for k in translated], [self._texts[k] for k in translated])
        return [translated[place] for place in sorted(found)]

    def _ask_alone(self, suspected: Sequence[int]) -> None:
        """An answer to one sentence cannot belong to another. Asked for once: what comes is kept, and known in the next run."""
        texts = {k: self._texts.pop(k) for k in suspected}
        for k, text in texts.items():
            key = key_of(self._keys[k], text, SWAPPED)
            if known := self.job.cache.get(key):
                self._texts[k] = known
                continue
            self._faults[k] = SWAPPED
            self._translate([k])
            if k in self._texts:
                self.job.cache.put({key_of(self._keys[k], each, SWAPPED): self._texts[k] for each in (text, self._texts[k])})

    def _shorten(self, too_long: Mapping[int, int]) -> bool:
        """Ask again for texts that are too long; keep those that come back shorter. False if it is no use to go on."""
        wanted, gained = [], False
        budgets = {k: self._shortened[k].budget(most) if k in self._shortened else most for k, most in too_long.items()}
        for k in (k for k in sorted(budgets) if k in self._texts and not self._own(k)):
            if known := self.job.cache.get(self._short_key(k, budgets)):
                gained = gained or known != self._texts[k]
                self._shortened[k] = _Shortened(budgets[k], len(known) if known != self._texts[k] else math.inf)
                self._texts[k] = known
            else:
                wanted.append(k)
        for window in windows_of(self.job.sentences, wanted, self.job.options.window):
            numbers = {k: _FIRST + _STEP * place for place, k in enumerate(window)}
            answer = self.job.translator.translate(self._window(window, numbers, budgets))
            self.usage += answer.usage
            given = {
                k: restored(self.job.sentences[k].text, answer.texts[number])
                for k, number in numbers.items()
                if number in answer.texts
            }
            right = {k: text for k, text in given.items() if numbers[k] not in answer.doubled and self._is_shorter(k, text)}
            keys = {k: self._short_key(k, budgets) for k in window}
            if len(given) != len(window):  # one that misses some may have moved the others
                right = {}
            gained = gained or bool(right)
            self._texts |= right
            self._shortened |= {k: _Shortened(budgets[k], len(right[k]) if k in right else math.inf) for k in window}
            self.job.cache.put({keys[k]: self._texts[k] for k in window})
        return gained or (bool(budgets) and self.job.translator.varies)

    def _is_shorter(self, k: int, text: str) -> bool:
        """Whether a text may stand for the one that is too long: however short, if nothing else is wrong with it."""
        return measure(text) < measure(self._texts[k]) and self._fault(k, text) in ("", TOO_SHORT)

    def _short_key(self, k: int, budgets: Mapping[int, int]) -> str:
        """Of the shorter text of a sentence, also where there is none to be had: asked for once."""
        return key_of(self._keys[k], self._texts[k], budgets[k])

    def _window(self, window: Sequence[int], numbers: Mapping[int, int], budgets: Mapping[int, int] | None = None) -> Window:
        job, around = self.job, self.job.options.around
        sentences = job.sentences
        first, last = window[0], window[-1]
        shared: dict[str, str] = {}
        for k in window:
            shared |= self._terms[k]
        asked = [
            Asked(
                number=numbers[k],
                sentence=sentences[k],
                most_characters=(budgets or job.budgets).get(k),
                too_long=self._texts[k] if budgets else "",
                fault="" if budgets else self._faults.get(k, ""),
            )
            for k in window
        ]
        people = {name: words for name, words in job.notes.people.items() if any(s.speaker == name for s in sentences)}
        return Window(
            source=job.source,
            target=job.target,
            asked=asked,
            before=[Pair(sentences[k].text, self._texts.get(k, "")) for k in range(max(0, first - around), first)],
            after=[Pair(sentences[k].text) for k in range(last + 1, min(len(sentences), last + 1 + around // 2))],
            notes=dataclasses.replace(job.notes, terms=shared, people=people or job.notes.people),
        )


def keys_of(job: Job) -> list[str]:
    """The key of each sentence in the cache."""
    seen: Counter[str] = Counter()
    keys = []
    for sentence in job.sentences:
        terms = terms_in(sentence.text, job.notes.terms)
        voice = f"{sentence.speaker or ''} {sentence.emotion or ''}"
        languages = (str(sentence.language), job.target)
        keys.append(sentence_key(job.translator.identity, languages, sentence.text, voice, terms, seen[sentence.text]))
        seen[sentence.text] += 1
    return keys
