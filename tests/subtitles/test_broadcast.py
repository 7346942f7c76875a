"""SCC and EBU STL: written here, read by independent programs and by the own readers."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pycaption
import pytest
import ttconv.imsc.writer
import ttconv.stl.reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from video_pipeline.core.cue import Cue, Look, Place, Run
from video_pipeline.media import ffmpeg
from video_pipeline.subtitles.files import content, left_out
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.read.reading import Reading, read_cues

ITALIC = Look(italic=True)
CUES = [
    Cue(2, 4, ("Hello there,", "how are you?"), marked=((Run("Hello "), Run("there,", ITALIC)), (Run("how are you?"),))),
    Cue(4.2, 6, ("Señor, ça va à l'été?",)),
    Cue(8, 10, ("STATION",), place=Place(align=8)),
    Cue(10, 12, ("♪ La la ♪",)),
]


def back(name: str, cues: list[Cue], folder: Path) -> Reading:
    path = folder / f"talk.{name}"
    made = content(name, cues, Appearance("none"))
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    return read_cues(path)


@pytest.mark.parametrize(("name", "near_s"), [("scc", 0.05), ("stl", 0.021)])
def test_words_times_italics_and_rows_come_back(name: str, near_s: float, tmp_path: Path) -> None:
    reading = back(name, CUES, tmp_path)
    assert [cue.text for cue in reading.cues] == [cue.text for cue in CUES]
    for new, old in zip(reading.cues, CUES, strict=True):
        assert abs(new.start_s - old.start_s) < near_s
        assert abs(new.end_s - old.end_s) < near_s
        assert new.place.row == old.place.row
    assert {run.text.strip(): run.look.italic for run in reading.cues[0].runs[0]} == {"Hello": False, "there,": True}


def test_pycaption_reads_the_captions() -> None:
    captions = pycaption.SCCReader().read(str(content("scc", CUES, Appearance("none")))).get_captions("en-US")
    texts = [" ".join(caption.get_text().split()) for caption in captions]
    assert texts == ["Hello there, how are you?", "Señor, ça va à l'été?", "STATION", "♪ La la ♪"]


def test_ffmpeg_reads_the_captions(tmp_path: Path) -> None:
    path = tmp_path / "talk.scc"
    path.write_text(str(content("scc", CUES, Appearance("none"))), encoding="ascii")
    line = [ffmpeg.find_ffmpeg(), "-v", "error", "-i", str(path), "-f", "srt", "-"]
    out, _ = ffmpeg.run(line, ffmpeg.Task("reading", path))
    plain = re.sub(r"<[^<>]*>|\{[^{}]*\}|\\h", " ", out.decode()).replace("’", "'")
    words = re.findall(r"[\w',?♪]+", plain)
    for word in "Hello there, how are you? Señor, ça va à l'été? STATION ♪ La".split():
        assert word in words, word


def test_ttconv_reads_the_binary_file() -> None:
    made = content("stl", CUES, Appearance("none"))
    assert isinstance(made, bytes)
    assert len(made) == 1024 + 4 * 128
    document = ttconv.imsc.writer.from_model(ttconv.stl.reader.to_model(io.BytesIO(made)))
    paragraphs = [p for p in document.getroot().iter() if str(p.tag).endswith("}p")]
    assert [p.attrib["begin"] for p in paragraphs] == ["00:00:02.000", "00:00:04.200", "00:00:08.000", "00:00:10.000"]


@pytest.mark.parametrize(
    "text",
    [
        "Привет, как дела?",
        "Γεια σου",
        "שלום",
        "Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "Ça coûte 5 £ à l’été",
        "Zażółć gęślą jaźń",
    ],
)
def test_tables_of_letters(text: str, tmp_path: Path) -> None:
    assert [cue.text for cue in back("stl", [Cue(1, 3, (text,))], tmp_path).cues] == [text]


def test_what_no_caption_can_hold_is_told() -> None:
    assert [repair.detail for repair in left_out("scc", [Cue(1, 3, ("今天 x",))])] == ["scc: 今天"]
    assert left_out("scc", CUES[:1]) == []
    assert [repair.what for repair in left_out("stl", [Cue(1, 3, ("今天",))])] == ["characters replaced"]


plain = st.text(st.sampled_from("abc XYZ.,!?'éèñü♪12"), min_size=1, max_size=30).map(lambda text: f"a{text}b")
looks = st.builds(Look, italic=st.booleans(), underline=st.booleans())


@st.composite
def rich(draw: st.DrawFn) -> list[Cue]:
    out, at_s = [], 2.0
    for _ in range(draw(st.integers(1, 4))):
        end_s = at_s + draw(st.integers(2, 5))
        words = [" ".join(draw(plain).split()) for _ in range(draw(st.integers(1, 2)))]
        marked = tuple((Run(word, draw(looks)),) for word in words)
        out.append(Cue(at_s, end_s, tuple(words), marked=marked))
        at_s = end_s + draw(st.integers(2, 4))
    return out


@pytest.mark.parametrize("name", ["scc", "stl"])
@given(cues=rich())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_with_looks_survives(name: str, cues: list[Cue], tmp_path: Path) -> None:
    reading = back(name, cues, tmp_path)
    assert [" ".join(cue.text.split()) for cue in reading.cues] == [" ".join(cue.text.split()) for cue in cues]
    for new, old in zip(reading.cues, cues, strict=True):
        if name == "stl":
            assert [[run.look for run in line] for line in new.runs] == [[run.look for run in line] for line in old.runs]
        assert abs(new.start_s - old.start_s) < 0.06


def test_dense_captions_keep_their_times_within_a_few_frames(tmp_path: Path) -> None:
    """Two lines of 32 characters take 40 frames to load: each is loaded while the one before is shown."""
    cues = [
        Cue(2 + 2.0 * k, 3.9 + 2.0 * k, (f"This line has {k} and thirty letters", "and this one is as long as it is"))
        for k in range(6)
    ]
    reading = back("scc", cues, tmp_path)
    assert len(reading.cues) == 6
    for new, old in zip(reading.cues, cues, strict=True):
        assert abs(new.start_s - old.start_s) < 0.1
        assert abs(new.end_s - old.end_s) < 0.15
