"""Data types that all parts share: spans, transcripts, posteriors, cues, clips and errors. Imports nothing above it."""
