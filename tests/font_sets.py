"""What fonts a machine shows: FFmpeg finds them by fontconfig, whose configuration file `FONTCONFIG_FILE` names."""

from __future__ import annotations

from pathlib import Path

import pytest

FONT_SETS = ("none", "DejaVu", "machine")
_DEJAVU = [Path(folder) for folder in ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts")]


def write_font_config(folder: Path, place: Path) -> Path:
    """A configuration in `place` that shows only the fonts of a folder."""
    config = place / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{place}/font-cache</cachedir></fontconfig>")
    return config


def use_font_set(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No font at all, only DejaVu, or what the machine has."""
    if name == "machine":
        monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
        return
    there = next((folder for folder in _DEJAVU if folder.is_dir()), None)
    if name == "DejaVu" and there is None:
        pytest.skip("there are no DejaVu fonts on this machine (apt-get install fonts-dejavu-core)")
    folder = there if name == "DejaVu" and there else tmp_path / "no-fonts"
    monkeypatch.setenv("FONTCONFIG_FILE", str(write_font_config(folder, tmp_path)))
