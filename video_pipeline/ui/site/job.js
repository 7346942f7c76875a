// One video: its progress while it is processed, then the viewer. The address names the video, so a reload comes back here.
import { messageOf, notify, notifyFailure } from "../shared/dialogs.js";
import { make } from "../shared/make.js";
import { address, requestJson } from "../shared/request.js";
import { failureText, translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { VideoMoments } from "../viewer/element.js";
import { ServerSource } from "../viewer/source.js";
import { isActive, stateText } from "./states.js";

const RECONNECT_MS = 2000;

export class JobView {
  /**
   * @param {string} id
   * @param {Partial<ServerOptions>} options
   * @param {HTMLElement} root
   */
  constructor(id, options, root) {
    this.base = `/api/jobs/${id}`;
    this.options = options;
    this.root = root;
    this.element = make("div", { class: "work" });
    /** @type {EventSource | null} */
    this.updates = null;
    /** @type {ProgressPanel | null} */
    this.panel = null;
  }

  async open() {
    try {
      this.#show(await requestJson(this.base));
    } catch (error) {
      this.#showFailure(messageOf(error));
    }
  }

  close() {
    this.updates?.close();
    this.updates = null;
  }

  /** @param {Job} job */
  #show(job) {
    document.title = job.name;
    if (job.state === "done" || job.has_results) {
      this.#showViewer();
      if (job.state !== "done") {
        const error = failureText(job.error_type, job.error) || translate(job.state);
        notify(this.root, translate("lastRunFailed", { error }), { failed: true });
      }
    } else if (isActive(job)) {
      this.#showProgress(job);
      if (!this.updates) this.#follow();
    } else this.#showFailure(failureText(job.error_type, job.error) || translate(job.state), job);
  }

  /** The browser connects again by itself, for instance when the server was restarted. */
  #follow() {
    const updates = new EventSource(address(`${this.base}/progress`));
    this.updates = updates;
    updates.onmessage = ({ data }) => {
      const job = JSON.parse(data);
      if (!isActive(job)) this.close();
      this.#show(job);
    };
    updates.onerror = () => {
      this.panel?.showMessage(translate("lost"));
      if (updates.readyState !== EventSource.CLOSED) return;
      this.close();
      setTimeout(() => this.element.isConnected && this.open(), RECONNECT_MS);
    };
  }

  /** @param {Job} job */
  #showProgress(job) {
    if (!this.panel) {
      this.panel = new ProgressPanel(() => this.#request("cancel"));
      this.element.replaceChildren(this.panel.element);
    }
    this.panel.show(job);
  }

  /**
   * @param {string} reason
   * @param {Job | null} job null where even the job is not known
   */
  #showFailure(reason, job = null) {
    this.panel = null;
    const retry = async () => {
      const changed = await this.#request("retry");
      if (changed) this.#show(changed);
    };
    const button = make("button", { type: "button", class: "button strong", onclick: retry }, translate("retry"));
    this.element.replaceChildren(
      make(
        "section",
        { class: "progress panel" },
        job && make("h1", {}, job.name),
        make("p", { role: "alert" }, reason),
        make("div", { class: "buttons" }, job && button),
      ),
    );
  }

  /**
   * @param {string} action
   * @returns {Promise<Job | undefined>} undefined where it failed, which is shown
   */
  async #request(action) {
    /** @type {Job | undefined} */
    let job;
    await notifyFailure(this.root, async () => {
      job = await requestJson(`${this.base}/${action}`, "POST");
    });
    return job;
  }

  #showViewer() {
    const viewer = new VideoMoments();
    this.element.replaceChildren(viewer);
    viewer.open(new ServerSource(this.base, this.options));
  }
}

/** How far a job has got. */
class ProgressPanel {
  /** @param {() => unknown} cancel */
  constructor(cancel) {
    this.title = make("h1", {});
    this.stage = make("b", { role: "status" });
    this.amount = make("span", { class: "dim" });
    this.bar = make("progress", {});
    this.message = make("p", { class: "dim" });
    const button = make("button", { type: "button", class: "button", onclick: cancel }, translate("cancel"));
    const head = make("div", { class: "section-head" }, this.stage, make("span", { class: "space" }), this.amount);
    const buttons = make("div", { class: "buttons" }, button);
    this.element = make("section", { class: "progress panel" }, this.title, head, this.bar, this.message, buttons);
  }

  /** @param {string} text */
  showMessage(text) {
    this.message.textContent = text;
  }

  /** @param {Job} job */
  show(job) {
    this.title.textContent = job.name;
    this.stage.textContent = stateText(job);
    this.message.textContent = job.notices?.at(-1) ?? translate("leave");
    if (job.total_s) {
      this.bar.max = job.total_s;
      this.bar.value = job.done_s;
      this.amount.textContent = translate("ofTotal", { done: amount(job, job.done_s), total: amount(job, job.total_s) });
    } else {
      this.bar.removeAttribute("value");
      this.amount.textContent = "";
    }
  }
}

/** @param {Job} job @param {number} done */
function amount(job, done) {
  return job.stage === "weights" ? `${done.toFixed(0)} MB` : clock(done, false);
}
