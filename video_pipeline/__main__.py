"""`python -m video_pipeline`: the command line without its script."""

from video_pipeline.cli import main

if __name__ == "__main__":
    main()
