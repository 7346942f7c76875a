"""What subtitle files beside a video are called: `talk.srt`, or `talk.en.sdh.srt` as media servers look for it."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from video_pipeline.core.errors import BadValue
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import is_language
from video_pipeline.options import Options

SAME_NAME = "{stem}"
"""The video's own name."""
FIELDS = ("stem", "language", "kind")
_FIELD = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"[._ -]?\{(language|kind)\}")
"""A field that may be empty, with the separator that then goes too."""
_FOR_DEAF = "sdh"
"""Subtitles for the deaf and hard of hearing: they describe sounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarNames:
    """Names by a template with the fields `{stem}`, `{language}` and `{kind}`."""

    template: str = SAME_NAME
    language: str = ""
    """As a code; empty if unknown."""
    describes_sounds: bool = False
    """Files that do not say their kind are of the kind `sdh`."""

    def name(self, stem: str, end: str) -> str:
        """Of the file for a video called `stem`; `end` is `srt`, or `sdh.srt` for a file that says its kind."""
        language, end = _language_of(end)
        if language and "{language}" not in self.template:  # talk.en.srt beside talk.zh.srt
            return dataclasses.replace(self, template=f"{self.template}.{{language}}", language=language).name(stem, end)
        own_kind, _, suffix = end.rpartition(".")
        values = {"language": language or self.language, "kind": own_kind or (_FOR_DEAF if self.describes_sounds else "")}
        name = _OPTIONAL.sub(lambda found: _with_separator(found, values[found[1]]), self.template)
        rest = f"{own_kind}.{suffix}" if own_kind and "{kind}" not in self.template else suffix
        return f"{name.replace('{stem}', stem)}.{rest}"


def sidecar_names(template: str, language: str, options: Options) -> SidecarNames:
    """The names of the subtitles that these options make; an empty template is the video's own name. Raises BadValue."""
    subtitles = options.subtitles
    return SidecarNames(
        template=checked_template(template),
        language="" if language == Language.UNKNOWN else language,
        describes_sounds=subtitles.labels != "none" and not subtitles.style.separate_labels,
    )


def checked_template(template: str) -> str:
    """Raises BadValue."""
    if not template:
        return SAME_NAME
    fields = _FIELD.findall(template)
    wrong = [field for field in fields if field not in FIELDS]
    if wrong:
        raise BadValue("--name", f"{{{wrong[0]}}} is unknown; the fields are {{stem}}, {{language}} and {{kind}}")
    if "stem" not in fields or re.search(r"[/\\]", template):
        raise BadValue("--name", "this must be a file name that contains {stem}, for instance {stem}.{language}.{kind}")
    return template


def _language_of(end: str) -> tuple[str, str]:
    """The language, or two, at the start of the end of a name, and the rest: `ja` and `sdh.srt` of `ja.sdh.srt`."""
    first, dot, rest = end.partition(".")
    tags = first.split("-")
    is_named = dot and first != _FOR_DEAF and (is_language(first) or (len(tags) > 1 and all(map(is_language, tags))))
    return (first, rest) if is_named else ("", end)


def _with_separator(found: re.Match[str], value: str) -> str:
    return found[0].replace(f"{{{found[1]}}}", value) if value else ""
