"""Chapters begin where the topic changes, and posts say what their clip is about."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.clips.base import ClipJob, ClipOptions, SourceVideo
from video_pipeline.clips.chapters import ChaptersExport, chapters
from video_pipeline.clips.posts import PostsExport
from video_pipeline.clips.topics import depths
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.topic_words import terms
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.probe import probe

TOPICS = {
    "bees": "The hive {n} needs honey, the queen bee and her workers collect pollen from flowers number {n}.",
    "trains": "The locomotive {n} pulls carriages along railway tracks past station platform {n} on time.",
    "bread": "Knead the dough {n} times, let yeast and flour rise and bake loaves in oven {n} until brown.",
}
PART_S = 300.0


def talk(pause_s: float = 0.4, *, words: bool = True) -> list[Segment]:
    """Five minutes on each topic, a sentence every six seconds."""
    said = []
    for part, text in enumerate(TOPICS.values()):
        for k in range(int(PART_S / 6)):
            start_s = part * PART_S + 6.0 * k + (pause_s if not k else 0.0)
            said.append(Segment(start_s, part * PART_S + 6.0 * k + 5.6, text.format(n=k) if words else ""))
    return said


@pytest.fixture
def source(media: Any) -> SourceVideo:
    info = dataclasses.replace(probe(media("colours")), duration_s=3 * PART_S)
    return SourceVideo(info=info, segments=talk(), language=Language.EN)


def test_chapters_begin_with_their_topic(source: SourceVideo) -> None:
    found = chapters(source)
    assert [round(chapter.start_s) for chapter in found] == [0, 300, 600]
    for chapter, word in zip(found, ("hive", "locomotive", "dough"), strict=True):
        assert word in chapter.title.lower()
        assert len(chapter.title) <= 60


def test_a_chapter_is_not_titled_by_what_is_said_minutes_later(source: SourceVideo) -> None:
    """Where only the words of clips were heard, a chapter may begin long before its first word."""
    heard = [segment for segment in talk() if segment.start_s % PART_S >= 120]
    found = chapters(dataclasses.replace(source, segments=heard))
    assert [chapter.title for chapter in found if chapter.start_s == 0] == ["1"]


def test_a_title_is_no_end_of_a_sentence(source: SourceVideo) -> None:
    said = [Segment(0.0, 6.0, "three. The locomotive needs water at every station."), Segment(6.0, 9.0, "Yes.")]
    assert [chapter.title for chapter in chapters(dataclasses.replace(source, segments=said))] == [
        "The locomotive needs water at every station"
    ]


def test_jingles_and_pauses_divide_where_no_words_are_known(source: SourceVideo) -> None:
    wordless = dataclasses.replace(source, segments=talk(2.5, words=False))
    jingles = [AudioEvent(k * PART_S, k * PART_S + 2.4, Sound.MUSIC, 0.9) for k in (1, 2)]
    found = chapters(dataclasses.replace(wordless, events=jingles))
    assert [(round(chapter.start_s, 1), chapter.title) for chapter in found] == [(0.0, "1"), (302.5, "2"), (602.5, "3")]


def test_another_speaker_divides(source: SourceVideo) -> None:
    said = [dataclasses.replace(s, text="", speaker="AB"[int(s.start_s // PART_S) % 2]) for s in talk(1.0)]
    assert [round(chapter.start_s) for chapter in chapters(dataclasses.replace(source, segments=said))] == [0, 301, 601]


def test_one_topic_is_one_chapter(source: SourceVideo) -> None:
    said = [Segment(6.0 * k, 6.0 * k + 5.6, TOPICS["bees"].format(n=k)) for k in range(150)]
    (only,) = chapters(dataclasses.replace(source, segments=said))
    assert (only.start_s, only.end_s) == (0.0, 900.0)


def test_files_for_youtube_and_podcasts(source: SourceVideo, tmp_path: Path) -> None:
    clips = (Clip(310.0, 340.0, 80.0, "Trains"),)
    job = ClipJob(source=source, clips=clips, folder=tmp_path, options=ClipOptions())
    lines = (ChaptersExport().export(job, {}).files[0]).read_text(encoding="utf-8").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["0:00", "5:00", "10:00"]
    stored = json.loads((tmp_path / "chapters.json").read_text(encoding="utf-8"))
    assert [row["startTime"] for row in stored["chapters"]] == pytest.approx([0.0, 300.4, 600.4])
    (post,) = PostsExport().export(job, {}).files
    title, tags, origin = post.read_text(encoding="utf-8").strip().split("\n\n")
    assert title == "Trains"
    assert "#locomotive" in tags and "#honey" not in tags
    assert origin.endswith("5:10 - 5:40")


def test_terms_of_languages_without_spaces_are_pairs_of_letters() -> None:
    assert terms("我们今天谈火车") == ["我们", "们今", "今天", "天谈", "谈火", "火车"]
    assert terms("It is a TRAIN's day") == ["train's"]


def test_no_text_has_no_depth() -> None:
    assert depths([], 3).tolist() == []
    assert depths(["one"], 3).tolist() == []
    assert depths(["", "", ""], 3).tolist() == [0, 0]
