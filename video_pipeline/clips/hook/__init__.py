"""Clips that begin with their strongest second: which one that is, and the export that makes them."""
