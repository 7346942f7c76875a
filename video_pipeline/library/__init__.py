"""Many videos: which there are, what is done already, the run over the rest, search and report."""
