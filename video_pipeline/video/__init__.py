"""One video: declared stages, the engine that runs them, the folder of results, and `Video`, which people hold.

`STAGES` is the table; `base.py` holds the contract and how to add one.
"""

from video_pipeline.core.registry import Registry

STAGES = Registry(
    "stage",
    {
        "identify": "video_pipeline.video.stages.identify:Identify",
        "recogniser": "video_pipeline.video.stages.recogniser:Recogniser",
        "listen": "video_pipeline.video.stages.listen:Listen",
        "corrections": "video_pipeline.video.stages.corrections:Corrections",
        "speakers": "video_pipeline.video.stages.speakers:Speakers",
        "known_voices": "video_pipeline.video.stages.speakers:KnownVoices",
        "spoken": "video_pipeline.video.stages.spoken:Spoken",
        "attributed": "video_pipeline.video.stages.attributed:Attributed",
        "posterior": "video_pipeline.video.stages.events:FusedPosterior",
        "events": "video_pipeline.video.stages.events:Events",
        "timeline": "video_pipeline.video.stages.timeline:TimelinePicture",
        "shots": "video_pipeline.video.stages.shots:Shots",
        "cues": "video_pipeline.video.stages.cues:Cues",
        "subtitles": "video_pipeline.video.stages.subtitles:Subtitles",
        "glossary": "video_pipeline.video.stages.translate:TextGlossary",
        "translate": "video_pipeline.video.stages.translate:Translate",
        "translated": "video_pipeline.video.stages.translate:Translated",
        "translated_files": "video_pipeline.video.stages.translate:TranslatedFiles",
        "muxed_document": "video_pipeline.video.stages.copies:MuxedDocument",
        "burned_document": "video_pipeline.video.stages.copies:BurnedDocument",
        "mux": "video_pipeline.video.stages.copies:MuxedCopy",
        "burn": "video_pipeline.video.stages.copies:BurnedCopy",
        "tighten": "video_pipeline.video.stages.tighten:TightenedCopy",
        "opinion": "video_pipeline.video.stages.opinion:Opinion",
        "evidence": "video_pipeline.video.stages.signals:VideoEvidence",
        "signals": "video_pipeline.video.stages.signals:StoredSignals",
        "choice": "video_pipeline.video.stages.choice:ClipChoice",
        "clip_words": "video_pipeline.video.stages.clip_words:ClipWords",
        "words": "video_pipeline.video.stages.words:ShownWords",
        "bleeps": "video_pipeline.video.stages.masked:Bleeps",
        "masked": "video_pipeline.video.stages.masked:MaskedCopy",
        "highlights": "video_pipeline.video.stages.highlights:FoundHighlights",
        "clips": "video_pipeline.video.stages.clips:Clips",
        "conversation": "video_pipeline.video.stages.conversation:ConversationReport",
        "report": "video_pipeline.video.stages.report:Report",
    },
)
