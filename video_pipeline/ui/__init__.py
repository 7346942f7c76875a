"""All JavaScript and CSS of the product: the report, the web page, the library page and the clip gallery.

Each folder with an `index.html` is a page; `shared/` holds what several pages use, once. There is no build step: the pages
run as they stand here, served from this tree, and `page()` makes of the same files one document that loads nothing. `data.d.ts`
describes the JSON that the pages receive.

To add a module: create the file and import it by its relative path. Nothing else has to know about it.
"""

from video_pipeline.ui.bundle import FOLDER, BundleError, json_in_script, page

__all__ = ["FOLDER", "BundleError", "json_in_script", "page"]
