"""Pictures and pages of one video: an overview drawing and a page that needs no server and no network."""
