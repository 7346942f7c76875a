// What the state of a job means, and as text.
import { translate } from "../shared/texts.js";

/**
 * Whether a job waits or is being processed.
 *
 * @param {Job} job
 */
export function isActive(job) {
  return job.state === "queued" || job.state === "running";
}

/** @param {Job} job */
export function stateText(job) {
  if (job.state === "queued" && job.place) return translate("place", { place: job.place });
  if (job.state === "running" && job.stage) return translate(job.stage);
  return translate(job.state);
}
