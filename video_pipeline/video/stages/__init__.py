"""The stages of a video's way, one file each; `video/base.py` holds their contract."""
