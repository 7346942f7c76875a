"""Options as plain values by dotted name: what keys are made of, and what a folder remembers."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from video_pipeline.core.errors import OptionError
from video_pipeline.options import Options, load_options, options_tree
from video_pipeline.options.tree import leaves


def values(options: Options) -> dict[str, Any]:
    """Every option by its dotted name."""
    return dict(leaves(options_tree(options)))


def changed_values(options: Options) -> dict[str, Any]:
    """The options that differ from their defaults: one that a later version adds is not among them, and makes nothing stale."""
    usual = _defaults()
    return {name: value for name, value in values(options).items() if name not in usual or usual[name] != value}


def restored(changed: Mapping[str, Any]) -> Options:
    """Options from what `changed_values` gave, perhaps of another version: what is unknown today, or not allowed, is left out."""
    try:
        return load_options("default", changed)
    except OptionError:
        accepted: dict[str, Any] = {}
        for name, value in changed.items():
            with contextlib.suppress(OptionError):
                load_options("default", {**accepted, name: value})
                accepted[name] = value
        return load_options("default", accepted)


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    return values(Options())
