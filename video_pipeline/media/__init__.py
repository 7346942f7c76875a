"""Everything that touches FFmpeg: finding it, running it on hostile input, probing, decoding, shots, cutting, frames."""
