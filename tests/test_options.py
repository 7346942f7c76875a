"""Field default, then preset, then overrides; what is unknown or out of range is refused; one schema describes all."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import BadValue, UnknownKey, UnknownName
from video_pipeline.core.labels import Sound
from video_pipeline.options import (
    SHORT_NAMES,
    Options,
    as_toml,
    describe_preset,
    load_options,
    option_names,
    options_from,
    options_tree,
    parse_setting,
    preset_names,
    value_at,
    with_value,
)
from video_pipeline.options.page import options_page
from video_pipeline.options.schema import option_schema, options_schema
from video_pipeline.subtitles.rules import SubtitleOptions


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
    ("overrides", "error", "words"),
    [
        ({"subtitels.lines": 1}, UnknownKey, "did you mean 'subtitles'"),
        ({"subtitles.lins": 1}, UnknownKey, "did you mean 'subtitles.lines'"),
        ({"subtitles": 1}, BadValue, "a section, not a value"),
        ({"subtitles.lines": "two"}, BadValue, "subtitles.lines: Expected `int`"),
        ({"subtitles.lines": 0}, BadValue, "lines must be from 1 to 99"),
        ({"events.rules.laughter.offset": 0.95}, BadValue, "offset <= onset"),
        ({"highlights.top": 0}, BadValue, "^highlights.top must be 1 or more, not 0$"),
        ({"lines": 1}, UnknownKey, "did you mean 'subtitles.lines'"),
        ({"lable": "emoji"}, UnknownKey, "did you mean 'labels'"),
        ({"events.rules.laughter.onset": 1.5}, BadValue, "^events.rules.laughter.onset must be from 0 to 1, not 1.5$"),
        ({"events.rules.laughtr.onset": 0.5}, UnknownKey, "did you mean 'events.rules.laughter'"),
        ({"events.weights.tags.music": -1}, BadValue, "^events.weights.tags.music must be 0 or more, not -1$"),
        ({"clips.shape.width_px": 1081}, BadValue, "from 64 to 4096 and even, not 1081"),
        ({"subtitles.style.colours.sad": "blue"}, BadValue, "colours.sad must be written as #RRGGBB"),
        ({"subtitles.least_s": 9.0}, BadValue, "^subtitles: least_s must be at most longest_s$"),
        ({"highlights.tail_s": float("nan")}, BadValue, "tail_s must be 0 or more"),
        ({"clips.cut.speed": "fastr"}, UnknownName, "did you mean 'faster'"),
        ({"speech.language": "xx"}, UnknownName, "language"),
        ({"subtitles.formats": ["srt", "as"]}, UnknownName, "did you mean 'ass'"),
    ],
)
def test_what_is_wrong_is_named(overrides: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        load_options("default", overrides)


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


def test_short_names_are_options_and_work_like_them() -> None:
    assert set(SHORT_NAMES.values()) <= set(option_names())
    assert not set(SHORT_NAMES) & set(options_tree(Options()))
    assert load_options(overrides={"model": "demo", "formats": "srt, vtt"}) == load_options(
        overrides={"speech.model": "demo", "subtitles.formats": ["srt", "vtt"]}
    )


def test_a_record_made_in_python_is_checked_too() -> None:
    with pytest.raises(ValueError, match=r"^lines must be from 1 to 99, not -1$"):
        SubtitleOptions(lines=-1)
    with pytest.raises(BadValue, match="lines must be from 1 to 99, not 'two'"):
        SubtitleOptions(lines="two")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="did you mean 'ass'"):
        SubtitleOptions(formats=("as",))


def limits() -> list[tuple[str, float]]:
    """A value just out of range for each end of the range of each option."""
    schema, found = options_schema(), []
    for name in option_names():
        member = option_schema(name, schema)
        found += [(name, member["minimum"] - 1)] if "minimum" in member else []
        found += [(name, member["exclusiveMinimum"])] if "exclusiveMinimum" in member else []
        found += [(name, member["maximum"] + 1)] if "maximum" in member else []
    return found


@pytest.mark.parametrize(("name", "value"), limits())
def test_the_ranges_of_the_schema_are_those_that_hold(name: str, value: float) -> None:
    with pytest.raises(BadValue, match=f"^{re.escape(name)} must be"):
        load_options(overrides={name: value})


def test_every_option_that_the_schema_lists_names_for_takes_them_and_no_other() -> None:
    schema, checked = options_schema(), 0
    for name in option_names():
        member = option_schema(name, schema)
        names, is_list = member.get("items", member).get("enum"), member["type"] == "array"
        if names:
            checked += 1
            for one in names:
                assert value_at(load_options(overrides={name: [one] if is_list else one}), name) in (one, (one,))
            with pytest.raises(UnknownName):
                load_options(overrides={name: ["nothing"] if is_list else "nothing"})
    assert checked > 10


def test_every_option_has_a_description_and_its_default_in_the_schema() -> None:
    schema, defaults = options_schema(), options_tree(Options())
    assert json.loads(json.dumps(schema)) == schema
    for section in schema["$defs"]["Options"]["properties"]:
        assert schema["$defs"]["Options"]["properties"][section]["description"]
    for name in option_names():
        parts = name.split(".")
        while "description" not in option_schema(".".join(parts), schema):  # a table's description stands with the table
            parts.pop()
        assert len(option_schema(".".join(parts), schema)["description"]) > 10, name
    assert option_schema("subtitles.lines", schema)["default"] == defaults["subtitles"]["lines"]
    assert option_schema("highlights.weights", schema)["default"] == defaults["highlights"]["weights"]
    with pytest.raises(UnknownKey):
        option_schema("subtitles.lins", schema)


def test_every_option_stands_on_the_options_page() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ", options_page(), re.MULTILINE)
    patterns = [re.compile(re.sub("<[^>]+>", "[^.]+", row.replace(".", r"\."))) for row in rows]
    missing = [name for name in option_names() if not any(pattern.fullmatch(name) for pattern in patterns)]
    assert not missing


def test_the_options_page_is_up_to_date() -> None:
    page = Path(__file__).parents[1] / "docs" / "options.md"
    assert page.read_text(encoding="utf-8") == options_page(), "run `make docs`"


@pytest.mark.parametrize("name", preset_names())
def test_stored_options_are_read_back(name: str) -> None:
    options = load_options(name)
    assert options_from(json.loads(json.dumps(options_tree(options)))) == (options, ())


def test_options_stored_by_another_version_are_read_as_far_as_they_are_known() -> None:
    tree = options_tree(load_options(overrides={"subtitles.lines": 1}))
    tree["subtitles"]["dropped"] = 3
    tree["subtitles"]["style"] = "now a section"
    tree["gone"] = {"a": 1, "b": {"c": 2}}
    tree["highlights"]["weights"]["not_installed"] = 1.0
    del tree["clips"], tree["speech"]["engine"]
    options, unknown = options_from(tree)
    assert options == load_options(overrides={"subtitles.lines": 1})
    assert sorted(unknown) == [
        "gone",
        "highlights.weights.not_installed",
        "subtitles.dropped",
        "subtitles.style",
    ]
    with pytest.raises(BadValue, match=r"subtitles\.lines must be"):
        options_from({"subtitles": {"lines": 0}})


def test_a_value_by_its_name() -> None:
    options = with_value(Options(), "events.rules.laughter.onset", 0.9)
    assert value_at(options, "events.rules.laughter.onset") == 0.9
    assert value_at(with_value(options, "top", 3), "highlights.top") == 3
    assert with_value(options, "events.rules.laughter.onset", value_at(Options(), "events.rules.laughter.onset")) == Options()
    with pytest.raises(UnknownKey, match=r"did you mean 'subtitles\.lines'"):
        value_at(options, "subtitles.line")
    with pytest.raises(BadValue, match=r"highlights\.top must be"):
        with_value(options, "top", 0)
