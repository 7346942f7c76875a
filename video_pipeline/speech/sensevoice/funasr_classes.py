"""The classes of funasr that build the model, without importing all of funasr.

`import funasr` imports each of its submodules and with them transformers, scikit-learn, pandas and more: 7 s on an idle machine.
The modules of these classes alone take 0.3 s. So they are imported under a package that has funasr's path but has not run its
`__init__`, which is taken away again: whoever imports funasr later gets the whole of it.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@functools.cache
def tables() -> Any:
    """funasr's tables of classes: the whole ones if funasr is imported already, else with the few that are needed."""
    if "funasr" not in sys.modules:
        with _without_init():
            try:
                return _imported()
            except ImportError:
                pass  # a version whose modules need the package itself
    return _imported()


def _imported() -> Any:
    """Importing a module registers its classes."""
    import funasr.frontends.wav_frontend
    import funasr.models.sense_voice.model
    import funasr.tokenizer.sentencepiece_tokenizer  # noqa: F401
    from funasr.register import tables as found

    return found


@contextmanager
def _without_init() -> Iterator[None]:
    spec = importlib.util.find_spec("funasr")
    assert spec is not None and spec.submodule_search_locations is not None, "the engine checks that funasr is installed"
    bare = types.ModuleType("funasr")
    bare.__path__, bare.__spec__ = list(spec.submodule_search_locations), spec
    sys.modules["funasr"] = bare
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name == "funasr" or name.startswith("funasr.")]:
            del sys.modules[name]
