"""Puts the voices of a video's speakers into a file of known voices, on a person's request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.speech.speakers.voices import Voice, VoiceListener, best_parts, read_voices, write_voices
from video_pipeline.video.naming import by_speaker
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.video import Video


def remember(video: Video, names: Sequence[str], path: Path) -> list[str]:
    """Store prints of the voices of some speakers; of one from the same video they replace the earlier one.

    Returns the names that were stored. Raises UnknownName, BadRecord, CannotWrite; BadValue where somebody speaks too little.
    """
    lines = by_speaker(video.transcript.segments)
    for name in names:
        if name not in lines:
            raise UnknownName("speaker", name, tuple(lines))
    turns = [Turn(line.start_s, line.end_s, name) for name, own in lines.items() for line in own]
    listener = VoiceListener({name: spans for name, spans in best_parts(turns).items() if name in names})
    for block in audio_blocks(video.info.path, video.of(Identify).track):
        listener.hear(block)
    vectors = listener.finish()
    if missing := [name for name in names if name not in vectors]:
        raise BadValue("voices", f"too little is heard of {', '.join(missing)} alone")
    source = video.path.name
    new = [Voice(name, tuple(round(float(x), 5) for x in vectors[name]), source) for name in names]
    replaced = {(name, source) for name in names}
    write_voices(path, [*(one for one in read_voices(path).voices if (one.name, one.source) not in replaced), *new])
    return list(names)


def forget(names: Sequence[str], path: Path) -> int:
    """Remove people from a file of known voices; the file is removed with the last. Raises UnknownName."""
    known = read_voices(path)
    for name in names:
        if name not in known.names:
            raise UnknownName("voice", name, known.names)
    kept = [voice for voice in known.voices if voice.name not in names]
    write_voices(path, kept)
    return len(known.voices) - len(kept)
