"""Names and terms that a recogniser should expect: a text file with one a line; blank lines and those after `#` are left out."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.core.errors import BadRecord, NoSuchFile


def read_terms(path: str) -> tuple[str, ...]:
    """The terms in a file, each once, in order; none for an empty path.

    Raises:
        NoSuchFile: there is no such file.
        BadRecord: it is not text in UTF-8.
    """
    if not path:
        return ()
    file = Path(path).expanduser()
    if not file.is_file():
        raise NoSuchFile(file)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadRecord(file, f"terms are text in UTF-8, one a line: {error.reason}") from None
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip() and not line.lstrip().startswith("#")))
