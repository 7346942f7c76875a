"""A page to drop a video on and look at what comes out."""
