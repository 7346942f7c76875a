"""`qc` and the check of the subtitles that are written agree, also if several languages are spoken in one file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.options import load_options
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import Finding, check

LENGTH_S = 328.0
TALKS = {
    Language.EN: [
        "one zero zero zero one, nine oh two one oh",
        "Thanks. My name is Sarah, and I have come a long way to tell you about an old clock.",
        "Nobody laughed at first.",
        "Great!",
        "We waited, and waited, and then all the lights went out at the same time.",
        "Massachusetts Institute of Technology, nineteen sixty-two.",
    ],
    Language.ZH: [
        "大家好，今天我们来谈谈这座城市的历史，它比你想象的要长得多。",
        "三百年前，这里只有一条河、两棵树。",
        "真的吗？",
        "我爷爷说，他小时候常常在河边钓鱼，一坐就是一整天。",
        "上海中山公园",
        "用Python写程序，比用手算快一百倍。",
    ],
    Language.YUE: [
        "我哋琴日去咗飲茶，啲點心真係好好味，下次一定要再去。",
        "你話呢？",
        "佢話佢唔知道點解啲人會笑得咁大聲。",
        "香港中文大學",
        "落雨嗰陣，個天好似穿咗個窿咁。",
    ],
    Language.JA: [
        "おはようございます。今日は古い時計についてお話しします。",
        "東京大学名誉教授",
        "それは、とても静かな朝でした。",
        "本当？",
        "時計の針が、ゆっくりと、しかし確かに動き始めたのです。",
    ],
    Language.KO: [
        "안녕하세요. 오늘은 오래된 시계에 대해서 이야기해 보겠습니다.",
        "정말요?",
        "그날 아침에는 비가 많이 와서 아무도 밖에 나가지 않았어요.",
        "서울대학교",
        "시계 바늘이 천천히 움직이기 시작했습니다.",
    ],
}
SPOKEN_CPS = {Language.EN: 14, Language.ZH: 6, Language.YUE: 6, Language.JA: 7, Language.KO: 8}
EMOTIONS = (Emotion.HAPPY, Emotion.NEUTRAL, Emotion.SAD, Emotion.ANGRY, Emotion.SURPRISED, Emotion.NEUTRAL, None)
SPEAKERS = ("Ann", "李雷", "Bob")


def segment(text: str, language: Language, start_s: float, emotion: Emotion | None, speaker: str) -> Segment:
    spaced = language in (Language.EN, Language.KO)
    parts = [f" {word}" if k else word for k, word in enumerate(text.split(" "))] if spaced else list(text)
    tokens, at_s = [], start_s
    for part in parts:
        tokens.append(Token(at_s, at_s + len(part) / SPOKEN_CPS[language], part))
        at_s = tokens[-1].end_s
    return Segment(
        start_s,
        at_s,
        text,
        tokens=tuple(tokens),
        language=language,
        emotion=emotion,
        emotion_p=0.8 if emotion else 0.0,
        speaker=speaker,
    )


@pytest.fixture(scope="module")
def spoken() -> Transcript:
    """Five languages that take turns for five minutes, with a sound after every second turn."""
    texts = {language: cycle(own) for language, own in TALKS.items()}
    emotions, speakers, sounds = cycle(EMOTIONS), cycle(SPEAKERS), cycle([Sound.LAUGHTER, Sound.APPLAUSE, Sound.MUSIC])
    order = cycle([*TALKS, Language.ZH, Language.EN, Language.JA, Language.KO, Language.YUE])
    segments: list[Segment] = []
    events: list[AudioEvent] = []
    at_s = 1.0
    while at_s < LENGTH_S - 12:
        language = next(order)
        for _ in range(2):
            segments.append(segment(next(texts[language]), language, at_s, next(emotions), next(speakers)))
            at_s = segments[-1].end_s + 0.4
        if len(segments) % 4 == 0:
            events.append(AudioEvent(at_s - 0.2, at_s + 2.3, next(sounds), 0.9))
            at_s += 2.5
        at_s += 0.8
    return Transcript(MediaIdentity("talk.mp4", LENGTH_S), EngineIdentity("test"), tuple(segments), tuple(events))


def hard(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [finding for finding in findings if finding["hard"]]


def found_by_qc(cli: Callable[..., Any], path: Path, profile: str) -> list[dict[str, Any]]:
    lines = map(json.loads, cli("qc", path, "--profile", profile, "--json").out.splitlines())
    return [line for line in lines if line["event"] == "finding"]


def test_what_is_written_for_a_video_passes(cli: Callable[..., Any], spoken: Transcript, tmp_path: Path) -> None:
    video, transcript = tmp_path / "talk.mp4", tmp_path / "stored.json"
    picture = ["-f", "lavfi", "-i", f"color=gray:s=32x32:r=25:d={LENGTH_S}"]
    silence = ["-f", "lavfi", "-i", f"anullsrc=r=16000:cl=mono:d={LENGTH_S}"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest"]
    subprocess.run([find_ffmpeg(), "-v", "error", *picture, *silence, *codecs, video], check=True)
    transcript.write_bytes(msgspec.json.encode(spoken))
    words = ("--engine", "replay", "--transcript", transcript, "--out", tmp_path / "out", "-p", "netflix")
    assert cli("subtitles", video, *words).code == 0
    folder = tmp_path / "out" / "talk"
    own = json.loads((folder / "qc.json").read_bytes())
    assert own["cues"] > 60
    assert hard(own["findings"]) == []
    for suffix in ("srt", "ass", "ttml"):
        assert hard(found_by_qc(cli, folder / f"talk.{suffix}", "netflix")) == []


def key(finding: Finding | dict[str, Any]) -> tuple[int, str, float]:
    values = finding if isinstance(finding, dict) else msgspec.to_builtins(finding)
    return values["cue"], values["rule"], values["limit"]


@pytest.mark.parametrize("profile", ["netflix", "netflix-child", "sdh", "bbc", "youtube", "short-form"])
def test_every_profile_finds_the_same_in_the_file(
    profile: str, cli: Callable[..., Any], spoken: Transcript, tmp_path: Path
) -> None:
    options = load_options(profile, {}).subtitles
    cues = with_labels(make_cues(spoken.segments, spoken.events, options, rate_fps=25.0), options)
    own = check(cues, options, 25.0)
    appearance = appearance_of(options, (1920, 1080), "talk")
    for name in ("srt", "vtt", "ttml"):
        path = tmp_path / f"talk.{name}"
        path.write_text(rendered(name, cues, appearance), encoding="utf-8")
        by_qc = found_by_qc(cli, path, profile)
        assert hard(by_qc) == []
        assert {key(finding) for finding in by_qc} == {key(finding) for finding in own if finding.rule != "late_ms"}, name
    assert not [finding for finding in own if finding.hard]


def test_a_line_too_long_for_its_own_language_is_found(cli: Callable[..., Any], tmp_path: Path) -> None:
    """A Japanese line of 15 characters is too long, and is not excused by the Chinese around it, which may have 16."""
    lines = ["我们在河边坐了一整天，谁都没说", "それはとても静かな朝でしたよね", "你们还记得那条河吗"]
    blocks = [f"{k + 1}\n00:00:{4 * k:02},000 --> 00:00:{4 * k + 3:02},900\n{line}\n" for k, line in enumerate(lines)]
    path = tmp_path / "talk.srt"
    path.write_text("\n".join(blocks), encoding="utf-8")
    assert [(found["cue"], found["rule"], found["limit"]) for found in hard(found_by_qc(cli, path, "netflix"))] == [
        (2, "line_width", 13)
    ]
