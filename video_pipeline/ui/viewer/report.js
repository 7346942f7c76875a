// The report: the viewer with data that lies in the page itself.
import { jsonInPage } from "../shared/json.js";
import { VideoMoments } from "./element.js";
import { ReportSource } from "./source.js";

for (const viewer of document.querySelectorAll("video-moments")) {
  if (viewer instanceof VideoMoments) viewer.open(new ReportSource(jsonInPage()));
}
