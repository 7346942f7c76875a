"""Reading subtitle files of any encoding and format, intact or broken. `reading.read_cues` is the entry point.

The modules here do what all formats have in common; each format's own reader is in `subtitles/formats/`.
"""
