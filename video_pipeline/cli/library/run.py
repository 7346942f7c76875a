"""`library run`: everything for every video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from video_pipeline.cli.flags import BesideFlags, LibraryRunFlags, RecognitionFlags, SpeakerFlags, SubtitleFlags, TranslationFlags
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import Catalogue, WorkerFlags


@dataclass(frozen=True, kw_only=True)
class DeliveryFlags(BesideFlags):
    """Where else results go, and what may be missing."""

    beside: Annotated[bool, typer.Option("--beside", "--sidecars", help="Also put the subtitles beside each video.")] = False
    upload: Annotated[str, typer.Option(help="Also put the results to this address, for instance s3://bucket/results.")] = ""
    catalogue: Catalogue = ""
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Accept sources without any video.")] = False


@flattened
def run(  # noqa: PLR0913 - one group of flags each
    sources: Annotated[
        list[str],
        typer.Argument(help="Folders, files, patterns, .txt lists, .csv tables with options per video; s3://, gs://, https://."),
    ],
    workers: WorkerFlags,
    delivery: DeliveryFlags,
    recognition: RecognitionFlags,
    speakers: SpeakerFlags,
    text: SubtitleFlags,
    translation: TranslationFlags,
    run: LibraryRunFlags,
) -> None:
    """Process every video. One that fails never stops the others; a second run does only what is missing."""
    from video_pipeline.cli.library.following import Form, follow
    from video_pipeline.library.plan import plan
    from video_pipeline.library.runner import LibraryOptions
    from video_pipeline.video.process import fetch_weights

    with run.shown() as show:
        chosen = run.options(recognition, speakers, text, translation)  # a wrong option is one error now, not one per video
        options = LibraryOptions(
            executor=workers.chosen_executor,
            preset=run.preset,
            overrides=run.overrides(recognition, speakers, text, translation),
            pool=workers.pool(),
            sidecars=delivery.is_beside,
            sidecar_name=delivery.checked_name(),
            upload=delivery.upload,
            staging=workers.staging,
            catalogue=delivery.catalogue,
        )
        videos = plan(sources, run.out, options, allow_empty=delivery.allow_empty)
        fetch_weights(chosen, show)  # before the workers, who would all wait for it
    with run.shown():
        follow(videos, run.out, options, Form(run.quiet, run.json))
