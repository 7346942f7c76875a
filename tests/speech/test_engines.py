"""Every engine of the table satisfies the contract, and one engine is kept open for the next video."""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import msgspec
import numpy as np
import pytest

from video_pipeline.core.errors import BadRecord, NoSuchFile, UnknownName
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import EngineFactory, Feature, HearsEvents, SpeechEngine, SpeechOptions
from video_pipeline.speech.choose import EnginePool, availabilities, choose, open_engine
from video_pipeline.speech.errors import EngineUnavailable, WeightsMissing
from video_pipeline.speech.replay import ReplayEngine
from video_pipeline.speech.whisper.engine import FACTORY as WHISPER

STORED = Transcript(
    MediaIdentity("talk.mp4", 8.0),
    EngineIdentity("truth"),
    (Segment(0.5, 2.0, "Hello there", tokens=(Token(0.5, 1.0, "Hello"), Token(1.0, 2.0, " there")), language=Language.EN),),
    (AudioEvent(2.0, 3.0, Sound.LAUGHTER, 0.9),),
)


@pytest.fixture(params=list(ENGINES))
def options(request: pytest.FixtureRequest, tmp_path: Path) -> SpeechOptions:
    """Options with which the engine can run on any machine."""
    if request.param == "replay":
        stored = tmp_path / "transcript.json"
        stored.write_bytes(msgspec.json.encode(STORED))
        return SpeechOptions(engine="replay", transcript=str(stored))
    if request.param == "sensevoice":
        folder = request.getfixturevalue("small_checkpoint")
        return SpeechOptions(engine="sensevoice", model=str(folder))
    if request.param == "whisper":
        return SpeechOptions(engine="whisper", model=str(request.getfixturevalue("whisper_folder")))
    return SpeechOptions(engine=request.param)


def test_a_factory_describes_its_engine_before_opening_it(options: SpeechOptions) -> None:
    factory: EngineFactory = ENGINES.load(options.engine)
    assert factory.availability(options).ready
    assert factory.availability(options).reason
    assert factory.languages <= set(Language)
    assert factory.gives <= set(get_args(Feature))
    assert bool(options.model) == bool(factory.models) == factory.reads(options.model)
    engine = factory.open(options)
    assert factory.identify(options) == engine.identity
    if isinstance(engine, HearsEvents):
        assert "events" in factory.gives


def test_an_engine_gives_only_what_its_factory_declares(options: SpeechOptions, speech: Waveform) -> None:
    factory: EngineFactory = ENGINES.load(options.engine)
    heard = list(factory.open(options).transcribe([speech]))
    assert heard
    assert "events" in factory.gives or not any(result.sounds for result in heard)
    for segment in (result.segment for result in heard if result.segment):
        assert segment.language in factory.languages
        assert "emotion" in factory.gives or segment.emotion is None


class Opened:
    """An opener that counts: every engine is the stored transcript's."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.count, self._pause_s = 0, pause_s

    def __call__(self, options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
        self.count += 1
        time.sleep(self._pause_s)
        return ReplayEngine(STORED, identity)


def test_a_pool_opens_an_engine_once_for_all_threads_and_again_for_another_identity() -> None:
    opened, options = Opened(pause_s=0.05), SpeechOptions()
    pool = EnginePool(opened)
    with ThreadPoolExecutor(4) as threads:
        engines = set(threads.map(lambda _: id(pool.engine(options, EngineIdentity("a"))), range(8)))
    assert (len(engines), opened.count) == (1, 1)
    assert pool.engine(options, EngineIdentity("b")).identity == EngineIdentity("b")
    assert pool.engine(SpeechOptions(numerals=False), EngineIdentity("b")).identity == EngineIdentity("b")
    assert opened.count == 3


def test_a_pool_that_failed_to_open_tries_again() -> None:
    def refusing(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
        raise EngineUnavailable("a", f"attempt {next(attempts)}")

    attempts, pool = itertools.count(1), EnginePool(refusing)
    for attempt in (1, 2):
        with pytest.raises(EngineUnavailable, match=f"attempt {attempt}"):
            pool.engine(SpeechOptions(), EngineIdentity("a"))


def test_an_engine_comes_from_the_pool_that_is_handed_in() -> None:
    opened = Opened()
    assert open_engine(SpeechOptions(), EngineIdentity("a"), EnginePool(opened)).identity == EngineIdentity("a")
    assert opened.count == 1


def test_results_are_in_order_and_inside_their_windows(options: SpeechOptions, speech: Waveform) -> None:
    engine: SpeechEngine = ENGINES.load(options.engine).open(options)
    pieces = [Waveform(part, RATE_HZ, 10.0 + k * 2.0) for k, part in enumerate(np.array_split(speech.samples, 4))]
    heard = list(engine.transcribe(iter(pieces)))
    assert [h.window.start_s for h in heard] == sorted(h.window.start_s for h in heard)
    for result in heard:
        assert all(0 <= p <= 1 for p in result.sounds.values())
        segment = result.segment
        if segment is None:
            continue
        assert "".join(token.text for token in segment.tokens).strip() == segment.text
        assert "<|" not in segment.text
        edges = [segment.start_s, *(t for token in segment.tokens for t in (token.start_s, token.end_s)), segment.end_s]
        assert edges == sorted(edges)
        assert result.window.start_s - 1e-6 <= segment.start_s
        assert segment.end_s <= result.window.end_s + 1e-6


@pytest.mark.parametrize("samples", [0, 1, 160, 800])
def test_almost_empty_windows_give_no_speech(options: SpeechOptions, samples: int) -> None:
    engine: SpeechEngine = ENGINES.load(options.engine).open(options)
    sound = Waveform(np.zeros(samples, np.float32))
    if options.engine == "replay":
        assert [h.segment.text for h in engine.transcribe([sound]) if h.segment] == ["Hello there"]
    else:
        assert all(h.segment is None for h in engine.transcribe([sound]))


def test_no_windows_no_words(options: SpeechOptions) -> None:
    if options.engine != "replay":
        assert list(ENGINES.load(options.engine).open(options).transcribe(iter(()))) == []


def test_the_draft_understands_plain_english(speech: Waveform) -> None:
    engine = ENGINES.load("draft").open(SpeechOptions(engine="draft"))
    (heard,) = engine.transcribe([speech])
    assert heard.segment is not None
    assert heard.segment.text[0].isupper()
    said = set(heard.segment.text.lower().split())
    assert len(said & {"good", "evening", "welcome", "show", "tonight", "are", "going", "to", "talk", "about", "subtitles"}) >= 6


def test_replay_gives_events_too(tmp_path: Path) -> None:
    stored = tmp_path / "t.json"
    stored.write_bytes(msgspec.json.encode(STORED))
    heard = list(ENGINES.load("replay").open(SpeechOptions(engine="replay", transcript=str(stored))).transcribe([]))
    assert heard[-1].sounds == {Sound.LAUGHTER: 0.9}
    stored.write_text("{}")
    with pytest.raises(BadRecord):
        ENGINES.load("replay").open(SpeechOptions(engine="replay", transcript=str(stored)))
    with pytest.raises(NoSuchFile):
        ENGINES.load("replay").open(SpeechOptions(engine="replay", transcript=str(tmp_path / "no.json")))


def test_replay_plays_once_for_a_file_in_stretches(tmp_path: Path) -> None:
    stored = tmp_path / "t.json"
    stored.write_bytes(msgspec.json.encode(STORED))
    engine, memory = ENGINES.load("replay").open(SpeechOptions(engine="replay", transcript=str(stored))), dict[str, str]()
    drawn: list[int] = []

    def windows(number: int) -> Iterator[Waveform]:
        yield Waveform(np.zeros(RATE_HZ, np.float32))
        drawn.append(number)

    assert len(list(engine.transcribe(windows(1), memory))) == 2
    assert list(engine.transcribe(windows(2), memory)) == []
    assert drawn == [1, 2]
    assert len(list(engine.transcribe(windows(3)))) == 2


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no checkpoint was ever fetched."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "MODELSCOPE_CACHE", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("VIDEO_PIPELINE_SENSEVOICE", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)


@pytest.mark.usefixtures("no_weights")
def test_auto_chooses_the_draft_without_weights_and_gives_the_reason() -> None:
    choice = choose(SpeechOptions())
    assert choice.name == "draft"
    assert "sensevoice" in choice.why
    assert not availabilities(SpeechOptions())["sensevoice"].ready
    with pytest.raises(WeightsMissing, match="not on this machine"):
        ENGINES.load("sensevoice").open(SpeechOptions(engine="sensevoice"))


@pytest.mark.usefixtures("no_weights")
def test_auto_takes_whisper_for_a_language_outside_sensevoice(
    small_checkpoint: Path, whisper_folder: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("VIDEO_PIPELINE_SENSEVOICE", str(small_checkpoint))
    monkeypatch.setenv("VIDEO_PIPELINE_WHISPER", str(whisper_folder))
    assert choose(SpeechOptions()).name == "sensevoice"
    choice = choose(SpeechOptions(language="fr"))
    assert choice.name == "whisper"
    assert "not sensevoice: it does not know French" in choice.why


def test_the_model_chooses_the_engine_that_reads_it(small_checkpoint: Path, tmp_path: Path) -> None:
    assert choose(SpeechOptions(model=str(small_checkpoint))).name == "sensevoice"
    assert choose(SpeechOptions(model="demo")).name == "sensevoice"
    assert choose(SpeechOptions(model="large-v3-turbo")).name == "whisper"
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes(b"x")
    assert choose(SpeechOptions(model=str(tmp_path))).name == "whisper"
    (tmp_path / "model.bin").unlink()
    with pytest.raises(EngineUnavailable, match=r"no engine can read .*model\.pt.*model\.bin"):
        choose(SpeechOptions(model=str(tmp_path)))


def test_a_folder_around_one_model_stands_for_it(tmp_path: Path) -> None:
    for name in ("base", "small"):
        folder = tmp_path / "hub" / f"models--{name}" / "snapshots" / "0123"
        folder.mkdir(parents=True)
        for file in ("model.bin", "config.json"):
            (folder / file).write_bytes(b"x")
    one = SpeechOptions(model=str(tmp_path / "hub" / "models--base"))
    assert choose(one).name == "whisper"
    assert WHISPER.folder(one) == tmp_path / "hub" / "models--base" / "snapshots" / "0123"
    with pytest.raises(EngineUnavailable, match=r"several models, name one of them: models--base/snapshots/0123, models--small"):
        choose(SpeechOptions(model=str(tmp_path / "hub")))


@pytest.mark.parametrize(
    "file, program",
    [
        ("ggml-base.bin", "whisper.cpp"),
        ("model.safetensors", "Transformers"),
        ("pytorch_model.bin", "Transformers"),
        ("base.pt", "openai"),
    ],
)
def test_models_of_other_programs_are_named(file: str, program: str, tmp_path: Path) -> None:
    (tmp_path / file).touch()
    for model in (tmp_path, tmp_path / file):
        with pytest.raises(EngineUnavailable, match=program):
            choose(SpeechOptions(model=str(model)))


def test_a_folder_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        choose(SpeechOptions(model=str(tmp_path / "whisper-small")))


def test_a_named_engine_says_who_knows_the_language_it_does_not_know() -> None:
    with pytest.raises(EngineUnavailable, match="does not know French; these do: whisper"):
        choose(SpeechOptions(engine="sensevoice", language="fr"))


@pytest.mark.usefixtures("no_weights")
def test_auto_refuses_a_language_that_no_engine_knows() -> None:
    with pytest.raises(EngineUnavailable, match="draft: it does not know Japanese"):
        choose(SpeechOptions(language="ja"))


def test_auto_takes_sensevoice_where_it_can_run(small_checkpoint: Path) -> None:
    assert choose(SpeechOptions(model=str(small_checkpoint))).name == "sensevoice"


def test_a_wrong_name_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownName, match="did you mean 'sensevoice'"):
        SpeechOptions(engine="sensvoice")
    with pytest.raises(UnknownName, match="language"):
        SpeechOptions(language="english")
