"""Clips without silences and filler words: what is kept, and the export that makes them."""
