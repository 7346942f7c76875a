"""The page to watch the clips on and choose from them: one HTML file beside them that needs no network and no server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from video_pipeline.clips.base import ClipJob, Exported, MadeClip, MadeClips
from video_pipeline.clips.hook.export import FOLDER as HOOKED
from video_pipeline.clips.tighten.export import FOLDER as TIGHTENED
from video_pipeline.clips.timelines.export import FOLDER
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.felt_names import felt_names
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language, Sound
from video_pipeline.core.palette import EMOTION_COLOURS, PLAIN_COLOUR, SOUND_COLOURS
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.media.targets import whole
from video_pipeline.media.web_font import INTERFACES, label_fonts, style_sheet
from video_pipeline.ui import page
from video_pipeline.ui.labels import labels

NAME = "index.html"
_PICTURES = {".jpg": "poster", ".webp": "preview"}
_FILMS = (".mp4", ".m4a")
_VERSIONS = (HOOKED, TIGHTENED)
"""Folders with each clip in another version, under the same name."""
_TEXTS = {"highlights.edl": "anyEditor", "markers.edl": "resolveMarkers", "markers.csv": "markerTable"}
"""Names of the texts that say the same in the reader's language; the others name programs only."""
_EDITORS = {
    "highlights.fcpxml": "Final Cut Pro, Resolve",
    "highlights.xml": "Premiere, Resolve, Avid",
    "highlights.otio": "Resolve, Hiero, Kdenlive",
    "highlights.edl": "any editor",
    "markers.edl": "markers for Resolve",
    "markers.csv": "markers as a table",
}


class GalleryExport:
    """`index.html`. It shows what lies in the folder when it is made, so it is made last."""

    reads = ("captions",)

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        if not job.clips:
            return Exported()
        target = job.folder / NAME
        with whole(target) as part:
            part.write_text(_page(job, made), encoding="utf-8")
        return Exported((target,))


def _page(job: ClipJob, made: MadeClips) -> str:
    import jinja2

    loader = jinja2.PackageLoader("video_pipeline.clips")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    cards = [_card(job, made.get(number), number) for number in range(len(job.clips))]
    title = job.source.info.name
    body = environment.get_template("gallery.html.j2").render(
        title=title,
        length=_short(sum(clip.duration_s for clip in job.clips)),
        cards=cards,
        reel="reel.mp4" if (job.folder / "reel.mp4").is_file() else "",
        sheet="contact-sheet.jpg" if (job.folder / "contact-sheet.jpg").is_file() else "",
        timelines=list(_timelines(job)),
    )
    data = {"name": title, "burned": job.options.captions == "burned", "clips": [card["data"] for card in cards]}
    felt = felt_names() if any("felt" in cue for card in cards for cue in card["data"]["cues"]) else {}
    if felt:
        data["names"] = felt
    names = {str(sound) for sound in Sound} | {reason["signal"] for card in cards for reason in card["reasons"]} | {"captions"}
    data["letters"] = label_fonts({tag: f"{labels(tag, names)} {felt.get(tag, '')}" for tag in INTERFACES})
    return page("gallery", title=title, body=body, data=data, style=style_sheet(body + title, Language.UNKNOWN))


def _timelines(job: ClipJob) -> Iterator[dict[str, str]]:
    for name, editors in _EDITORS.items():
        if (job.folder / FOLDER / name).is_file():
            yield {"path": f"{FOLDER}/{name}", "name": name, "editors": editors, "text": _TEXTS.get(name, "")}


def _card(job: ClipJob, made: MadeClip | None, number: int) -> dict[str, Any]:
    clip, stem = job.clips[number], job.stem(number)
    span = made.span if made else Span(clip.start_s, clip.end_s)
    found = [path.name for path in job.folder.glob(f"{stem}.*") if ".edited-" not in path.name]
    files = sorted(found, key=lambda name: (not name.endswith(_FILMS), name.endswith(tuple(_PICTURES)), name))
    film = next((name for name in files if name.endswith(_FILMS)), "")
    video = job.source.info.video
    size = (made.size_px if made else None) or ((video.width_px, video.height_px) if video else None)
    return {
        "rank": number + 1,
        "score": f"{clip.score:.0f}",
        "title": clip.title,
        "why": clip.why,
        "times": f"{clock(span.start_s)} – {clock(span.end_s)}",
        "length": _short(span.duration_s),
        "film": film,
        "is_sound": film.endswith(".m4a"),
        "shape": f"{size[0]} / {size[1]}" if size else "",
        "tall": bool(size and size[1] > size[0]),
        **{key: next((name for name in files if name.endswith(end)), "") for end, key in _PICTURES.items()},
        "files": [{"path": name, "kind": name.removeprefix(stem + ".").upper()} for name in files] + list(_versions(job, stem)),
        "reasons": _reasons(clip),
        "heard": list(_heard(job, span)),
        "error": made.error if made else "",
        "data": {
            "file": film or stem,
            "rank": number + 1,
            "score": round(clip.score, 1),
            "start_s": round(span.start_s, 3),
            "end_s": round(span.end_s, 3),
            "title": clip.title,
            "cues": [_cue(cue, span) for cue in job.source.cues if cue.lines and cue.overlaps(span)],
        },
    }


def _versions(job: ClipJob, stem: str) -> Iterator[dict[str, str]]:
    for folder in _VERSIONS:
        for path in sorted((job.folder / folder).glob(f"{stem}.*")):
            yield {"path": f"{folder}/{path.name}", "kind": f"{folder} {path.suffix.removeprefix('.')}".upper()}


def _reasons(clip: Clip) -> list[dict[str, Any]]:
    """What earned points, most first, with its width as a share of the greatest."""
    earned = sorted((r for r in clip.reasons if r.contribution >= 0.05), key=lambda reason: -reason.contribution)
    most = earned[0].contribution if earned else 1.0
    names = {"lift": "above the rest", "around": "with what is around it"}
    return [
        {
            "signal": r.signal,
            "name": names.get(r.signal, r.signal.replace("_", " ")),
            "points": f"{r.contribution:.1f}",
            "share": f"{100 * r.contribution / most:.0f}",
        }
        for r in earned
    ]


def _heard(job: ClipJob, span: Span) -> Iterator[dict[str, str]]:
    """Sounds along the clip, in percent of its length."""
    for event in job.source.events:
        if event.overlaps(span):
            inside = Span(event.start_s, event.end_s).clipped(span)
            left, width = (100 * seconds / span.duration_s for seconds in (inside.start_s - span.start_s, inside.duration_s))
            colour = SOUND_COLOURS[event.label]
            yield {"label": str(event.label), "left": f"{left:.2f}", "width": f"{width:.2f}", "colour": colour}


def _cue(cue: Cue, span: Span) -> dict[str, Any]:
    inside = Span(cue.start_s, cue.end_s).clipped(span).shifted(-span.start_s)
    shown = cue.emotion if cue.emotion in SHOWN_EMOTIONS else None
    said: dict[str, Any] = {"from": round(inside.start_s, 3), "to": round(inside.end_s, 3), "text": cue.text}
    return said | ({"colour": EMOTION_COLOURS.get(shown, PLAIN_COLOUR), "felt": str(shown)} if shown else {})


def _short(seconds: float) -> str:
    return clock(round(seconds)).removesuffix(".0")
