"""Where a catalogue is stored. `STORES` is the table, by the scheme of an address; `base.py` says how to add one."""

from video_pipeline.core.registry import Registry

STORES = Registry(
    "catalogue",
    {
        "sqlite": "video_pipeline.library.stores.sqlite:SqliteStore",
        "postgresql": "video_pipeline.library.stores.postgres:PostgresStore",
    },
    group="video_pipeline.catalogues",
)
