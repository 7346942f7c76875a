"""Any server that speaks OpenAI's chat protocol: Ollama, LM Studio, vLLM, llama.cpp's server, the clouds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from video_pipeline.translate.asking import AskedModel
from video_pipeline.translate.base import Answer, Notes, Sentence, TranslationOptions, Usage, Window
from video_pipeline.translate.prompts import ANSWER_SCHEMA, answer_of, most_tokens, notes_of, survey_messages, window_messages

_REVISION = "1"
"""Raised when the instructions change so that stored sentences should be translated again."""
_ANSWER_FORM = {"type": "json_schema", "json_schema": {"name": "translations", "strict": True, "schema": ANSWER_SCHEMA}}
_SURVEY_TOKENS = 1500


class OpenAiTranslator:
    """Sends windows of sentences with their context; streams the answers, so that a slow model is no silent one."""

    varies = True

    def __init__(self, options: TranslationOptions) -> None:
        self._options = options
        self._asked: AskedModel | None = None
        self._opening = threading.Lock()

    @property
    def identity(self) -> str:
        """The model's name, wherever it runs; where none is given the address, whose server chooses one."""
        return f"openai {_REVISION} {self._options.model or self._options.url}"

    def prepare(self) -> None:
        """Raises TranslatorUnavailable without an address or a model, and TranslatorFailed."""
        with self._opening:
            if self._asked is None:
                self._asked = AskedModel.of(self._options)

    def translate(self, window: Window) -> Answer:
        form = {"response_format": _ANSWER_FORM, "max_tokens": most_tokens(window), "temperature": 0.3}
        text, usage = self._ask(window_messages(window), form)
        return answer_of(text, usage)

    def survey(self, sentences: Sequence[Sentence], source: str, target: str) -> tuple[Notes, Usage]:
        """Parts of a long text are read one after the other, and what they tell put together."""
        whole, usage = Notes(), Usage()
        for messages in survey_messages(sentences, source, target):
            form = {"response_format": {"type": "json_object"}, "max_tokens": _SURVEY_TOKENS, "temperature": 0.2}
            text, cost = self._ask(messages, form)
            found, usage = notes_of(text), usage + cost
            whole = Notes(
                f"{whole.summary} {found.summary}".strip(),
                whole.tone or found.tone,
                {**found.people, **whole.people},
                {**found.terms, **whole.terms},
            )
        return whole, usage

    def _ask(self, messages: Sequence[dict[str, str]], form: dict[str, Any]) -> tuple[str, Usage]:
        self.prepare()
        assert self._asked is not None
        return self._asked.ask(messages, form)
