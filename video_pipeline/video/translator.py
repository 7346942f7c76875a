"""The translator of a run, with its model on this machine."""

from __future__ import annotations

from video_pipeline.core.progress import FetchProgress, FetchReport
from video_pipeline.options import Options
from video_pipeline.translate import TRANSLATORS
from video_pipeline.translate.base import FetchesModel, Translator


def fetch_translator(options: Options, progress: FetchProgress) -> Translator:
    """The translator that the options name. Its model is fetched if it lacks one; that takes minutes, the first time.

    Raises TranslatorUnavailable.
    """
    translator: Translator = TRANSLATORS.load(options.translation.name)(options.translation)
    if isinstance(translator, FetchesModel) and translator.lacks_model():
        translator.fetch_model(FetchReport(progress, "the translation model"), offline=options.speech.offline)
    return translator
