"""Field default, then preset, then what a person says; what is unknown is refused with a suggestion."""

from pathlib import Path

import pytest

from video_pipeline.core.errors import BadValue, UnknownKey, UnknownName
from video_pipeline.core.labels import Sound
from video_pipeline.options import Options, as_toml, describe_preset, load_options, parse_setting, preset_names


def test_precedence(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[subtitles]\nlines = 1\nlinger_s = 0.2\n", encoding="utf-8")
    options = load_options(str(own), {"subtitles.lines": 3, "subtitles.labels": None})
    assert options.subtitles.lines == 3
    assert options.subtitles.linger_s == 0.2
    assert options.subtitles.labels == Options().subtitles.labels


def test_the_default_preset_is_the_fields_defaults() -> None:
    assert load_options("default") == Options()


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_prints_as_a_preset(name: str, tmp_path: Path) -> None:
    options = load_options(name)
    printed = tmp_path / "printed.toml"
    printed.write_text(as_toml(options), encoding="utf-8")
    assert load_options(str(printed)) == options
    assert len(describe_preset(name)) > 20


def test_part_of_a_rule_keeps_the_rest_of_it() -> None:
    rule = load_options("default", {"events.rules.laughter.onset": 0.9}).events.rules[Sound.LAUGHTER]
    assert rule.onset == 0.9
    assert rule.merge_gap_s == Options().events.rules[Sound.LAUGHTER].merge_gap_s


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"subtitels.lines": 1}, UnknownKey, "did you mean 'subtitles'"),
        ({"subtitles.lins": 1}, UnknownKey, "did you mean 'subtitles.lines'"),
        ({"subtitles": 1}, BadValue, "a section, not a value"),
        ({"subtitles.lines": "two"}, BadValue, "subtitles.lines: Expected `int`"),
        ({"subtitles.lines": 0}, BadValue, "lines must be 1 or more"),
        ({"events.rules.laughter.offset": 0.95}, BadValue, "offset <= onset"),
        ({"highlights.top": 0}, BadValue, "top must be 1 or more"),
        ({"speech.language": "xx"}, UnknownName, "language"),
        ({"subtitles.formats": ["srt", "as"]}, UnknownName, "did you mean 'ass'"),
    ],
)
def test_what_is_wrong_is_named(said: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        load_options("default", said)


def test_an_unknown_preset_suggests_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'lecture'"):
        load_options("lectur")
    broken = tmp_path / "broken.toml"
    broken.write_text("lines = = 2", encoding="utf-8")
    with pytest.raises(BadValue, match="not TOML"):
        load_options(str(broken))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b=1", ("a.b", 1)),
        ("a=0.5", ("a", 0.5)),
        ("a=true", ("a", True)),
        ("a=emoji", ("a", "emoji")),
        ('a=["srt"]', ("a", ["srt"])),
    ],
)
def test_settings_are_read_as_toml_or_as_text(text: str, expected: tuple[str, object]) -> None:
    assert parse_setting(text) == expected
    with pytest.raises(BadValue, match=r"section\.key=value"):
        parse_setting("nothing")
