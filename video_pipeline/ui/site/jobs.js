// The list of videos: what waits, what is being processed, what is done.
import { debounce } from "../shared/debounce.js";
import { messageOf, notify, notifyFailure } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { address, requestJson } from "../shared/request.js";
import { failureText, language, translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { openReplace } from "./replace_everywhere.js";
import { isActive, stateText } from "./states.js";

const POLL_MS = 1500;
const WAIT_MS = 200; // after the last letter of a search
const POSTER_S = 2; // where a picture is taken if the video's length is not known

export class JobList {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.busy = false;
    this.shown = ""; // the list as it is on the page
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    const find = translate("findVideo");
    const oninput = debounce(() => this.refresh(), WAIT_MS);
    this.search = make("input", { type: "search", placeholder: find, "aria-label": find, oninput });
    this.rows = make("div", { class: "job-rows", role: "list" });
    const head = make(
      "div",
      { class: "section-head" },
      make("h2", {}, translate("videos")),
      make("span", { class: "space" }),
      make("div", { class: "search" }, icon("search"), this.search),
      iconButton("replace", translate("replaceEverywhere"), () => openReplace(root)),
    );
    this.element = make("section", { class: "jobs", "aria-label": translate("videos") }, head, this.rows);
  }

  /** Reads the list again, and goes on while a job is active and the list is on the page. */
  async refresh() {
    clearTimeout(this.timer);
    try {
      this.#show(await this.#found());
    } catch (error) {
      notify(this.root, messageOf(error) || translate("lost"), { failed: true });
    }
    if (this.element.isConnected && this.busy) this.timer = setTimeout(() => this.refresh(), POLL_MS);
  }

  async #found() {
    const wanted = this.search.value.trim().toLowerCase();
    /** @type {Job[]} */
    const jobs = await requestJson("/api/library");
    this.busy = jobs.some(isActive);
    const found = jobs.filter((job) => job.name.toLowerCase().includes(wanted));
    return found.sort((a, b) => (b.created ?? "").localeCompare(a.created ?? "")); // newest first, what has no date last
  }

  /** @param {Job[]} jobs */
  #show(jobs) {
    const text = JSON.stringify(jobs);
    if (text === this.shown) return; // rebuilding the list would take the focus away
    this.shown = text;
    const rows = jobs.map((job) => (job.id ? this.#row(job) : externalRow(job)));
    this.rows.replaceChildren(...(rows.length ? rows : [make("p", { class: "empty panel" }, translate("noVideos"))]));
  }

  /** @param {Job} job */
  #row(job) {
    const link = make(
      "a",
      { class: "job-link", href: `#/v/${job.id}` },
      make("span", { class: "thumb" }, icon("loud"), job.has_results ? thumbnail(job) : null),
      make("span", { class: "job-name" }, job.name),
    );
    const length = job.state === "done" && job.duration_s ? clock(job.duration_s, false) : "";
    const state = failureText(job.error_type, job.error) || (job.state === "done" ? "" : stateText(job));
    const facts = [length, dateText(job.created), state].filter(Boolean).join(" · ");
    return make(
      "div",
      { class: `job ${job.state}`, role: "listitem" },
      link,
      make("span", { class: "job-facts" }, facts),
      this.#buttons(job),
      job.state === "running" ? progressBar(job) : null,
    );
  }

  /** @param {Job} job */
  #buttons(job) {
    if (isActive(job)) return [iconButton("close", translate("cancel"), () => this.#change(job, "POST", "/cancel"))];
    const remove = iconButton("close", translate("remove"), () => this.#remove(job));
    if (job.state === "done") return [remove];
    return [iconButton("back", translate("retry"), () => this.#change(job, "POST", "/retry")), remove];
  }

  /**
   * @param {Job} job
   * @param {string} method
   * @param {string} path
   */
  async #change(job, method, path) {
    await notifyFailure(this.root, () => requestJson(`/api/jobs/${job.id}${path}`, method));
    this.refresh();
  }

  /** @param {Job} job */
  #remove(job) {
    if (confirm(translate("reallyRemove", { name: job.name }))) this.#change(job, "DELETE", "");
  }
}

/**
 * A video that was processed outside of this page.
 *
 * @param {Job} job
 */
function externalRow(job) {
  const facts = make("span", { class: "job-facts" }, translate("elsewhere"));
  return make("div", { class: "job kept", role: "listitem" }, make("span", { class: "job-name" }, job.name), facts);
}

/**
 * Today by its time, another day by its date.
 *
 * @param {string} created
 */
function dateText(created) {
  const date = new Date(created);
  if (Number.isNaN(date.getTime())) return "";
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(language(), today ? { timeStyle: "short" } : { dateStyle: "medium" });
}

/** @param {Job} job */
function thumbnail(job) {
  const at_s = job.duration_s ? job.duration_s / 2 : POSTER_S;
  const poster = address(`/api/jobs/${job.id}/poster?at_s=${at_s.toFixed(1)}`);
  const image = make("img", { src: poster, alt: "", loading: "lazy" });
  image.addEventListener("error", () => image.remove());
  return image;
}

/** @param {Job} job */
function progressBar(job) {
  return make("progress", { class: "job-bar", max: job.total_s || 1, value: job.total_s ? job.done_s : null });
}
