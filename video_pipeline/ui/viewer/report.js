// The report: the viewer with data that lies in the page itself. A link that ends in `#t=83.5` shows what happens there.
import "../shared/every_language.js";
import { jsonInPage } from "../shared/json.js";
import { language } from "../shared/texts.js";
import { timeOfFragment } from "../shared/times.js";
import { VideoMoments } from "./element.js";
import { ReportSource } from "./source.js";

document.documentElement.lang = language();

/** @param {VideoMoments} viewer */
function seekToFragment(viewer) {
  const time_s = timeOfFragment(location.hash);
  if (time_s !== null) viewer.player?.seek(time_s);
}

for (const viewer of document.querySelectorAll("video-moments")) {
  if (!(viewer instanceof VideoMoments)) continue;
  viewer.open(new ReportSource(jsonInPage())).then(() => seekToFragment(viewer));
  addEventListener("hashchange", () => seekToFragment(viewer));
}
