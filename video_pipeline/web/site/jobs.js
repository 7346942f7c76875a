// The list of videos: what waits, what is worked on, what is done.
import { icon, iconButton, make, settled, tell } from "./viewer/dom.js";
import { answer } from "./viewer/source.js";
import { say } from "./viewer/texts.js";
import { clock } from "./viewer/times.js";

const AGAIN_MS = 1500;
const AT_WORK = ["queued", "running"];

export class JobList {
  constructor(root) {
    this.root = root;
    this.search = make("input", { type: "search", placeholder: say("findVideo"), "aria-label": say("findVideo"), oninput: settled(() => this.refresh(), 200) });
    this.rows = make("div", { class: "job-rows", role: "list" });
    this.element = make(
      "section",
      { class: "jobs", "aria-label": say("videos") },
      make("div", { class: "section-head" }, make("h2", {}, say("videos")), make("span", { class: "space" }), make("div", { class: "search" }, icon("search"), this.search)),
      this.rows,
    );
  }

  // Reads the list again, and goes on while something is at work and the list is on the page.
  async refresh() {
    clearTimeout(this.timer);
    try {
      this.#show(await this.#all());
    } catch (error) {
      tell(this.root, error.message || say("lost"), { failed: true });
    }
    if (this.element.isConnected && this.busy) this.timer = setTimeout(() => this.refresh(), AGAIN_MS);
  }

  async #all() {
    const wanted = this.search.value.trim().toLowerCase();
    const videos = await answer("/api/library");
    this.busy = videos.some((job) => AT_WORK.includes(job.state));
    return videos.filter((job) => job.name.toLowerCase().includes(wanted));
  }

  #show(jobs) {
    const seen = JSON.stringify(jobs);
    if (seen === this.seen) return; // a list that is rebuilt loses the focus
    this.seen = seen;
    const rows = jobs.length ? jobs.map((job) => this.#row(job)) : [make("p", { class: "empty panel" }, say("noVideos"))];
    this.rows.replaceChildren(...rows);
  }

  #row(job) {
    const done = job.state === "done";
    const act = (name, label, method, path = "") => iconButton(name, say(label), () => this.#act(job, method, path), { class: "icon-button" });
    const address = `/api/jobs/${job.id}/poster?at_s=${((job.duration_s ?? 4) / 2).toFixed(1)}`;
    const picture = done ? make("img", { src: address, alt: "", loading: "lazy", onerror: (event) => event.target.remove() }) : null;
    const facts = [done && job.duration_s ? clock(job.duration_s, false) : null, job.error || standing(job)];
    if (!job.id) return make("div", { class: "job kept", role: "listitem" }, make("span", { class: "job-name" }, job.name), make("span", { class: "job-facts" }, say("elsewhere")));
    return make(
      "div",
      { class: `job ${job.state}`, role: "listitem" },
      make("a", { class: "job-link", href: `#/v/${job.id}` }, make("span", { class: "thumb" }, picture), make("span", { class: "job-name" }, job.name)),
      make("span", { class: "job-facts" }, facts.filter(Boolean).join(" · ")),
      AT_WORK.includes(job.state) ? act("close", "cancel", "POST", "/cancel") : null,
      ["failed", "cancelled"].includes(job.state) ? act("back", "retry", "POST", "/retry") : null,
      AT_WORK.includes(job.state) ? null : iconButton("close", say("remove"), () => this.#remove(job)),
      job.state === "running" ? make("progress", { class: "job-bar", max: job.total_s || 1, value: job.total_s ? job.done_s : false }) : null,
    );
  }

  async #act(job, method, path) {
    try {
      await answer(`/api/jobs/${job.id}${path}`, method);
    } catch (error) {
      tell(this.root, error.message, { failed: true });
    }
    this.refresh();
  }

  #remove(job) {
    if (confirm(say("reallyRemove", { name: job.name }))) this.#act(job, "DELETE", "");
  }
}

export function standing(job) {
  if (job.state === "queued" && job.place) return say("place", { place: job.place });
  if (job.state === "running" && job.stage) return say(job.stage);
  return say(job.state);
}
