"""A server and its model, ready to be asked; for translation and for whatever else a part of the program asks a model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from video_pipeline.translate.base import TranslationOptions, Usage
from video_pipeline.translate.chat import Chat, Endpoint
from video_pipeline.translate.errors import TranslatorUnavailable


@dataclass(frozen=True, slots=True)
class AskedModel:
    """One model of a server."""

    chat: Chat
    name: str

    @classmethod
    def of(cls, options: TranslationOptions) -> AskedModel:
        """The model of the options; where none is named the first that the server lists.

        Raises TranslatorUnavailable without an address or a model, and TranslatorFailed.
        """
        if not options.url:
            raise TranslatorUnavailable("openai", "no address of a server is given")
        chat = Chat(Endpoint.of(options))
        names = [options.model] if options.model else chat.models()
        if not names:
            raise TranslatorUnavailable("openai", "the server lists no model, and none is named")
        return cls(chat, names[0])

    def ask(self, messages: Sequence[Mapping[str, str]], form: Mapping[str, Any]) -> tuple[str, Usage]:
        """An answer and what it took. Raises TranslatorFailed, TranslatorRefused, TranslatorUnavailable."""
        began_s = time.monotonic()
        reply = self.chat.ask(self.name, messages, form)
        return reply.text, Usage(reply.tokens_in, reply.tokens_out, 1, round(time.monotonic() - began_s, 3))
