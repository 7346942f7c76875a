"""Small media files, made with the FFmpeg that the package itself finds, the sample, a miniature of the speech model."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tests.font_sets import write_font_config
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.font_file import own

os.environ["VIDEO_PIPELINE_OFFLINE"] = "1"
"""No test downloads the real weights, nor does any process that a test starts."""

WHISPER = os.environ.pop("VIDEO_PIPELINE_WHISPER", "") or os.environ.get("WHISPER_OF_TESTS", "")
"""The folder of a real Whisper model, for the tests that ask for it; hidden from all others, for which no weights are here."""
os.environ["WHISPER_OF_TESTS"] = WHISPER
"""For the processes among which tests are shared out, which start with this one's environment."""

settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")
"""The same examples at every run, so that a change is judged by what it changed. `make explore` draws new ones."""

EXAMPLES = Path(__file__).parents[1] / "examples"
TOOLS = Path(__file__).parents[1] / "tools"
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
_TONE = ("-f", "lavfi", "-i", "sine=440:r=16000:d={s}")


def _picture(size: str = "160x120", fps: int = 25, more: str = "") -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}:d={{s}}{more}")


RECIPES: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "tone": ("mp4", 2, (*_picture(), *_TONE, *_X264)),
    "long": ("mp4", 40, (*_picture("96x64", 10), *_TONE, *_X264)),
    "silent": ("mp4", 2, (*_picture(), "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d={s}", *_X264)),
    "no-audio": ("mp4", 1, (*_picture(), *_X264)),
    "two-tracks": (
        "mkv",
        2,
        (
            *(*_picture(), *_TONE, "-f", "lavfi", "-i", "sine=880:r=16000:d={s}", "-map", "0", "-map", "1", "-map", "2"),
            *(*_X264, "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"),
        ),
    ),
    "late-audio": ("mkv", 3, (*_picture(), "-itsoffset", "1", *_TONE, *_X264, "-c:a", "pcm_s16le", "-t", "{s}")),
    "anamorphic": ("mp4", 1, (*_picture("180x144", more=",setsar=16/15"), *_TONE, *_X264)),
    "ten-fps": ("mp4", 2, (*_picture(fps=10), *_TONE, *_X264)),
    "odd-size": ("mkv", 1, ("-f", "lavfi", "-i", "testsrc=s=161x121:r=25:d={s}", *_TONE, "-c:v", "ffv1", "-c:a", "pcm_s16le")),
    "sound": ("m4a", 2, (*_TONE, "-c:a", "aac")),
    "sound-pcm": ("wav", 2, _TONE),
    "left-only": ("wav", 1, (*_TONE, "-af", "pan=stereo|c0=c0|c1=0*c0")),
    "colours": (
        "mp4",
        6,
        (
            *("-f", "lavfi", "-i", "color=red:s=160x120:r=25:d=2", "-f", "lavfi", "-i", "color=lime:s=160x120:r=25:d=2"),
            *("-f", "lavfi", "-i", "color=blue:s=160x120:r=25:d=2", *_TONE),
            *("-filter_complex", "[0][1][2]concat=n=3[v]", "-map", "[v]", "-map", "3", *_X264),
        ),
    ),
}


class MediaFactory:
    """`media("tone")` is the path of that small file, made on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str) -> Path:
        suffix, duration_s, recipe = RECIPES[name]
        path = self.folder / f"{name}.{suffix}"
        if not path.exists():
            self._ffmpeg(*(word.replace("{s}", str(duration_s)) for word in recipe), str(path))
        return path

    def rotated(self) -> Path:
        """160x120 as stored, to be shown turned by a quarter."""
        path = self.folder / "rotated.mp4"
        self._ffmpeg("-display_rotation", "90", "-i", str(self("tone")), "-c", "copy", str(path))
        return path

    def with_cover(self) -> Path:
        """Sound with a picture of its cover."""
        cover, path = self.folder / "cover.png", self.folder / "cover.m4a"
        self._ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", str(cover))
        inputs = ("-i", str(self("sound")), "-i", str(cover), "-map", "0", "-map", "1")
        self._ffmpeg(*inputs, "-c", "copy", "-disposition:v:0", "attached_pic", str(path))
        return path

    def header_first(self, name: str) -> Path:
        """The same MP4 with its index before its content, as it is made for streaming."""
        path = self.folder / f"{name}.header-first.mp4"
        self._ffmpeg("-i", str(self(name)), "-c", "copy", "-movflags", "+faststart", str(path))
        return path

    def shortened(self, path: Path, share: float) -> Path:
        """The first part of a file's bytes, as a broken download leaves it."""
        content = path.read_bytes()
        return self._put(f"{path.stem}.{share}{path.suffix}", content[: int(len(content) * share)])

    def header_only(self) -> Path:
        """An index, and none of what it speaks of."""
        content = self.header_first("tone").read_bytes()
        return self._put("header-only.mp4", content[: content.index(b"mdat") + 4])

    def scrambled(self, share: float) -> Path:
        """An MP4 whose content turns into noise after `share` of it."""
        content = self.header_first("tone").read_bytes()
        start = content.index(b"mdat") + 4
        good = start + int((len(content) - start) * share)
        return self._put(f"scrambled.{share}.mp4", content[:good] + np.random.default_rng(0).bytes(len(content) - good))

    def garbage(self) -> Path:
        """What an encrypted file looks like from outside."""
        return self._put("garbage.mp4", np.random.default_rng(1).bytes(50_000))

    def not_a_number(self) -> Path:
        """One second of a float track in which NaN, infinity and far too loud samples hide."""
        samples = np.full(16_000, 0.25, np.float32)
        samples[1000], samples[2000], samples[3000] = np.nan, np.inf, 50.0
        raw, path = self.folder / "nan.f32", self.folder / "nan.wav"
        raw.write_bytes(samples.tobytes())
        self._ffmpeg("-f", "f32le", "-ar", "16000", "-i", str(raw), "-c:a", "pcm_f32le", str(path))
        return path

    def no_samples(self) -> Path:
        """A sound file of length zero."""
        path = self.folder / "zero-length.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
        return path

    def _put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    @staticmethod
    def _ffmpeg(*words: str) -> None:
        subprocess.run([find_ffmpeg(), "-v", "error", "-nostdin", "-y", *words], check=True, timeout=60)


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """Of a real Whisper model; the tests take no other than the one named, so that they never download one."""
    pytest.importorskip("faster_whisper")
    if not WHISPER or not (Path(WHISPER) / "model.bin").is_file():
        pytest.skip("VIDEO_PIPELINE_WHISPER names no folder with a Whisper model")
    return Path(WHISPER)


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> MediaFactory:
    return MediaFactory(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def sample() -> Path:
    """Real speech with laughter, a minute, English."""
    return EXAMPLES / "sample.mp4"


@pytest.fixture(scope="session")
def sample_transcript() -> Path:
    return EXAMPLES / "sample.transcript.json"


@pytest.fixture
def tree() -> Callable[[Path], set[str]]:
    """Everything below a folder, hidden files too, as relative names."""
    return lambda folder: {path.relative_to(folder).as_posix() for path in folder.rglob("*")} if folder.exists() else set()


def load_tool(name: str) -> ModuleType:
    """The script `tools/NAME.py` as a module, loaded once."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def checkpoint_tool() -> ModuleType:
    """The tool that makes checkpoints with random weights."""
    return load_tool("make_random_checkpoint")


@pytest.fixture(scope="session")
def small_checkpoint(checkpoint_tool: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a miniature checkpoint with random weights. Copy it before damaging it."""
    folder: Path = checkpoint_tool.make_checkpoint(tmp_path_factory.mktemp("small") / "SenseVoiceSmall", checkpoint_tool.SMALL)
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Debian's Chromium, steered by Playwright; what needs it is skipped where either is missing.

    It shows pages in the project's fonts, whatever the machine has: Chromium does not start without any font.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium on this machine (apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (pip install playwright)")
    with playwright.sync_playwright() as steering:
        fonts = write_font_config(own()[0].parent, tmp_path_factory.mktemp("browser"))
        running = steering.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield running
        running.close()
