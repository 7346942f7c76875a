"""One video: its stages, its folder of results."""
