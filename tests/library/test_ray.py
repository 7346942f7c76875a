"""A cluster of two nodes gives what one process gives, byte for byte, and outlives its nodes and its runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import EngineUnavailable
from video_pipeline.library import EXECUTORS
from video_pipeline.library.base import Event, Job, Outcome
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.limits import Pool
from video_pipeline.library.runner import LibraryOptions, run

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")
ROOT = Path(__file__).parents[2]
GOALS = ("subtitles", "highlights", "clips", "report")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head that does no work, and two nodes of one core, the second of which has something special."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        made.add_node(num_cpus=1)
        made.add_node(num_cpus=1, resources={"special": 1})
        yield made
        ray.shutdown()
        made.shutdown()


@pytest.fixture(scope="module")
def videos(media: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [media(name) for name in ("tone", "ten-fps", "sound", "colours", "late-audio", "anamorphic")]


@pytest.fixture(scope="module")
def said(sample_transcript: Path) -> dict[str, Any]:
    return {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}


def worked(videos: list[Path], out: Path, said: dict[str, Any], options: LibraryOptions, told: list[Event]) -> list[Outcome]:
    jobs = [Job(video, out, GOALS, said=said) for video in videos]
    with catalogue(out) as record:
        return list(run(record.undone(jobs), record, options, told.append))


def contents(out: Path) -> dict[str, bytes]:
    found = (path for path in out.rglob("*") if path.is_file() and not path.name.startswith("library.sqlite"))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def test_two_nodes_give_the_same_bytes_as_one_process(
    cluster: Any, videos: list[Path], said: dict[str, Any], tmp_path: Path
) -> None:
    told: list[Event] = []
    here = worked(videos, tmp_path / "here", said, LibraryOptions(), [])
    there = worked(videos, tmp_path / "there", said, LibraryOptions("ray", pool=Pool(address=cluster.address)), told)
    assert {outcome.error for outcome in [*here, *there]} == {""}
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert len({outcome.worker for outcome in there}) == 2
    assert {event.source for event in told if event.kind == "started"} == {str(video) for video in videos}
    assert not worked(videos, tmp_path / "there", said, LibraryOptions("ray", pool=Pool(address=cluster.address)), [])


def test_a_worker_goes_where_its_resources_are(cluster: Any, videos: list[Path], said: dict[str, Any], tmp_path: Path) -> None:
    pool = Pool(address=cluster.address, resources={"special": 1})
    made = worked(videos[:2], tmp_path, said, LibraryOptions("ray", pool=pool), [])
    assert [outcome.error for outcome in made] == ["", ""]
    assert len({outcome.worker for outcome in made}) == 1


def test_what_fits_nowhere_is_said_at_once(cluster: Any, videos: list[Path], said: dict[str, Any], tmp_path: Path) -> None:
    pool = Pool(address=cluster.address, gpus=0.5)
    with pytest.raises(EngineUnavailable, match=r"one needs 1 CPU, 0\.5 GPU"):
        worked(videos[:1], tmp_path, said, LibraryOptions("ray", pool=pool), [])


def test_a_run_that_is_killed_goes_on_where_it_was(
    cluster: Any, videos: list[Path], said: dict[str, Any], tmp_path: Path
) -> None:
    """The run is killed after its first video, a node after the second run's first: nothing is lost or done twice."""
    script = tmp_path / "go.py"
    script.write_text(
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from video_pipeline.library.base import Job\n"
        "from video_pipeline.library.catalogue import catalogue\n"
        "from video_pipeline.library.limits import Pool\n"
        "from video_pipeline.library.runner import LibraryOptions, run\n"
        f"jobs = [Job(Path(video), Path(sys.argv[1]), {GOALS!r}, said={said!r}) for video in sys.argv[2:]]\n"
        "with catalogue(Path(sys.argv[1])) as record:\n"
        f"    options = LibraryOptions('ray', pool=Pool(address={cluster.address!r}))\n"
        "    for outcome in run(record.undone(jobs), record, options):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    out = tmp_path / "out"
    killed = subprocess.run([sys.executable, str(script), str(out), *map(str, videos)], cwd=ROOT, check=False, timeout=150)
    assert killed.returncode == -signal.SIGKILL
    with catalogue(out) as record:
        (first,) = record.rows("done")
    node = cluster.add_node(num_cpus=1)
    jobs = [Job(video, out, GOALS, said=said) for video in videos]
    options = LibraryOptions("ray", 3, pool=Pool(address=cluster.address))
    with catalogue(out) as record:
        for number, outcome in enumerate(run(record.undone(jobs), record, options)):
            assert not outcome.error
            if number == 0:
                cluster.remove_node(node, allow_graceful=False)
        assert [row for row in record.rows("done") if row.source == first.source] == [first]
        assert record.totals().done == len(videos)
    worked(videos, tmp_path / "here", said, LibraryOptions(), [])
    made, wanted = contents(out), contents(tmp_path / "here")
    assert made.keys() == wanted.keys()
    assert {name for name in wanted if made[name] != wanted[name] and not name.endswith(".stages.json")} == set()
