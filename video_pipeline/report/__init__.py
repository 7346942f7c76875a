"""Pictures and pages of one video: an overview drawing, and a page that works without server and network."""
