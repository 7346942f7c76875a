"""Translation from the video to its files, copies and clips, and of subtitle files, against a server of our own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.translate.endpoint import Endpoint, Row, answer, made, right, served
from tests.video.conftest import SAMPLE, Steps, replayed
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language, Sound
from video_pipeline.library.index import contents_of
from video_pipeline.library.sidecars import SidecarNames
from video_pipeline.media.probe import probe
from video_pipeline.report.viewer import view_data
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.style import BOTTOM_STYLE
from video_pipeline.translate.cost import Estimate
from video_pipeline.translate.errors import TranslatorFailed
from video_pipeline.video.bilingual import labelled, together
from video_pipeline.video.planning import plan_run
from video_pipeline.video.process import process
from video_pipeline.video.restyle import Existing, restyle
from video_pipeline.video.stages.translate import Translate
from video_pipeline.video.translating import put_translation, translate_again
from video_pipeline.video.video import Video

TIMES = re.compile(r"(\S+) --> (\S+)")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with served(Endpoint(language="ja")) as one:
        yield one


def translated(endpoint: Endpoint, out: Path, *goals: str, steps: Steps | None = None, **options: Any) -> Video:
    chosen = replayed(**{"translation__to": ["ja"], "translation__url": endpoint.url, **options})
    return process(SAMPLE, goals or ("subtitles",), chosen, out, steps)  # type: ignore[arg-type]


def names(video: Video) -> set[str]:
    return {path.name for path in video.folder.iterdir() if path.suffix in (".srt", ".ass")}


def test_all_languages_stand_beside_each_other(endpoint: Endpoint, tmp_path: Path) -> None:
    steps = Steps()
    endpoint.survey = {"summary": "A show.", "tone": "light", "people": {"Ann": "host"}, "terms": {"Nobody": "x"}}
    video = translated(endpoint, tmp_path, steps=steps, translation__bilingual="en+ja")
    assert names(video) == {f"sample.{tag}.{end}" for tag in ("en", "ja", "en-ja") for end in ("srt", "ass")}
    text = (video.folder / "sample.ja.srt").read_text(encoding="utf-8")
    assert "（笑い声）" in text and "（喜び）" in text and "[laughter]" not in text  # of our own tables
    ass = (video.folder / "sample.en-ja.ass").read_text(encoding="utf-8")
    assert "Style: Bottom," in ass
    pairs = re.findall(r"Dialogue: 0,(\S+?),(\S+?),(\w+),", ass)
    lower = [(start, end) for start, end, style in pairs if style == "Bottom"]
    assert lower and all(
        (start, end) in [(a, b) for a, b, style in pairs if style not in ("Bottom", "Sound")] for start, end in lower
    )
    glossary = (video.folder / "glossary.toml").read_text(encoding="utf-8")
    assert 'summary = "A show."' in glossary and "Nobody" not in glossary  # a term that is not in the text
    assert any("13 of 13 sentences" in notice for notice in steps.notices)


def test_a_second_run_asks_nothing_and_a_correction_asks_for_one_sentence(endpoint: Endpoint, tmp_path: Path) -> None:
    video = translated(endpoint, tmp_path)
    asked = len(endpoint.requests)
    translated(endpoint, tmp_path)
    assert len(endpoint.requests) == asked
    video.correct(4, "It is quite another sentence, which nobody has seen.")
    endpoint.requests.clear()
    translated(endpoint, tmp_path)
    first = endpoint.asked[0]
    assert [row["text"] for row in first] == ["It is quite another sentence, which nobody has seen."]


def test_a_folder_that_is_only_opened_asks_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    from video_pipeline.video.stages.translate import Translated

    video = translated(endpoint, tmp_path)
    asked = len(endpoint.requests)
    video.correct(4, "It is quite another sentence, which nobody has seen.")
    (shown,) = Video.open(video.folder).of(Translated)
    assert shown.tag == "ja" and len(endpoint.requests) == asked


def test_a_copy_has_a_track_for_each_language_and_clips_their_captions(endpoint: Endpoint, tmp_path: Path) -> None:
    more: dict[str, Any] = {
        "video__mux": True,
        "video__container": "mkv",
        "clips__captions": "files",
        "highlights__top": 1,
        "clips__exports": [],
    }
    video = translated(endpoint, tmp_path, "subtitles", "highlights", "clips", translation__bilingual="en+ja", **more)
    (copy,) = video.outputs("mux")
    tracks = [str(stream) for stream in probe(copy).streams if stream.kind == "Subtitle"]
    assert [next(code for code in ("eng", "jpn") if code in track) for track in tracks] == ["eng", "jpn", "eng"]
    captions = next(video.folder.glob("clips/*.srt")).read_text(encoding="utf-8")
    assert re.search(r"[ぁ-ん]", captions) and re.search(r"[a-z]{3}", captions)  # two languages at once are what is drawn


def test_without_emotions_none_is_sent_or_written(endpoint: Endpoint, tmp_path: Path) -> None:
    video = translated(endpoint, tmp_path, emotion=False)
    assert not any(re.search("happy|angry|surprised", row.get("heard", "")) for rows in endpoint.asked for row in rows)
    for path in video.folder.iterdir():
        if path.suffix in (".json", ".srt", ".ass"):
            assert "喜び" not in path.read_text(encoding="utf-8") and '"emotion' not in path.read_text(encoding="utf-8"), path


def test_what_is_not_translated_is_named(endpoint: Endpoint, tmp_path: Path) -> None:
    def play(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
        return answer(rows, lambda row: "" if "doctor" in row["text"] else made(row, "ja"))

    endpoint.play, steps = play, Steps()
    video = translated(endpoint, tmp_path, steps=steps)
    findings = json.loads((video.folder / "qc.ja.json").read_bytes())["findings"]
    assert {finding["rule"] for finding in findings} >= {"untranslated"}
    assert "doctor" in (video.folder / "sample.ja.srt").read_text(encoding="utf-8")
    assert any("stay in their own language" in notice for notice in steps.notices)
    faults = json.loads((video.folder / "translations.json").read_bytes())["languages"]["ja"]["faults"]
    assert set(faults.values()) == {"it is empty"}


def test_a_server_that_dies_costs_nothing_that_was_done(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("video_pipeline.translate.chat._FIRST_WAIT_S", 0.01)
    endpoint.die_after = 3  # a survey and two windows
    with pytest.raises(TranslatorFailed):
        translated(endpoint, tmp_path, translation__window=3)
    endpoint.die_after, before = 0, set(endpoint.sentences[:6])
    endpoint.requests.clear()
    assert names(translated(endpoint, tmp_path, translation__window=3)) >= {"sample.ja.srt"}
    assert not before & {row["text"] for rows in endpoint.asked for row in rows if "too_long" not in row}
    assert endpoint.surveys == 0


def test_a_run_that_is_killed_goes_on_where_it_was(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.wait_s = 0.3
    words = ["subtitles", str(SAMPLE), "--transcript", str(ROOT / "examples" / "sample.transcript.json"), "-o", str(tmp_path)]
    words += ["--translate", "ja", "--translator-url", endpoint.url, "--set", "translation.window=2", "-q"]
    line = [sys.executable, "-c", "from video_pipeline.cli import main; main()", *words]
    running = subprocess.Popen(line, env={**os.environ, "PYTHONPATH": str(ROOT)})
    until = time.monotonic() + 60
    while len(endpoint.asked) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    running.kill()
    running.wait()
    done = len((tmp_path / "sample" / ".translations.jsonl").read_bytes().splitlines())
    endpoint.wait_s = 0.0
    endpoint.requests.clear()
    assert subprocess.run(line, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode == 0
    fresh = [row["text"] for rows in endpoint.asked for row in rows if "too_long" not in row]
    assert done >= 2 and len(fresh) == 13 - done


FILE = """1
00:00:01,000 --> 00:00:03,000
Good evening, and today we

2
00:00:03,100 --> 00:00:05,500
<i>talk about something else.</i>

3
00:00:06,000 --> 00:00:08,000
- Are you ready?
- I am ready now.

4
00:00:08,500 --> 00:00:10,000
[laughter]

5
00:00:10,500 --> 00:00:14,000
It all began in 1998.
"""


def test_a_subtitle_file_keeps_its_cues_in_every_language(endpoint: Endpoint, tmp_path: Path) -> None:
    path = tmp_path / "talk.en.srt"
    path.write_text(FILE, encoding="utf-8")
    options = replayed(translation__to=["ja"], translation__bilingual="en+ja", translation__url=endpoint.url)
    result, _ = restyle(Existing(path), options, tmp_path / "out")
    text = (result.folder / "talk.ja.srt").read_text(encoding="utf-8")
    assert TIMES.findall(text) == TIMES.findall(FILE)
    assert "<i>" in text and "（笑い声）" in text and "1998" in text and text.count("\n- ") == 2
    assert endpoint.sentences[0] == "Good evening, and today we talk about something else."
    assert (result.folder / "talk.en.srt").is_file() and (result.folder / "talk.en-ja.ass").is_file()


def test_a_first_language_and_several_targets_come_from_one_run(endpoint: Endpoint, tmp_path: Path) -> None:
    def play(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
        wanted = "ja" if "into Japanese" in request["messages"][0]["content"] else "de"
        return answer(rows, lambda row: made(row, wanted))

    endpoint.play = play
    video = translated(endpoint, tmp_path, translation__to=["en", "ja", "de"])
    assert {name for name in names(video) if name.endswith("srt")} == {"sample.en.srt", "sample.ja.srt", "sample.de.srt"}


def test_a_glossary_of_one_s_own_goes_before_what_was_found(endpoint: Endpoint, tmp_path: Path) -> None:
    own = tmp_path / "names.toml"
    own.write_text('tone = "very formal"\n[terms.ja]\ndoctor = "ドクター"\n', encoding="utf-8")

    def play(endpoint: Endpoint, rows: list[Row], request: dict[str, Any]) -> str:
        material = json.loads(request["messages"][-1]["content"])
        assert material["tone"] == "very formal"
        terms = material.get("terms", {})
        return answer(rows, lambda row: "".join(to for name, to in terms.items() if name in row["text"]) + made(row, "ja"))

    endpoint.play = play
    video = translated(endpoint, tmp_path / "out", translation__glossary=str(own))
    assert "ドクター" in (video.folder / "sample.ja.srt").read_text(encoding="utf-8").replace("\n", "")
    assert right is not play


@pytest.mark.parametrize(
    ("template", "end", "name"),
    [
        ("{stem}", "ja.srt", "talk.ja.srt"),
        ("{stem}", "en-ja.ass", "talk.en-ja.ass"),
        ("{stem}.{language}.{kind}", "ja.srt", "talk.ja.sdh.srt"),
        ("{stem}.{language}.{kind}", "pt-BR.sdh.srt", "talk.pt-BR.sdh.srt"),
    ],
)
def test_files_beside_a_video_say_their_language(template: str, end: str, name: str) -> None:
    assert SidecarNames(template=template, language="en", describes_sounds=True).name("talk", end) == name


def test_a_library_is_searched_in_all_languages(endpoint: Endpoint, tmp_path: Path) -> None:
    video = translated(endpoint, tmp_path)
    contents = contents_of(video.folder)
    assert contents is not None
    japanese = [sentence for sentence in contents.said.segments if sentence.language == "ja"]
    assert len(japanese) == 13 and japanese[0].start_s == pytest.approx(0.84)


def test_a_plan_says_what_is_left_to_pay_and_asks_nobody(endpoint: Endpoint, tmp_path: Path) -> None:
    priced = {"translation__price_in": 1.0, "translation__price_out": 2.0, "translation__url": endpoint.url}

    def planned(*tags: str) -> Estimate:
        plan = plan_run(SAMPLE, ("subtitles",), replayed(translation__to=list(tags), **priced), tmp_path)
        assert plan.translation is not None
        return plan.translation

    unheard = planned("ja")
    assert not endpoint.requests and unheard.usage.tokens_in > 500 and unheard.price > 0
    translated(endpoint, tmp_path)
    asked = len(endpoint.requests)
    more = planned("ja", "ko")
    assert (more.sentences, more.cached) == (13, 13) and len(endpoint.requests) == asked
    assert 0.4 < more.usage.tokens_in / unheard.usage.tokens_in < 2.5  # as it was guessed by the length alone
    plan = plan_run(SAMPLE, ("subtitles",), replayed(translation__to=["ja"], translation__url=endpoint.url), tmp_path)
    assert plan.translation is None


def test_a_persons_translation_stays_and_the_translator_is_asked_again_on_wish(endpoint: Endpoint, tmp_path: Path) -> None:
    video = translated(endpoint, tmp_path)
    asked = len(endpoint.requests)
    put_translation(video, "ja", 4, "別のお医者さんへ走りました。")
    video.write("subtitles")
    assert len(endpoint.requests) == asked
    text = (video.folder / "sample.ja.srt").read_text(encoding="utf-8").replace("\n", "")
    assert "別のお医者さんへ走りました" in text
    again = translated(endpoint, tmp_path)  # a later run, which asks nothing either
    assert "別のお医者さんへ走りました。" in again.of(Translate).languages["ja"].texts and len(endpoint.requests) == asked
    endpoint.requests.clear()
    translate_again(again, "ja", 4)
    assert endpoint.sentences[:1] == [again.of(Translate).sentences[4].text]
    assert again.of(Translate).languages["ja"].texts[4] == made({"text": again.of(Translate).sentences[4].text}, "ja")
    data = view_data(again.view())["languages"]
    assert len(data["sentences"]) == len(data["texts"]["ja"]) == 13 and data["cues"]["ja"]
    with pytest.raises(UnknownName):
        put_translation(again, "de", 0, "x")


def test_the_page_knows_which_lines_are_in_the_lower_language(endpoint: Endpoint, tmp_path: Path) -> None:
    """The spoken language is the upper one here, so that each of its cues with words has one line of each."""
    video = translated(endpoint, tmp_path, "subtitles", translation__bilingual="en+ja")
    shown = view_data(video.view())["languages"]
    both = [cue for cue in shown["cues"]["en-ja"] if len(cue["lines"]) == 2]
    assert both and all(cue["lower"] == 1 for cue in both)
    for cue in both:
        upper, lower = ("".join(word for _, word in line) for line in cue["lines"])
        assert upper.isascii() and not lower.isascii()
    assert not any("lower" in cue for cue in shown["cues"]["ja"])
    assert set(shown["sizes"]) == {"ja", "en-ja"} and shown["sizes"]["ja"] > shown["sizes"]["en-ja"]


def test_labels_of_two_languages_are_those_of_the_upper_one(endpoint: Endpoint, tmp_path: Path) -> None:
    """Also where the times are those of the lower one, which is spoken."""
    more: dict[str, Any] = {"clips__captions": "files", "clips__exports": [], "highlights__top": 1}
    video = translated(endpoint, tmp_path, "subtitles", "highlights", "clips", translation__bilingual="ja+en", **more)
    files = [video.folder / f"sample.ja-en.{end}" for end in ("srt", "ass")]
    captions = list(video.folder.glob("clips/*.srt"))
    for path in (*files, *captions):
        text = path.read_text(encoding="utf-8")
        assert "（笑い声）" in text and "（喜び）" in text, path
        assert not re.search(r"\[(?:laughter|applause|happy)", text), path
    page = view_data(video.view())["languages"]["cues"]["ja-en"]
    assert any(cue["label"] == "（笑い声）" for cue in page) and not any("[" in cue["label"] for cue in page)


def test_a_label_without_room_in_the_upper_language_stays_in_the_lower_one() -> None:
    upper = Cue(0.0, 2.0, ("これはとても長いセリフですね",), language=Language.JA, style="")
    lower = Cue(0.0, 2.0, ("This is quite long",), language=Language.EN, sound=Sound.LAUGHTER)
    over, under = labelled(upper, lower, SubtitleOptions())
    assert (over.sound, under.sound) == (None, Sound.LAUGHTER)
    (both,) = together([over, replace(under, style=BOTTOM_STYLE)])
    assert both.sound is Sound.LAUGHTER
