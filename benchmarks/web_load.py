"""Two hundred people and programs at one server, and whether anything that it took was lost.

`python -m benchmarks.web_load --minutes 10` starts a server of its own and lets clients of every kind work on it, each with
pauses as people make them: some watch streams of events, look at a video, play parts of it, correct its lines, upload by a form
or in pieces (tus), ask `/v1`. A process beside them asks `/health` four times a second on new connections. At the end every
upload that was taken has to be done, and every correction that was answered has to stand in the transcript.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import random
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "sample.mp4"
STORED = ROOT / "examples" / "sample.transcript.json"
_KINDS = {"watch": 60, "look": 60, "play": 30, "correct": 20, "upload": 10, "resume": 10, "ask": 10}
"""Clients of each kind; two hundred in all."""
_VIDEOS = 6
"""That people look at and correct."""
_PATIENCE_S = 240.0
_PROBE_S = 0.25
_LATE = "(lateness of the machine itself)"
"""How much later than it asked for a program that only sleeps is woken up: no server can answer sooner."""
_TUS = {"Tus-Resumable": "1.0.0"}


class Load:
    """The figures of one run."""

    def __init__(self) -> None:
        self.until_s = 0.0
        self.took_s: defaultdict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.corrected: dict[str, str] = {}
        """The last text of each line that a client of its own corrects."""
        self.memory_mb: list[tuple[float, float]] = []
        self.videos: list[str] = []

    async def timed(self, kind: str, call: Awaitable[httpx.Response], *expected: int) -> httpx.Response | None:
        began_s = time.monotonic()
        try:
            answer = await call
        except httpx.HTTPError as error:
            self.failed[f"{kind}: {type(error).__name__}"] += 1
            return None
        self.took_s[kind].append(time.monotonic() - began_s)
        if answer.status_code not in (expected or (200,)):
            self.failed[f"{kind}: {answer.status_code}"] += 1
            return None
        return answer

    def video(self, number: int) -> str:
        return self.videos[number % len(self.videos)]

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until_s


def tone(number: int) -> bytes:
    """A second of sound, other than that of every other number."""
    samples = [(i * (number + 7) * 37 % 8000) - 4000 for i in range(16_000)]
    with tempfile.SpooledTemporaryFile() as file:
        with wave.open(file, "wb") as sound:
            sound.setparams((1, 2, 16_000, 0, "NONE", ""))
            sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
        file.seek(0)
        return file.read()


async def watch(load: Load, client: httpx.AsyncClient, number: int) -> None:
    """Has the page open: news of the video, and now and then the list."""
    while load.goes_on:
        try:
            async with client.stream("GET", f"/api/jobs/{load.video(number)}/{'news' if number % 2 else 'progress'}") as answer:
                async with asyncio.timeout(20):
                    async for _ in answer.aiter_lines():
                        pass
        except TimeoutError:
            pass
        except httpx.HTTPError as error:
            load.failed[f"watch: {type(error).__name__}"] += 1
        await load.timed("list of jobs", client.get("/api/jobs"))
        await asyncio.sleep(random.uniform(2, 10))


async def look(load: Load, client: httpx.AsyncClient, number: int) -> None:
    while load.goes_on:
        await load.timed("view", client.get(f"/api/jobs/{load.video(number)}/view"))
        await load.timed("poster", client.get(f"/api/jobs/{load.video(number)}/poster", params={"at_s": number % 50}))
        await load.timed("subtitles", client.get(f"/api/jobs/{load.video(number)}/subtitles/srt"))
        await asyncio.sleep(random.uniform(10, 40))


async def play(load: Load, client: httpx.AsyncClient, number: int) -> None:
    while load.goes_on:
        start = random.randrange(SAMPLE.stat().st_size // 2)
        headers = {"Range": f"bytes={start}-{start + 200_000}"}
        await load.timed("part of the video", client.get(f"/api/jobs/{load.video(number)}/media", headers=headers), 206)
        await asyncio.sleep(random.uniform(4, 12))


async def correct(load: Load, client: httpx.AsyncClient, number: int) -> None:
    """Adds a line of its own and writes it again and again, knowing what it saw last; looks again after a call without answer."""
    start_s, seen, is_sure = number * 2.5, list[Any](), True
    for turn in range(1_000_000):
        if not load.goes_on:
            return
        line = {"start_s": start_s, "end_s": start_s + 0.5, "text": f"client {number} wrote this {turn}"}
        edit = {"edits": [{"was": seen, "lines": [line]}]}
        call = client.post(f"/api/jobs/{load.video(number)}/lines", json=edit)
        answer = await load.timed("correction", call, 200, *(() if is_sure else (409,)))
        is_sure = answer is not None and answer.status_code == 200
        there = answer.json()["edits"][0]["lines"] if answer is not None and is_sure else await own_lines(load, client, number)
        if there is not None:
            seen = [{key: one[key] for key in ("start_s", "end_s", "text")} for one in there]
            texts = [one["text"] for one in seen]
            if is_sure or texts == [line["text"]]:  # else what was answered before must still be there
                load.corrected[str(number)] = line["text"]
        await asyncio.sleep(random.uniform(5, 20))


async def own_lines(load: Load, client: httpx.AsyncClient, number: int) -> list[dict[str, Any]] | None:
    """What the video says now where this client writes; None if that is not answered either."""
    answer = await load.timed("view", client.get(f"/api/jobs/{load.video(number)}/view"))
    lines = answer.json()["segments"] if answer is not None else None
    return lines and [line for line in lines if line["text"].startswith(f"client {number} wrote this ")]


async def upload(load: Load, client: httpx.AsyncClient, number: int) -> None:
    for turn in range(1_000_000):
        if not load.goes_on:
            return
        files = {"file": (f"tone {number} {turn}.wav", tone(number * 1000 + turn))}
        answer = await load.timed("upload", client.post("/api/jobs", files=files), 201, 429)
        if answer is not None and answer.status_code == 201:
            load.accepted.add(answer.json()["id"])
        await asyncio.sleep(random.uniform(20, 60))


async def resume(load: Load, client: httpx.AsyncClient, number: int) -> None:
    for turn in range(1_000_000):
        if not load.goes_on:
            return
        content = tone(500_000 + number * 1000 + turn)
        headers = {**_TUS, "Upload-Length": str(len(content))}
        begun = await load.timed("upload begun", client.post("/api/uploads", headers=headers), 201)
        for start in range(0, len(content), 16_000) if begun is not None else ():
            piece = {**_TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
            call = client.patch(begun.url.join(begun.headers["location"]), headers=piece, content=content[start : start + 16_000])
            answer = await load.timed("piece of an upload", call, 204)
            if answer is not None and "upload-job" in answer.headers:
                load.accepted.add(answer.headers["upload-job"])
        await asyncio.sleep(random.uniform(20, 60))


async def ask(load: Load, client: httpx.AsyncClient, number: int) -> None:
    """A program that wants a transcription of the same file as the last one, so that it waits for nothing else."""
    while load.goes_on:
        files = {"file": ("asked.wav", tone(900_000 + number))}
        call = client.post("/v1/audio/transcriptions", files=files, data={"model": "whisper-1"})
        await load.timed("transcription of /v1", call)
        await asyncio.sleep(random.uniform(10, 30))


def probe(port: int, seconds: float, pid: int, report: Any) -> None:
    """Looks from a process of its own, on a new connection each time, as a balancer does; also at the memory of the server."""
    took_s, late_s, memory_mb, began_s = [], [], [], time.monotonic()
    while (at_s := time.monotonic()) < began_s + seconds:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/health")
        assert connection.getresponse().read()
        connection.close()
        took_s.append(time.monotonic() - at_s)
        memory_mb.append((at_s - began_s, resident_mb(pid)))
        slept_s = time.monotonic()
        time.sleep(_PROBE_S)
        late_s.append(time.monotonic() - slept_s - _PROBE_S)
    report.send((took_s, late_s, memory_mb))


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


async def finished(load: Load, client: httpx.AsyncClient) -> Counter[str]:
    """The states of all that was taken, when nothing waits any more."""
    give_up_s = time.monotonic() + _PATIENCE_S
    while True:
        answer = await client.get("/api/jobs")
        states = Counter({job["id"]: job["state"] for job in answer.json()}.get(one, "gone") for one in load.accepted)
        if not states["queued"] + states["running"] or time.monotonic() > give_up_s:
            return states
        await asyncio.sleep(1)


async def measured(port: int, minutes: float, pid: int) -> None:
    kinds: dict[str, Callable[[Load, httpx.AsyncClient, int], Awaitable[None]]]
    kinds = {"watch": watch, "look": look, "play": play, "correct": correct, "upload": upload, "resume": resume, "ask": ask}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) as client:
        load = Load()
        for lines in range(1, _VIDEOS + 1):
            form = {
                "files": {"file": ("sample.mp4", SAMPLE.read_bytes())},
                "data": {"options": f'{{"subtitles.lines": {lines}}}'},
            }
            load.videos.append((await client.post("/api/jobs", **form)).json()["id"])
        load.accepted.update(load.videos)
        await finished(load, client)
        load.until_s = time.monotonic() + 60 * minutes
        receiver, sender = multiprocessing.Pipe(duplex=False)
        multiprocessing.get_context("spawn").Process(target=probe, args=(port, 60 * minutes, pid, sender), daemon=True).start()
        await asyncio.gather(
            *(late(kinds[kind], load, client, number) for kind, many in _KINDS.items() for number in range(many))
        )
        load.took_s["/health"], load.took_s[_LATE], load.memory_mb = await asyncio.to_thread(receiver.recv)
        states = await finished(load, client)
        views = [(await client.get(f"/api/jobs/{video}/view")).json() for video in load.videos]
    told(load, states, {segment["text"] for view in views for segment in view["segments"]}, minutes)


async def late(kind: Callable[[Load, httpx.AsyncClient, int], Awaitable[None]], load: Load, client: Any, number: int) -> None:
    await asyncio.sleep(random.uniform(0, 10))
    await kind(load, client, number)


def told(load: Load, states: Counter[str], texts: set[str], minutes: float) -> None:
    lost = [text for text in load.corrected.values() if text not in texts]
    print(f"{sum(_KINDS.values())} clients for {minutes:g} minutes: {sum(map(len, load.took_s.values()))} answers\n")
    print("| asked for | answers | median | 99 of 100 | longest |\n|---|---|---|---|---|")
    for kind, took in sorted(load.took_s.items()):
        took.sort()
        print(f"| {kind} | {len(took)} | {took[len(took) // 2]:.3f} s | {took[int(len(took) * 0.99)]:.3f} s | {took[-1]:.3f} s |")
    quarter = load.memory_mb[-1][0] / 4
    means = [[mb for at_s, mb in load.memory_mb if n * quarter <= at_s <= (n + 1) * quarter] for n in range(4)]
    print("\nmemory of the server by quarters of the run:", ", ".join(f"{sum(one) / len(one):.0f} MB" for one in means if one))
    print(f"uploads taken: {len(load.accepted)}, of which {dict(states)}")
    print(f"corrections answered: {len(load.took_s['correction'])}; lines that are not as they were left: {len(lost)} {lost[:3]}")
    print(f"failures: {json.dumps(dict(load.failed))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--port", type=int, default=18_961)
    parser.add_argument("--out", type=Path, help="where the server works; a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder)
        said: dict[str, Any] = {"speech.transcript": STORED, "speech.other_video": "true"}
        sets = [part for key, value in said.items() for part in ("--set", f"{key}={value}")]
        command = [sys.executable, "-m", "video_pipeline", "web", "--port", str(options.port), "--out", str(out)]
        process = subprocess.Popen([*command, "--engine", "replay", "--queue", "2000", *sets], cwd=ROOT)
        try:
            address = f"http://127.0.0.1:{options.port}"
            while True:
                try:
                    httpx.get(f"{address}/health", timeout=5)
                    break
                except httpx.TransportError:
                    time.sleep(0.3)
            asyncio.run(measured(options.port, options.minutes, process.pid))
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()
