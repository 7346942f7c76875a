"""Any server that speaks OpenAI's chat protocol: Ollama, LM Studio, vLLM, llama.cpp's server, the clouds."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from video_pipeline.translate.base import Answer, Notes, Sentence, TranslationOptions, Usage, Window
from video_pipeline.translate.chat import Chat, Endpoint
from video_pipeline.translate.errors import TranslatorUnavailable
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
        self._model = options.model
        self._chat: Chat | None = None
        self._opening = threading.Lock()

    @property
    def identity(self) -> str:
        """The model's name, wherever it runs; where none is given the address, whose server chooses one."""
        return f"openai {_REVISION} {self._options.model or self._options.url}"

    def prepare(self) -> None:
        """Raises TranslatorUnavailable without an address or a model, and TranslatorFailed."""
        with self._opening:
            if self._chat is not None:
                return
            if not self._options.url:
                raise TranslatorUnavailable("openai", "no address of a server is given")
            chat = Chat(Endpoint.of(self._options))
            if not self._model:
                names = chat.models()
                if not names:
                    raise TranslatorUnavailable("openai", "the server lists no model, and none is named")
                self._model = names[0]
            self._chat = chat

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
        assert self._chat is not None
        began_s = time.monotonic()
        reply = self._chat.ask(self._model, messages, form)
        seconds = time.monotonic() - began_s
        return reply.text, Usage(reply.tokens_in, reply.tokens_out, 1, round(seconds, 3))
