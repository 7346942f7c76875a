"""The signals: one file each, but for the three kinds of reaction, which are one rule."""
