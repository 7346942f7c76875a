"""Pictures and pages of one video: an overview drawing, and the report, which needs no server and no network."""
