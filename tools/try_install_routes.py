"""Sets up routes of installation from nothing, runs the program in each from another folder, and measures time and size.

    python tools/try_install_routes.py base          what CI runs: the wheel in a new environment, without torch
    python tools/try_install_routes.py --all         every route for which the tools are there; an hour, some 8 GB to download
    python tools/try_install_routes.py --list

To add a route: 1. a function that installs into the folder it is given and returns how the program is started; 2. a line in
`ROUTES`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "examples" / "sample.mp4"
TRANSCRIPT = ROOT / "examples" / "sample.transcript.json"
INSTALL_LIMIT_S = 3_000
"""A slow network and a busy machine included."""
COMMAND_LIMIT_S = 600
SERVER_LIMIT_S = 90
"""Until the page answers."""
CUES = "1\n00:00:01,000 --> 00:00:03,000\nHello there.\n\n"
MEGABYTE = 1_000_000

Command = list[str]
Check = Callable[[Command, Path], None]


class Failed(Exception):
    """A command did not do what it should; the text says what it printed."""


@dataclass(frozen=True, slots=True)
class Route:
    """`install` returns how the program is started; `checks` run it. `needs` is a program without which the route is left out."""

    what: str
    install: Callable[[Path], Command]
    checks: tuple[Check, ...]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    seconds: float
    megabytes: float
    failures: tuple[str, ...]


def run(command: Command, folder: Path, *, code: int = 0, limit_s: int = COMMAND_LIMIT_S, **extra: str) -> str:
    """Standard output and error of a command that has to end with `code`. Sees no PYTHONPATH of this process."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=folder, env={**environment, **extra}, capture_output=True, text=True, timeout=limit_s, check=False
    )
    output = done.stdout + done.stderr
    if done.returncode != code:
        raise Failed(f"{' '.join(command[-6:])} ended with {done.returncode}, not {code}: {output[-1_500:]}")
    return output


def expect(output: str, pattern: str) -> None:
    if not re.search(pattern, " ".join(output.split())):
        raise Failed(f"no {pattern!r} in: {output[-1_500:]}")


# Routes: each installs into `work` and nowhere else.


def built_wheel(work: Path) -> Path:
    """Built by the pip of an environment that is removed again: the interpreter's own pip is a package of its own in Debian."""
    with tempfile.TemporaryDirectory(prefix="builder-") as builder:
        python = environment(Path(builder))
        run([str(python), "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(work), str(ROOT)], work)
    (wheel,) = work.glob("*.whl")
    return wheel


def environment(work: Path) -> Path:
    """The interpreter of a new virtual environment."""
    run([sys.executable, "-m", "venv", str(work / "environment")], work)
    return work / "environment" / "bin" / "python"


def pip_install(python: Path, what: str) -> Command:
    run([str(python), "-m", "pip", "install", "--quiet", what], python.parents[2], limit_s=INSTALL_LIMIT_S)
    return [str(python.with_name("video-pipeline"))]


def wheel(extras: str = "") -> Callable[[Path], Command]:
    return lambda work: pip_install(environment(work), f"{built_wheel(work)}{extras}")


def checkout(work: Path) -> Command:
    return pip_install(environment(work), f"{ROOT}[sensevoice,draft]")


def uv_tool(work: Path) -> Command:
    folders = {"UV_TOOL_DIR": str(work / "tools"), "UV_TOOL_BIN_DIR": str(work / "bin")}
    uv = shutil.which("uv") or "uv"
    run([uv, "tool", "install", "--quiet", f"{built_wheel(work)}[draft]"], work, limit_s=INSTALL_LIMIT_S, **folders)
    return [str(work / "bin" / "video-pipeline")]


def pipx(work: Path) -> Command:
    folders = {"PIPX_HOME": str(work / "pipx"), "PIPX_BIN_DIR": str(work / "bin"), "PIPX_MAN_DIR": str(work / "man")}
    program, what = shutil.which("pipx") or "pipx", f"{built_wheel(work)}[draft]"
    run([program, "install", "--quiet", what], work, limit_s=INSTALL_LIMIT_S, **folders)
    return [str(work / "bin" / "video-pipeline")]


def make(work: Path) -> Command:
    """In a folder whose name holds a space and a dollar sign, from a copy of the files that git knows."""
    copy = work / "a $HOME copy"
    names = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    expect(run(["make", "subtitles"], copy, limit_s=INSTALL_LIMIT_S), r"demo\.srt")
    return [str(copy / ".venv" / "bin" / "python"), "-m", "video_pipeline"]


def dockerfile_steps(work: Path) -> Command:
    """The Dockerfile's own `pip install`, without Docker: in a virtual environment, from a copy of what it copies."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    python = environment(work)
    source = work / "source"
    for line in re.findall(r"^COPY (?!--)(.+?) (\S+)$", text, re.MULTILINE):
        for name in line[0].split():
            target = source / line[1].removeprefix("./") / (Path(name).name if (ROOT / name).is_file() else "")
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copy2 if (ROOT / name).is_file() else shutil.copytree)(ROOT / name, target)  # type: ignore[operator]
    for step in re.findall(r"pip install (.+?)(?:&&|$)", text, re.MULTILINE):
        words = [str(python), "-m", "pip", "install", "--quiet", *step.replace("'", "").split()]
        run(words, source, limit_s=INSTALL_LIMIT_S, PIP_RETRIES="1")  # goes on where PyTorch's index is out of reach
    return [str(python.with_name("video-pipeline"))]


# Checks: what each route must be able to do.


def starts(command: Command, folder: Path) -> None:
    expect(run([*command, "--help"], folder), r"Usage.*subtitles.*highlights")
    expect(run([*command, "presets"], folder), "talk-show")


def starts_as_module(command: Command, folder: Path) -> None:
    python = Path(command[0]).with_name("python")
    expect(run([str(python), "-m", "video_pipeline", "--version"], folder), r"video-pipeline \d")


def converts(command: Command, folder: Path) -> None:
    (folder / "talk.srt").write_text(CUES, encoding="utf-8")
    expect(run([*command, "qc", "talk.srt"], folder), "0 hard")
    run([*command, "subtitles", "--from", "talk.srt", "--formats", "vtt", "--out", "converted"], folder)
    (vtt,) = (folder / "converted").rglob("*.vtt")
    expect(vtt.read_text(encoding="utf-8"), "WEBVTT.*Hello there")


def replays(command: Command, folder: Path) -> None:
    """Everything after recognition, from a stored transcript; `events` before it, on the sound itself."""
    replayed = ["--engine", "replay", "--transcript", str(TRANSCRIPT), "--out", "replayed"]
    expect(run([*command, "events", str(SAMPLE), *replayed], folder), "laugh.*applause")
    run([*command, "process", str(SAMPLE), *replayed], folder)
    (srt,) = (folder / "replayed" / "sample").glob("*.srt")
    expect(srt.read_text(encoding="utf-8"), r"\[laughter\]")
    assert list((folder / "replayed" / "sample" / "clips").glob("*.mp4"))


def names_what_is_missing(command: Command, folder: Path) -> None:
    """Without an extra, each absence is a sentence with the command that ends it."""
    expect(run([*command, "subtitles", str(SAMPLE)], folder, code=8), r"\[sensevoice\].*\[draft\]")
    expect(run([*command, "web"], folder, code=9), r"fastapi is not installed.*install 'emotion-subtitles\[web\]'")
    expect(run([*command, "library", "run", "s3://bucket/talks"], folder, code=2), r"emotion-subtitles\[remote\]")


def drafts(command: Command, folder: Path) -> None:
    run([*command, "subtitles", str(SAMPLE), "--engine", "draft", "--out", "drafted"], folder)
    assert list((folder / "drafted").rglob("*.srt"))


def recognises(command: Command, folder: Path) -> None:
    """The model that comes along understands the demo video, and runs through funasr and torch as the large one does."""
    demo = str(ROOT / "examples" / "demo.mp4")
    run([*command, "subtitles", demo, "--engine", "sensevoice", "--model", "demo", "--out", "recognised"], folder)
    (srt,) = (folder / "recognised").rglob("*.srt")
    expect(srt.read_text(encoding="utf-8"), r"\[laughter\]")


def serves(command: Command, folder: Path) -> None:
    """The page, at an address that others reach: refused without a password, there with one."""
    expect(run([*command, "web", "--share-on", "0.0.0.0"], folder, code=2), "password")
    port = "7873"
    login = {**os.environ, "VIDEO_PIPELINE_AUTH": "me:only-for-this-test"}
    server = subprocess.Popen(
        [*command, "web", "--share-on", "0.0.0.0", "--port", port],
        cwd=folder,
        env=login,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        expect(answer_of(f"http://127.0.0.1:{port}/health"), '"ok"')
    finally:
        server.terminate()
        server.wait(COMMAND_LIMIT_S)


def answer_of(address: str) -> str:
    """Asks until somebody answers."""
    started = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError as error:
            if time.monotonic() - started > SERVER_LIMIT_S:
                raise Failed(f"{address}: {error}") from None
            time.sleep(0.5)


BASICS = (starts, starts_as_module, converts, replays)
ROUTES: dict[str, Route] = {
    "base": Route("`pip install WHEEL`: no engine", wheel(), (*BASICS, names_what_is_missing)),
    "draft": Route("`pip install 'WHEEL[draft]'`", wheel("[draft]"), (*BASICS, drafts)),
    "web": Route("`pip install 'WHEEL[web]'`", wheel("[web]"), (*BASICS, serves)),
    "sensevoice": Route("`pip install 'WHEEL[sensevoice]'`", wheel("[sensevoice]"), (*BASICS, recognises)),
    "checkout": Route("`pip install '.[sensevoice,draft]'`", checkout, (*BASICS, recognises, drafts)),
    "make": Route("`make subtitles`", make, (starts, converts, recognises, drafts), needs="make"),
    "uv": Route("`uv tool install 'WHEEL[draft]'`", uv_tool, (starts, converts, drafts), needs="uv"),
    "pipx": Route("`pipx install 'WHEEL[draft]'`", pipx, (starts, converts, drafts), needs="pipx"),
    "docker": Route("the steps of the Dockerfile", dockerfile_steps, (*BASICS, serves, recognises)),
}


def tried(name: str, keep: bool) -> Measured:
    """Install one route in a folder of its own, check it, measure it."""
    route = ROUTES[name]
    with scratch(keep) as work:
        failures = []
        started = time.monotonic()
        try:
            command = route.install(work)
        except (Failed, subprocess.TimeoutExpired) as error:
            return Measured(name, time.monotonic() - started, size_mb(work), (f"install: {error}",))
        seconds, megabytes = time.monotonic() - started, size_mb(work)
        elsewhere = work / "elsewhere"
        elsewhere.mkdir()
        for check in route.checks:
            try:
                check(command, elsewhere)
            except (Failed, AssertionError, ValueError, subprocess.TimeoutExpired) as error:
                failures.append(f"{check.__name__}: {error}")
        return Measured(name, seconds, megabytes, tuple(failures))


@contextmanager
def scratch(keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="route-")).resolve()
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def size_mb(folder: Path) -> float:
    """What `du` says, in 10^6 bytes: blocks on the disk, hard links counted once."""
    blocks = {(found.st_dev, found.st_ino): found.st_blocks for path in folder.rglob("*") for found in [path.lstat()]}
    return sum(blocks.values()) * 512 / MEGABYTE


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("routes", nargs="*", metavar="ROUTE")
    parser.add_argument("--all", action="store_true", help="every route")
    parser.add_argument("--list", action="store_true", help="the routes, and nothing else")
    parser.add_argument("--keep", action="store_true", help="leave what was installed in its folder")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(f"{name:<12}{route.what}" for name, route in ROUTES.items()))
        return
    if unknown := set(asked.routes) - set(ROUTES):
        parser.error(f"no route {', '.join(sorted(unknown))}; there are {', '.join(ROUTES)}")
    names = list(ROUTES) if asked.all else asked.routes or ["base"]
    left_out = [name for name in names if ROUTES[name].needs and not shutil.which(ROUTES[name].needs)]
    results = []
    for name in names:
        if name in left_out:
            print(f"{name}: left out, since there is no {ROUTES[name].needs} here", flush=True)
            continue
        found = tried(name, asked.keep)
        results.append(found)
        print(f"| {ROUTES[name].what} | {found.seconds:.0f} s | {found.megabytes:.0f} MB |", flush=True)
        for failure in found.failures:
            print(f"{name}: {failure}", flush=True)
    failed = sum(bool(found.failures) for found in results)
    print(f"{len(results) - failed} passed, {failed} failed, {len(left_out)} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
