"""The draft engine: English words by pocketsphinx, and the check that what it hears is English."""
