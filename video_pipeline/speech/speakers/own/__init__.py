"""The diarizer that comes with the package: local segmentation, voice prints, clustering. See `MODEL_CARD.md`."""
