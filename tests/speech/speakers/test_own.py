"""The parts of the diarizer that comes with the package."""

from __future__ import annotations

import numpy as np
import pytest

from tests.speech.speakers.conftest import Conversation
from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.speech.speakers.base import CountRange
from video_pipeline.speech.speakers.own import clustering, fbank, networks
from video_pipeline.speech.speakers.own.pooling import pooled
from video_pipeline.speech.speakers.own.runs import Print, Run, RunFinder
from video_pipeline.speech.speakers.own.stitching import HOP_FRAMES, Stitcher


def test_features_are_kaldis() -> None:
    native = pytest.importorskip("kaldi_native_fbank", reason="needs the extra sensevoice")
    rng = np.random.default_rng(1)
    samples = (0.1 * rng.standard_normal(RATE_HZ)).astype(np.float32)
    options = native.FbankOptions()
    options.frame_opts.dither, options.mel_opts.num_bins, options.frame_opts.window_type = 0.0, 80, "povey"
    options.mel_opts.high_freq = 8000.0
    theirs = native.OnlineFbank(options)
    theirs.accept_waveform(RATE_HZ, samples.tolist())
    expected = np.stack([theirs.get_frame(k) for k in range(theirs.num_frames_ready)])
    ours = fbank.log_mel(samples)
    assert ours.shape == expected.shape
    assert np.abs(ours - expected).max() < 0.01


def test_the_same_voice_is_alike_and_another_is_not(conversation: Conversation) -> None:
    samples, turns = conversation
    prints = []
    for turn in turns[:4]:
        part = samples[round(turn.start_s * RATE_HZ) : round(turn.end_s * RATE_HZ)]
        features = fbank.centred(fbank.log_mel(part))
        prints.append(networks.voice_prints(features, np.array([0]), len(features))[0])
    assert np.allclose(np.linalg.norm(prints, axis=1), 1.0, atol=1e-5)
    tom, ian, tom_again, ian_again = prints
    assert min(tom @ tom_again, ian @ ian_again) > max(tom @ ian, tom_again @ ian_again) + 0.2


def test_tracks_cover_the_sound_frame_by_frame(conversation: Conversation) -> None:
    samples, _ = conversation
    stitcher = Stitcher()
    parts = list(stitcher.hear(samples))
    assert all(len(part) == HOP_FRAMES for part in parts)
    tracks = np.concatenate([*parts, stitcher.finish()])
    assert len(tracks) == -(-len(samples) // networks.STEP)
    assert tracks.min() >= 0
    assert tracks.max() <= 1.001


def test_memory_does_not_grow_with_the_file(conversation: Conversation) -> None:
    samples, _ = conversation
    finder, stitcher = RunFinder(), Stitcher()
    kept = []
    for _ in range(6):
        finder.hear(samples)
        for activity in stitcher.hear(samples):
            list(finder.see(activity))
        kept.append(sum(len(features) for features in finder._features))
    assert max(kept) < 100 * (2 * len(samples) / RATE_HZ + 12)


def made(voice: int, start_s: float, count: int, rng: np.random.Generator) -> Run:
    """A run whose prints are a voice's with some noise."""
    centre = np.zeros(192)
    centre[voice] = 1.0
    vectors = centre + 0.04 * rng.standard_normal((count, 192))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    prints = tuple(Print(start_s + 0.75 + 0.5 * k, 1.5, vector.astype(np.float32)) for k, vector in enumerate(vectors))
    return Run(start_s, start_s + 1.0 + 0.5 * count, prints)


def test_more_prints_than_fit_into_one_clustering_give_the_same_voices() -> None:
    rng = np.random.default_rng(2)
    runs = [made(k % 4, 10.0 * k, 16, rng) for k in range(120)]
    parts = clustering.parts_of(runs, CountRange())
    assert len({part.voice for part in parts}) == 4
    assert len({(part.voice, k % 4) for k, part in enumerate(parts)}) == 4


def test_a_change_within_a_run_is_found_and_one_odd_print_is_not_one() -> None:
    rng = np.random.default_rng(3)
    first, second = made(0, 0.0, 6, rng), made(1, 3.0, 6, rng)
    both = Run(0.0, second.end_s, (*first.prints, *second.prints))
    parts = clustering.parts_of([made(0, 20, 8, rng), made(1, 30, 8, rng), both], CountRange())
    ours = [part for part in parts if part.start_s < both.end_s]
    assert len(ours) == 2
    assert abs(ours[0].end_s - 3.5) < 0.3
    assert ours[1].end_s == both.end_s


def test_a_run_without_prints_is_not_who_speaks_at_the_same_time() -> None:
    rng = np.random.default_rng(4)
    runs = [made(0, 0.0, 10, rng), made(1, 8.0, 10, rng), Run(9.0, 9.4, ())]
    parts = clustering.parts_of(runs, CountRange())
    voice = {part.start_s: part.voice for part in parts}
    assert voice[9.0] == voice[0.0] != voice[8.0]


def test_the_sound_of_a_telephone_is_known(conversation: Conversation) -> None:
    samples, _ = conversation
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    telephone = np.fft.irfft(np.where((hz > 300) & (hz < 3400), spectrum, 0.0), len(samples)).astype(np.float32)
    rng = np.random.default_rng(1)
    for sound, narrow in ((samples, False), (telephone + 1e-6 * rng.standard_normal(len(samples)).astype(np.float32), True)):
        features = fbank.log_mel(sound[: 10 * RATE_HZ])
        loudness = features[:, 20:50].mean(axis=1)
        mean = features[loudness > np.quantile(loudness, 0.75)].mean(axis=0)
        assert fbank.lacks_highs(mean.astype(np.float64)) == narrow
    assert not fbank.lacks_highs(np.zeros(41))


def test_what_a_telephone_adds_to_every_voice_is_taken_out() -> None:
    """Voices of real telephones share a part that is as large as what tells them apart."""
    rng = np.random.default_rng(3)
    shared = networks.without_telephone(np.zeros((1, 192), np.float32))[0]
    own = rng.standard_normal((2, 192)).astype(np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    heard = 0.75 * own - 0.66 * shared
    heard /= np.linalg.norm(heard, axis=1, keepdims=True)
    found = networks.without_telephone(heard)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    assert 1 - heard[0] @ heard[1] < 0.6 < clustering.APART < 1 - found[0] @ found[1]
    assert min(found[0] @ own[0], found[1] @ own[1]) > 0.9


def spread(centre: np.ndarray, within: float, start_s: float, count: int, rng: np.random.Generator) -> Run:
    """A run of prints whose mean cosine distance from each other is about `within`."""
    noise = rng.standard_normal((count, 192))
    noise[:, :3] = 0.0
    vectors = centre * np.sqrt(1 - within) + noise / np.linalg.norm(noise, axis=1, keepdims=True) * np.sqrt(within)
    prints = tuple(Print(start_s + 0.75 + 0.5 * k, 1.5, vector.astype(np.float32)) for k, vector in enumerate(vectors))
    return Run(start_s, start_s + 1.0 + 0.5 * count, prints)


def two_centres(apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors at a cosine distance."""
    one, other = np.zeros(192), np.zeros(192)
    one[0], other[0], other[1] = 1.0, 1 - apart, np.sqrt(1 - (1 - apart) ** 2)
    return one, other


@pytest.mark.parametrize(("within", "voices"), [(0.2, 2), (0.45, 1)])
def test_voices_that_are_alike_are_told_apart_by_how_even_each_is(within: float, voices: int) -> None:
    """Two people on one telephone line are 0.6 apart and 0.2 within; one who shouts and whispers is 0.6 apart too."""
    rng = np.random.default_rng(5)
    one, other = two_centres(1 - 0.38 / (1 - within))
    runs = [spread(one if k % 2 else other, within, 10.0 * k, 6, rng) for k in range(4)]
    assert 0.6 < 1 - float(runs[0].prints[0].vector @ runs[1].prints[0].vector) < 0.68
    assert len({part.voice for part in clustering.parts_of(runs, CountRange())}) == voices


@pytest.mark.parametrize(("prints", "apart", "voices"), [(2, 1.0, 2), (1, 1.0, 1), (2, 0.75, 1)])
def test_who_says_little_is_a_voice_if_like_no_other(prints: int, apart: float, voices: int) -> None:
    rng = np.random.default_rng(6)
    one, other = two_centres(apart)
    runs = [spread(one, 0.1, 0.0, 20, rng), spread(other, 0.1, 20.0, prints, rng)]
    assert len({part.voice for part in clustering.parts_of(runs, CountRange())}) == voices


def test_short_runs_borrow_from_their_track() -> None:
    rng = np.random.default_rng(7)
    one, other = two_centres(1.0)

    def short(track: int, start_s: float) -> Run:
        (run,) = (spread(one if track == 0 else other, 0.5, start_s, 1, rng),)
        return Run(start_s, start_s + 0.7, (Print(start_s + 0.35, 0.6, run.prints[0].vector),), track)

    runs = [short(k % 2, 0.8 * k) for k in range(16)]
    long = spread(one, 0.5, 20.0, 3, rng)
    found = pooled([*runs, long])
    assert found[16:] == list(long.prints)
    before = np.stack([run.prints[0].vector for run in runs])
    after = np.stack([one.vector for one in found[:16]])
    mine = np.arange(16)[:, None] % 2 == np.arange(16) % 2
    assert 1 - (before @ before.T)[mine].mean() > 0.4
    assert 1 - (after @ after.T)[mine].mean() < 0.25 < 0.9 < 1 - (after @ after.T)[~mine].mean()
    assert all(0.6 < one.length_s <= 1.5 for one in found[:16])
    assert len({part.voice for part in clustering.parts_of([*runs, long], CountRange())}) == 2


def test_noise_of_which_no_two_prints_are_alike_founds_no_crowd() -> None:
    """Joining its prints one by one took minutes."""
    vectors = np.random.default_rng(4).standard_normal((1400, 192)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    prints = [Print(k / 2, 1.5, vector) for k, vector in enumerate(vectors)]
    assert len(clustering.voices(prints, CountRange())) == 1
