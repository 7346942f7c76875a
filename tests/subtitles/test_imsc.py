"""TTML conforms to the text profile of IMSC 1.1 (W3C Recommendation of 8 November 2018), as far as it is used."""

import re
import xml.etree.ElementTree as ET

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language, Sound
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.formats.ttml import TtmlFormat
from video_pipeline.subtitles.rules import SafeZone
from video_pipeline.subtitles.style import StyleOptions

TT = "{http://www.w3.org/ns/ttml}"
TTP = "{http://www.w3.org/ns/ttml#parameter}"
TTS = "{http://www.w3.org/ns/ttml#styling}"
TTM = "{http://www.w3.org/ns/ttml#metadata}"
XML = "{http://www.w3.org/XML/1998/namespace}"
CUES = [
    *(
        Cue(k, k + 0.5, ("one <two>", "& three"), language=Language.EN, emotion=emotion, starts_emotion=True, speaker=f"S {k}")
        for k, emotion in enumerate(SHOWN_EMOTIONS)
    ),
    Cue(20, 21, (), language=Language.EN, sound=Sound.MUSIC),
    Cue(3722, 3723.5, ("今天\x00天气",), language=Language.ZH),
]
APPEARANCES = [
    Appearance(title="a & b"),
    Appearance(width_px=1080, height_px=1920, safe_zone=SafeZone(0.11, 0.28, 0.15, 0.35), style=StyleOptions(backdrop="box")),
]


@pytest.fixture(params=APPEARANCES)
def root(request: pytest.FixtureRequest) -> ET.Element:
    return ET.fromstring(TtmlFormat().render(CUES, request.param).encode())


def test_the_document_says_what_it_is(root: ET.Element) -> None:
    assert root.tag == f"{TT}tt"
    assert root.get(f"{TTP}contentProfiles") == "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
    assert root.get(f"{TTP}timeBase") == "media"
    assert root.get(f"{XML}lang") == "en"
    assert [child.tag for child in root] == [f"{TT}head", f"{TT}body"]


def test_only_what_the_profile_allows_is_used(root: ET.Element) -> None:
    allowed = {f"{TT}{name}" for name in "tt head metadata styling style layout region body div p span br".split()}
    assert {e.tag for e in root.iter() if not e.tag.startswith(TTM)} <= allowed
    looks = {key for e in root.iter() for key in e.attrib if key.startswith(TTS)}
    names = "color backgroundColor fontFamily fontSize fontStyle textAlign textOutline origin extent displayAlign".split()
    assert looks <= {f"{TTS}{name}" for name in names}


def test_values_are_well_formed(root: ET.Element) -> None:
    for element in root.iter():
        for name in ("color", "backgroundColor"):
            assert re.fullmatch(r"#[0-9A-F]{6}([0-9A-F]{2})?", element.get(f"{TTS}{name}", "#000000"))
        assert re.fullmatch(r"\d+(\.\d+)?(%|c|rh|rw)", element.get(f"{TTS}fontSize", "1c"))
        for name in ("begin", "end"):
            assert re.fullmatch(r"\d{2,}:[0-5]\d:[0-5]\d\.\d{3}", element.get(name, "00:00:00.000"))


def test_what_is_referred_to_exists_once(root: ET.Element) -> None:
    names = [name for e in root.iter() if (name := e.get(f"{XML}id"))]
    assert len(names) == len(set(names))
    for element in root.iter():
        for key in ("style", "region", f"{TTM}agent"):
            assert set(element.get(key, "").split()) <= set(names)


def test_every_paragraph_stands_in_a_region_inside_the_picture(root: ET.Element) -> None:
    (region,) = root.iter(f"{TT}region")
    x, y = (float(value.rstrip("%")) for value in region.attrib[f"{TTS}origin"].split())
    wide, high = (float(value.rstrip("%")) for value in region.attrib[f"{TTS}extent"].split())
    assert min(x, y, wide, high) > 0
    assert x + wide <= 100
    assert y + high <= 100
    body = root.find(f"{TT}body")
    assert body is not None
    assert body.get("region") == region.get(f"{XML}id")


def test_speakers_and_languages_are_declared(root: ET.Element) -> None:
    paragraphs = list(root.iter(f"{TT}p"))
    agents = {a.attrib[f"{XML}id"]: "".join(a.itertext()) for a in root.iter(f"{TTM}agent")}
    assert agents[paragraphs[1].attrib[f"{TTM}agent"]] == "S 1"
    assert paragraphs[-1].get(f"{XML}lang") == "zh-Hans"
    assert paragraphs[-1].get("end") == "01:02:03.500"
    assert "".join(paragraphs[-1].itertext()) == "今天 天气"
