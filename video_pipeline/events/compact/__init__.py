"""A small detector of laughter, applause, cheers, music and speech that ships with its weights and runs everywhere."""
