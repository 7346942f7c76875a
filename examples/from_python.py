"""Subtitles, highlights and clips of a video from Python: `python examples/from_python.py [VIDEO]`.

Without VIDEO it works on the demo video, with the small model that understands it.
"""

from __future__ import annotations

import sys
from collections import Counter

import video_pipeline as v


class Report:
    """Progress for people who wait: satisfies `video_pipeline.Progress`."""

    def begin(self, stage: str, total_s: float | None) -> None:
        print(f"{stage} ...", flush=True)

    def advance(self, done_s: float) -> None:
        pass

    def end(self, *, fresh: bool) -> None:
        pass

    def notice(self, text: str) -> None:
        print(f"note: {text}")


def main(path: str | None) -> int:
    chosen = {} if path else {"model": "demo"}
    options = v.load_options("talk-show", {**chosen, "subtitles.labels": "emoji", "highlights.top": 2})
    try:
        video = v.process(path or "examples/demo.mp4", ["subtitles", "clips"], options, on_progress=Report())
    except v.PipelineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"{video.duration_s:.0f} s of sound, mostly {video.transcript.language}")
    print("sounds:", dict(Counter(str(event.label) for event in video.events)))
    print("emotions:", dict(Counter(str(segment.emotion) for segment in video.transcript.segments if segment.emotion)))
    for clip, file in video.clip_files():
        print(f"{clip.start_s:.1f} to {clip.end_s:.1f} s, {clip.score:.0f} points: {clip.title} ({clip.why})\n  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [None]))
