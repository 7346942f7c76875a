"""How a piece of a video is cut: its frames, the ways to encode or copy them, and the check. `media/cut.py` is the door."""
