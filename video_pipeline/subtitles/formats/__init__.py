"""One module per subtitle file format, with its reader and its writer. The table is `subtitles.FORMATS`."""
