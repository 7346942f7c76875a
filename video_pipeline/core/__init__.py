"""The words every other part speaks: spans, transcripts, posteriors, cues, clips and errors. Imports nothing above it."""
