"""Emotion-labelled subtitles and highlight clips from videos.

Importing this package loads no heavy library: each one has a single owner that imports it at use.
"""

__version__ = "0.1.0"
