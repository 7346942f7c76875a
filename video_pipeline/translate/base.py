"""The contract of a translator, and the options of translation.

What is translated are sentences with what was heard of them, never cues: a cue is a fragment. A translator answers with texts
by the numbers of the sentences it was asked for; which time a text has is never its business, so nothing it answers can shift
a subtitle.

To add one:
1. write one file here with a class that satisfies `Translator`;
2. add its line to `TRANSLATORS` in `__init__.py`;
3. run `tests/translate/test_translators.py`, which checks every member of the table against the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Annotated, Protocol, runtime_checkable
from urllib.parse import parse_qsl, urlsplit

import msgspec

from video_pipeline.core.constraints import AboveZero, AtLeastOne, AtLeastZero, Count, FilePath, OneOf, check_fields
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.languages import is_language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token
from video_pipeline.translate import TRANSLATORS

AUTO = "auto"
_TAG = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*"
_PAIR = rf"({_TAG}\+{_TAG})?"
_SECRETS = re.compile(r"key|token|secret|password|auth", re.IGNORECASE)
ServerAddress = Annotated[str, msgspec.Meta(extra_json_schema={"format": "path"})]
"""Where this machine sends text: like the name of a file, not for a request from elsewhere to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationOptions:
    """Subtitles in other languages."""

    to: tuple[Annotated[str, msgspec.Meta(pattern=_TAG, examples=["en, ja, pt-BR or zh-Hant"])], ...] = ()
    """Languages to translate into, as tags such as `en`, `ja`, `pt-BR`; that of the video itself is left out."""

    bilingual: Annotated[str, msgspec.Meta(pattern=_PAIR, examples=["zh+en"])] = ""
    """Also subtitles in two languages at once, the first on top (`zh+en`); one may be that of the video. Empty for none."""

    translator: Annotated[str, OneOf("translator", TRANSLATORS, (AUTO,))] = AUTO
    """`openai` is any server that speaks OpenAI's protocol, `local` a model on this machine; `auto` takes `openai` if `url` is
    set."""

    url: ServerAddress = ""
    """Address of the server up to its `/v1`, such as `http://127.0.0.1:11434/v1`. A key comes from the environment alone:
    VIDEO_PIPELINE_TRANSLATOR_KEY, or OPENAI_API_KEY for api.openai.com."""

    model: FilePath = ""
    """The model: its name on the server (empty takes the first that the server lists), or a folder for `local`."""

    glossary: FilePath = ""
    """A TOML file with names, terms and tone, before those that the first pass finds; empty for none."""

    context: bool = True
    """Read the whole text first, for a summary, names, tone and who is who; written to `glossary.toml`, to be edited."""

    window: AtLeastOne = 20
    """Sentences in one request."""

    around: Count = 4
    """Sentences before and after a window that are shown with it."""

    shorter: Count = 2
    """How often a text that cannot be read in its time is asked for again, shorter."""

    attempts: AtLeastOne = 3
    """How often a sentence is asked for until its answer passes the checks; then it stays in its own language."""

    at_once: AtLeastOne = 1
    """Requests at the same time."""

    timeout_s: AboveZero = 120.0
    """Seconds of silence after which a request counts as failed."""

    patience_s: AtLeastZero = 300.0
    """Seconds that a busy server (429, 503) is waited for, in all, at each request."""

    price_in: AtLeastZero = 0.0
    """Price of a million tokens sent, for estimates; 0 if unknown."""

    price_out: AtLeastZero = 0.0
    """Price of a million tokens received; 0 if unknown."""

    def __post_init__(self) -> None:
        check_fields(self)
        for tag in (*self.to, *self.pair):
            if not is_language(tag):
                raise ValueError(f"{tag!r} is no language; write a tag such as en, ja or pt-BR")
        if self.bilingual and not self.to:
            raise ValueError("bilingual needs the language to translate into in `to`")
        require_harmless(self.url)

    @property
    def pair(self) -> tuple[str, ...]:
        """The languages of `bilingual`, the one on top first."""
        return tuple(self.bilingual.split("+")) if self.bilingual else ()

    @property
    def name(self) -> str:
        """Of the translator."""
        if self.translator != AUTO:
            return self.translator
        return "openai" if self.url else "local"


def require_harmless(url: str) -> None:
    """Raises ValueError for an address that is none of the web, or that holds a key: addresses are stored and shown."""
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url must start with http:// or https://")
    if parts.username or parts.password or any(_SECRETS.search(name) for name, _ in parse_qsl(parts.query)):
        raise ValueError("url must hold no key or password; VIDEO_PIPELINE_TRANSLATOR_KEY in the environment does")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence(Span):
    """What somebody said from one full stop to the next, and how."""

    text: str
    language: Language
    tokens: tuple[Token, ...] = ()
    """Its words with their times: where the target text gets its own from."""
    speaker: str | None = None
    emotion: Emotion | None = None
    emotion_p: float = 0.0
    sounds: tuple[Sound, ...] = ()
    """Heard while it was said."""
    laugh_s: float | None = None
    """Seconds from its end to the laugh that follows; None if nobody laughs."""
    joke: int = 0
    """Sentences of one joke have the same number, which is not 0: set-up and punchline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sentence as a translator is asked for it."""

    number: int
    """By which the answer names it. Neighbours have numbers that are no neighbours, so that an answer that counts by itself
    is found out."""
    sentence: Sentence
    most_characters: int | None = None
    """What can be read in its time; None where that is not known."""
    too_long: str = ""
    """An earlier translation, which takes longer to read than it can be shown."""
    fault: str = ""
    """What was wrong with the last answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence beside the window; `target` is empty where it is not translated yet."""

    source: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """What the first pass found out about the whole text."""

    summary: str = ""
    tone: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    """By speaker: sex, age, register, role."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """Names and terms, and how they are written in the target language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One request: sentences that follow each other, and what stands around them."""

    source: str
    """Tag of the language that is spoken."""
    target: str
    """Tag of the language to translate into."""
    asked: Sequence[Asked]
    before: Sequence[Pair] = ()
    after: Sequence[Pair] = ()
    notes: Notes = field(default_factory=Notes)
    """With the terms that occur in the window alone."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost."""

    tokens_in: int = 0
    tokens_out: int = 0
    requests: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.requests + other.requests,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a translator gave back: unchecked, perhaps with sentences missing or with too many."""

    texts: Mapping[int, str]
    """By the numbers of the sentences."""
    _: KW_ONLY
    doubled: frozenset[int] = frozenset()
    """Numbers that were answered more than once."""
    usage: Usage = field(default_factory=Usage)


class Translator(Protocol):
    """Translates windows of sentences; for any number of threads."""

    varies: bool
    """Whether another try may give another answer, and a fault that is named a better one."""

    def __init__(self, options: TranslationOptions) -> None:
        """Loads nothing and asks nothing yet."""

    @property
    def identity(self) -> str:
        """Part of the key of every stored sentence, so it must change whenever the model does. Holds no key or password."""
        ...

    def prepare(self) -> None:
        """Load the model, or ask the server for its name. Raises an EngineError, and MissingPackage."""
        ...

    def translate(self, window: Window) -> Answer:
        """Raises TranslatorFailed where no answer comes at all; what is wrong inside an answer is for `checks.py`."""
        ...


@runtime_checkable
class Surveys(Protocol):
    """A translator that can read a whole text first."""

    def survey(self, sentences: Sequence[Sentence], source: str, target: str) -> tuple[Notes, Usage]:
        """Summary, tone, people and names, as far as they can be told. Raises TranslatorFailed."""
        ...


@runtime_checkable
class FetchesModel(Protocol):
    """A translator whose model can be downloaded."""

    def lacks_model(self) -> bool:
        """Whether it could run here if its model were fetched. Does not ask the network."""
        ...

    def fetch_model(self, on_progress: Callable[[int, int], None], *, offline: bool = False) -> None:
        """Download it, once. `on_progress(done_bytes, total_bytes)` is first called when a server has answered.

        Raises TranslatorUnavailable.
        """
        ...
