"""What the pages that are files by themselves say in each language, for the letters that have to come with them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from video_pipeline.ui.bundle import FOLDER

_OWN = "shared/pages/texts"
_OTHERS = ("shared/texts", "site/errors")
"""Tables of other pages too, of which such a page needs few texts."""


def labels(tag: str, names: Iterable[str]) -> str:
    """Every own text of these pages in a language, and those of the other tables that are called by these names."""
    own, *others = (msgspec.json.decode((FOLDER / part / f"{tag}.json").read_bytes()) for part in (_OWN, *_OTHERS))
    wanted = [table[name] for table in others for name in sorted(set(names)) if name in table]
    return " ".join(map(str, [*own.values(), *wanted]))
