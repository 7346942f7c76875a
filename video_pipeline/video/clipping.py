"""The clips of a video: everything that is known of it handed to the exports, and each clip's subtitles on its own clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipExport, ClipJob, MadeClip
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import key_of
from video_pipeline.core.span import Span
from video_pipeline.media.probe import probe
from video_pipeline.subtitles.files import appearance_of, files_of, rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.records import ClipRow, ClipsFile, StepRow
from video_pipeline.video.workspace import Workspace

_CLIPS, _SIDECARS, _LAST = "video", "captions", "gallery"
_LONG = (_CLIPS, "reel")
"""Steps that encode, and tell how far they are."""
_RECORD = "clips.json"


@dataclass(frozen=True, slots=True)
class Captions:
    """The cues of a whole video, and how they look on its clips."""

    cues: Sequence[Cue]
    options: SubtitleOptions
    title: str

    def on(self, piece: Span, size_px: tuple[int, int]) -> str:
        """The ASS document of a piece on its own clock, for a picture of that size."""
        return rendered("ass", retimed(self.cues, piece), self._appearance(size_px))

    def files(self, piece: Span, size_px: tuple[int, int], stem: Path) -> dict[Path, str]:
        """Texts by path in all formats that are asked for, on the piece's own clock."""
        cues, looks = retimed(self.cues, piece), self._appearance(size_px)
        return {
            stem.with_name(f"{stem.name}.{end}"): text
            for name in self.options.formats
            for end, text in files_of(name, cues, looks).items()
        }

    def _appearance(self, size_px: tuple[int, int]) -> Appearance:
        return appearance_of(self.options, size_px, self.title)


def make_clips(job: ClipJob, captions: Captions, space: Workspace, key: str, *, again: bool = False) -> list[Path]:
    """Every file of the clips, by all exports in the order of their table; gives what is there at the end.

    An export whose options, and whose clips, did not change is left as it is; `key` changes when the clips do. Where one fails,
    the others still do their work; what is finished is kept, also when the run is stopped.

    Raises:
        PipelineError: the first that an export raised, when all had their turn; without the clips themselves none has.
    """

    def drawn(number: int, size_px: tuple[int, int]) -> str:
        return captions.on(job.clips[number], size_px)

    for old in space.outputs("clips"):
        space.keep_edited(old)
    job = dataclasses.replace(job, captions=drawn, cues=captions.cues)
    made = _Making(job, captions, space, ClipsFile() if again else _remembered(job.folder), key)
    try:
        failed = made.all()
    except BaseException:
        made.keep_unfinished()
        raise
    if failed is not None:
        made.keep_unfinished()
        raise failed
    return made.written()


class _Making:
    """The steps of one run: the exports that are asked for, and after the clips themselves the subtitles beside them."""

    def __init__(self, job: ClipJob, captions: Captions, space: Workspace, before: ClipsFile, key: str) -> None:
        self.job, self.captions, self.space, self.before, self.key = job, captions, space, before, key
        self.steps: dict[str, StepRow] = {}

    def all(self) -> PipelineError | None:
        failed: PipelineError | None = None
        names = self._names()
        stale = [name for name in names if not self._is_fresh(name)] if self.job.clips else []
        long = [name for name in stale if name in _LONG]
        for name in names if self.job.clips else ():
            if self._is_fresh(name):
                self.steps[name] = self.before.steps[name]
                if name == _CLIPS:
                    self.job.made.extend(_restored(self.job, self.before.clips))
                continue
            step_key = self._key(name)
            try:
                paths = self._export(name, (long.index(name), len(long)) if name in long else (0, 1))
            except PipelineError as error:
                if name == _CLIPS:
                    raise
                self.job.notice(f"the export {name} was left out: {error}")
                failed = failed or error
                continue
            self.steps[name] = StepRow(step_key, tuple(path.relative_to(self.job.folder).as_posix() for path in paths))
        return failed

    def written(self) -> list[Path]:
        """All files of all steps, with the record of them."""
        paths = [self.job.folder / name for step in self.steps.values() for name in step.files]
        if not paths:
            return []
        record = self.job.folder / _RECORD
        self.space.write_json(record, ClipsFile(tuple(map(_row, self.job.made)), self.steps))
        return [*paths, record]

    def keep_unfinished(self) -> None:
        """Remember what is finished; what an earlier run left, and this one did not come to, stays too."""
        earlier = [path for path in self.space.outputs("clips") if path.is_file()]
        self.space.finish("clips", "", list(dict.fromkeys([*self.written(), *earlier])))

    def _names(self) -> list[str]:
        options = self.job.options
        asked = [name for name in EXPORTS if name in options.exports]
        place = asked.index(_CLIPS) + 1 if _CLIPS in asked else 0
        return [*asked[:place], *([_SIDECARS] if options.captions == "files" else []), *asked[place:]]

    def _export(self, name: str, part: tuple[int, int]) -> list[Path]:
        """`part` says which of how many long steps this is, so that progress goes on from where the one before ended."""
        if name == _SIDECARS:
            return _sidecars(self.job, self.captions, self.space.write)
        total_s, (place, count) = sum(clip.duration_s for clip in self.job.clips), part

        def done(done_s: float) -> None:
            self.job.done((place * total_s + done_s) / count)

        member: ClipExport = EXPORTS.load(name)()
        return member.export(dataclasses.replace(self.job, done=done))

    def _is_fresh(self, name: str) -> bool:
        known = self.before.steps.get(name)
        return known is not None and known.key == self._key(name) and all((self.job.folder / n).is_file() for n in known.files)

    def _key(self, name: str) -> str:
        """What a step depends on: the clips, its own options, the words where it shows them, and the files it is made of."""
        options, words = self.job.options, (self.captions.options, self.captions.title)
        if name == _SIDECARS:
            return key_of(self.key, self._key(_CLIPS), words)
        reads = [getattr(options, field) for field in EXPORTS.load(name).reads]
        if name == _CLIPS:
            return key_of(self.key, reads, [words, str(self.job.fonts)] if options.captions == "burned" else None)
        others = [(done, step.key) for done, step in self.steps.items()] if name == _LAST else [self._key(_CLIPS)]
        files = options.reel.files() if "reel" in EXPORTS.load(name).reads else None
        return key_of(self.key, name, _CLIPS in options.exports, reads, others, words if name == _LAST else None, files)


def _remembered(folder: Path) -> ClipsFile:
    """What the last run left; an unreadable record only costs the work again."""
    try:
        return msgspec.json.decode((folder / _RECORD).read_bytes(), type=ClipsFile)
    except (OSError, msgspec.DecodeError):
        return ClipsFile()


def _restored(job: ClipJob, rows: Sequence[ClipRow]) -> Iterator[MadeClip]:
    for number, row in enumerate(rows):
        path = job.folder / row.file if row.file else None
        video = probe(path).video if path else None
        size_px = (video.width_px, video.height_px) if video else None
        span = Span(row.start_s, row.end_s)
        yield MadeClip(number, path, span, size_px, row.way, row.fallback, row.check, row.shape, row.error)


def _sidecars(job: ClipJob, captions: Captions, write: Callable[[Path, bytes], None]) -> list[Path]:
    """The subtitles of each clip beside it, of what its file really holds."""
    paths: list[Path] = []
    for number, clip in enumerate(job.clips):
        made = next((made for made in job.made if made.number == number), None)
        if made is not None and made.path is None:
            continue
        span, size_px = (made.span, made.size_px) if made else (Span(clip.start_s, clip.end_s), None)
        texts = captions.files(span, size_px or (1920, 1080), job.folder / job.stem(number))
        for path, text in texts.items():
            write(path, text.encode())
        paths += texts
    return paths


def _row(made: MadeClip) -> ClipRow:
    return ClipRow(
        made.path.name if made.path else "",
        made.span.start_s,
        made.span.end_s,
        made.way,
        made.fallback,
        made.check,
        made.shape,
        made.error,
    )
