"""Every pixel of the longest captions is inside the safe zone, whatever fonts the machine has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.font_sets import FONT_SETS, use_font_set
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.media import ffmpeg
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.fonts import typeset
from video_pipeline.options import load_options
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.rules import SafeZone, SubtitleOptions

SHAPES = {"16:9": (960, 540), "9:16": (540, 960), "1:1": (540, 540), "4:5": (432, 540)}
TEXTS = {
    Language.EN: ("How could we ever forget what it was like to be there", "M"),
    Language.ZH: ("我们怎么会忘记当时在那里的感觉呢大家都很开心", "鬱"),
    Language.YUE: ("我哋點會唔記得嗰陣時喺嗰度嘅感覺呢大家都好開心", "嚿"),
    Language.JA: ("あのときそこにいたことをどうして忘れられるでしょうか", "鬱"),
    Language.KO: ("우리가 거기 있었던 때를 어떻게 잊을 수 있을까요 여러분", "뷁"),
    Language.UNKNOWN: ("Как можно забыть, каково было там, дорогие друзья мои", "Щ"),
}
OVER_PX = 1
"""Smoothed edges."""
OFF_CENTRE = 0.02
"""Most that the ink of a centred line may stand off the middle, as the sum of both edges in widths of the picture."""
OFF_CENTRE_MARKS = 0.06
"""The same in Japanese, whose labels begin a line with a full-width mark, （驚き）: the mark's left half is blank."""


def longest_cues(options: SubtitleOptions) -> list[Cue]:
    """One a second: usual and broad letters of each language as long as its lines may be, with labels; sounds; two scripts."""
    cues: list[tuple[str | None, Language, Emotion | None, Sound | None]] = []
    for language, (usual, broad) in TEXTS.items():
        count = int(options.reading(language).line_width)
        cues += [(line, language, Emotion.SURPRISED, None) for line in (usual[:count].strip(), broad * count)]
    cues.append(("I said 你好 ♪ and 안녕 to them", Language.EN, Emotion.HAPPY, None))
    cues.append((None, Language.EN, None, Sound.BREATH))
    return [
        Cue(
            second + 0.0,
            second + 1.0,
            (line,) * options.lines if line else (),
            language=language,
            emotion=emotion,
            starts_emotion=emotion is not None,
            sound=sound,
        )
        for second, (line, language, emotion, sound) in enumerate(cues)
    ]


def frames(ready: Typeset, size_px: tuple[int, int], count: int, place: Path) -> np.ndarray:
    """Where libass draws on grey, a frame a second."""
    paper = ffmpeg.graph().input(f"color=gray:s={size_px[0]}x{size_px[1]}:r=1:d={count}", f="lavfi")
    node = ffmpeg.graph().output(drawing(paper, ready, place), "-", format="rawvideo", pix_fmt="gray")
    raw, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("drawing", place), cwd=place)
    pixels = np.frombuffer(raw, np.uint8).reshape(count, size_px[1], size_px[0]).astype(int)
    return np.abs(pixels - pixels[0, 0, 0]) > 8


def box_of(frame: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(frame)
    return int(columns.min()), int(columns.max()) + 1, int(rows.min()), int(rows.max()) + 1


def off_centre(cue: Cue) -> float:
    return OFF_CENTRE_MARKS if cue.language is Language.JA else OFF_CENTRE


@pytest.mark.parametrize(("preset", "backdrop"), [("default", "outline"), ("default", "box"), ("short-form", "outline")])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("font_set", FONT_SETS)
def test_the_longest_lines_are_drawn_within_the_safe_zone(
    font_set: str, shape: str, preset: str, backdrop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_font_set(font_set, tmp_path, monkeypatch)
    options = load_options(preset, {"subtitles.style.backdrop": backdrop}).subtitles
    cues, (width, height), zone = longest_cues(options), SHAPES[shape], options.safe_zone
    document = rendered("ass", cues, appearance_of(options, (width, height), "longest"))
    seen = frames(typeset(document, Language.EN), (width, height), len(cues), tmp_path)
    for cue, frame in zip(cues, seen, strict=True):
        assert frame.any(), cue
        left, right, top, bottom = box_of(frame)
        assert left >= width * zone.left - OVER_PX, cue
        assert right <= width * (1 - zone.right) + OVER_PX, cue
        assert top >= height * zone.top - OVER_PX, cue
        assert bottom <= height * (1 - zone.bottom) + OVER_PX, cue
        assert abs((left + right) - width) <= off_centre(cue) * width, cue


@pytest.mark.parametrize("preset", ["default", "short-form"])
@pytest.mark.parametrize("shape", SHAPES)
def test_long_lines_use_the_room_they_have(shape: str, preset: str, tmp_path: Path) -> None:
    options = load_options(preset, {}).subtitles
    cue, (width, height) = replace(longest_cues(options)[1], start_s=0.0), SHAPES[shape]
    document = rendered("ass", [cue], appearance_of(options, (width, height), "longest"))
    left, right, _, _ = box_of(frames(typeset(document, Language.EN), (width, height), 1, tmp_path)[0])
    if r"\fs" in document:
        assert right - left >= 0.9 * width * (1 - options.safe_zone.left - options.safe_zone.right)


def test_pictures_are_the_same_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options, pictures = load_options("default", {}).subtitles, []
    cues = longest_cues(options)
    document = rendered("ass", cues, appearance_of(options, SHAPES["16:9"], "longest"))
    for font_set in FONT_SETS[:2]:
        place = tmp_path / font_set
        place.mkdir()
        use_font_set(font_set, place, monkeypatch)
        pictures.append(frames(typeset(document, Language.EN), SHAPES["16:9"], len(cues), place))
    assert np.array_equal(*pictures)


@pytest.mark.parametrize("preset", ["default", "short-form", "netflix", "bbc", "youtube", "sdh"])
def test_captions_are_centred(preset: str) -> None:
    zone: SafeZone = load_options(preset, {}).subtitles.safe_zone
    assert zone.left == zone.right
