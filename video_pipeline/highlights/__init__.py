"""From a transcript and events to clips. `SIGNALS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

SIGNALS = Registry(
    "highlight signal",
    {
        "laughter": "video_pipeline.highlights.signals.reactions:Laughter",
        "applause": "video_pipeline.highlights.signals.reactions:Applause",
        "cheer": "video_pipeline.highlights.signals.reactions:Cheer",
        "curve": "video_pipeline.highlights.signals.asked:OwnCurve",
        "phrases": "video_pipeline.highlights.signals.asked:OwnPhrases",
        "punch": "video_pipeline.highlights.signals.punch:Punch",
        "emotion": "video_pipeline.highlights.signals.emotion:EmotionSignal",
        "loudness": "video_pipeline.highlights.signals.loudness:Loudness",
        "excitement": "video_pipeline.highlights.signals.excitement:Excitement",
        "reveal": "video_pipeline.highlights.signals.reveal:Reveal",
        "drop": "video_pipeline.highlights.signals.drop:Drop",
        "swell": "video_pipeline.highlights.signals.swell:Swell",
        "speech_rate": "video_pipeline.highlights.signals.speech_rate:SpeechRate",
        "exchange": "video_pipeline.highlights.signals.exchange:Exchange",
        "one_against_many": "video_pipeline.highlights.signals.one_against_many:OneAgainstMany",
        "opinion": "video_pipeline.highlights.signals.opinion:OpinionSignal",
        "topic": "video_pipeline.highlights.signals.topic:Topic",
        "text_cues": "video_pipeline.highlights.signals.text_cues:TextCues",
        "music": "video_pipeline.highlights.signals.music:Music",
        "silence": "video_pipeline.highlights.signals.silence:Silence",
    },
    group="video_pipeline.signals",
)
