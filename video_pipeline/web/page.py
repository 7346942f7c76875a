"""The page, by Gradio: one video in, its subtitles, timeline, clips and files out. Serves this machine only."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from video_pipeline import presets
from video_pipeline.core.errors import BadValue, EngineUnavailable, PipelineError
from video_pipeline.core.progress import Silent
from video_pipeline.pipeline import process
from video_pipeline.records import Result
from video_pipeline.speech.base import LANGUAGES
from video_pipeline.subtitles.labels import LABELS

GOALS = ("subtitles", "highlights", "clips", "report")
_HOST = "127.0.0.1"
_UPLOAD_LIMIT = "4gb"


class _Told(Silent):
    """Progress as lines of text in a queue."""

    def __init__(self) -> None:
        self.lines: queue.Queue[str | None] = queue.Queue()
        self._stage, self._total_s = "", 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._total_s = stage, total_s or 0.0
        self.lines.put(f"{stage} ...")

    def advance(self, done_s: float) -> None:
        if self._total_s:
            self.lines.put(f"{self._stage} {min(1.0, done_s / self._total_s):.0%}")

    def notice(self, text: str) -> None:
        self.lines.put(text)


def run(video: str | None, preset: str, language: str, labels: str, out: Path) -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """Progress lines while it works, then `(status, video with subtitles, overview, clips, files)`."""
    if not video:
        yield "Choose a video first.", None, None, None, None
        return
    told = _Told()
    outcome: list[Result | PipelineError] = []

    def work() -> None:
        try:
            options = presets.load(preset, {"speech.language": language, "subtitles.labels": labels})
            outcome.append(process(Path(video), GOALS, options, out, told))
        except PipelineError as error:
            outcome.append(error)
        finally:
            told.lines.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (line := told.lines.get()) is not None:
        yield line, None, None, None, None
    if not outcome or isinstance(outcome[0], PipelineError):
        yield f"Error: {outcome[0] if outcome else 'the work ended unexpectedly'}", None, None, None, None
        return
    yield _shown(video, outcome[0])


def _shown(video: str, result: Result) -> tuple[str, Any, Any, Any, Any]:
    clips = [str(path) for path in result.files["clips"] if path.suffix in (".mp4", ".m4a")]
    subtitles = next((str(p) for p in result.files["subtitles"] if p.suffix == ".srt"), None)
    picture = next((p.read_text(encoding="utf-8") for p in result.files["report"] if p.suffix == ".svg"), "")
    files = [str(path) for paths in result.files.values() for path in paths]
    said = (
        "; ".join(f"#{n} {c.score:.0f} points: {c.why}" for n, c in enumerate(result.clips, 1))
        or f"No clip: {result.explanation}"
    )
    return said, (video, subtitles), picture, clips, files


def build(out: Path) -> Any:
    """The page as a Gradio application."""
    gradio = _gradio()
    with gradio.Blocks(title="video_pipeline", analytics_enabled=False) as page:
        gradio.Markdown("# video_pipeline\nEmotion-labelled subtitles and highlight clips. Everything stays on this machine.")
        with gradio.Row():
            with gradio.Column():
                video = gradio.Video(label="Video", sources=["upload"])
                preset_box = gradio.Dropdown(list(presets.names()), value="default", label="Preset")
                language_box = gradio.Dropdown(list(LANGUAGES), value="auto", label="Language")
                labels_box = gradio.Radio(list(LABELS), value="text", label="Labels")
                start = gradio.Button("Start", variant="primary")
                status = gradio.Markdown()
            with gradio.Column():
                subtitled = gradio.Video(label="With subtitles")
                overview = gradio.HTML(label="Timeline")
        clips = gradio.Files(label="Clips")
        files = gradio.Files(label="All files")

        def handle(chosen: str | None, preset: str, language: str, labels: str) -> Iterator[tuple[Any, ...]]:
            for said, shown, picture, cut, made in run(chosen, preset, language, labels, out):
                source, captions = shown or (None, None)
                yield said, gradio.Video(value=source, subtitles=captions), picture, cut, made

        start.click(handle, [video, preset_box, language_box, labels_box], [status, subtitled, overview, clips, files])
    return page


def serve(port: int, out: Path) -> None:
    """Blocks until Ctrl-C. One video at a time; nothing outside `out` is served."""
    out.mkdir(parents=True, exist_ok=True)
    page = build(out)
    page.queue(default_concurrency_limit=1)
    where = {"server_name": _HOST, "server_port": port, "share": False, "allowed_paths": [str(out.absolute())]}
    try:
        page.launch(**where, max_file_size=_UPLOAD_LIMIT, quiet=True)
    except OSError:
        raise BadValue("--port", f"port {port} cannot be used, another program has it; choose another") from None


def _gradio() -> Any:
    try:
        import gradio
    except ImportError:
        raise EngineUnavailable(
            "web", "Gradio is not installed; `pip install 'video-pipeline[web]'`, or use `make web`"
        ) from None
    return gradio
