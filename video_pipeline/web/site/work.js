// One video: its progress while it is worked on, then the viewer. The address names the video, so a reload comes back here.
import { make } from "./viewer/dom.js";
import { answer, ServerSource } from "./viewer/source.js";
import { say } from "./viewer/texts.js";
import { clock } from "./viewer/times.js";
import { standing } from "./jobs.js";

export class Work {
  constructor(id, options) {
    this.id = id;
    this.base = `/api/jobs/${id}`;
    this.options = options;
    this.element = make("div", { class: "work" });
  }

  async open() {
    try {
      this.#show(await answer(this.base));
    } catch (error) {
      this.#failed(error.message);
    }
  }

  close() {
    this.progress?.close();
  }

  #show(job) {
    document.title = job.name;
    if (job.state === "done") this.#viewer();
    else if (["failed", "cancelled"].includes(job.state)) this.#failed(job.error || say(job.state), job);
    else {
      this.#progress(job);
      if (!this.progress) this.#follow();
    }
  }

  // The browser itself connects again where the connection breaks, for instance when the server is started anew.
  #follow() {
    this.progress = new EventSource(`${this.base}/progress`);
    this.progress.onmessage = ({ data }) => {
      const job = JSON.parse(data);
      if (!["queued", "running"].includes(job.state)) this.#stop();
      this.#show(job);
    };
    this.progress.onerror = () => {
      if (this.told) this.told.textContent = say("lost");
      if (this.progress?.readyState === EventSource.CLOSED) {
        this.#stop();
        setTimeout(() => this.element.isConnected && this.open(), 2000);
      }
    };
  }

  #stop() {
    this.progress?.close();
    this.progress = null;
  }

  #progress(job) {
    if (!this.told) {
      this.title = make("h1", {});
      this.stage = make("b", { role: "status" });
      this.amount = make("span", { class: "dim" });
      this.bar = make("progress", {});
      this.told = make("p", { class: "dim" });
      const cancel = make("button", { type: "button", class: "button", onclick: () => answer(`${this.base}/cancel`, "POST") }, say("cancel"));
      const head = make("div", { class: "section-head" }, this.stage, make("span", { class: "space" }), this.amount);
      this.element.replaceChildren(make("section", { class: "progress panel" }, this.title, head, this.bar, this.told, make("div", { class: "buttons" }, cancel)));
    }
    this.title.textContent = job.name;
    this.stage.textContent = standing(job);
    this.told.textContent = job.notices?.at(-1) ?? say("leave");
    if (job.total_s) {
      this.bar.max = job.total_s;
      this.bar.value = job.done_s;
      this.amount.textContent = say("ofTotal", { done: clock(job.done_s, false), total: clock(job.total_s, false) });
    } else {
      this.bar.removeAttribute("value");
      this.amount.textContent = "";
    }
  }

  #failed(reason, job = null) {
    this.told = null;
    const again = make(
      "button",
      {
        type: "button",
        class: "button strong",
        onclick: async () => {
          this.#show(await answer(`${this.base}/retry`, "POST"));
        },
      },
      say("retry"),
    );
    const title = job ? make("h1", {}, job.name) : null;
    this.element.replaceChildren(make("section", { class: "progress panel" }, title, make("p", { role: "alert" }, reason), make("div", { class: "buttons" }, job ? again : null)));
  }

  #viewer() {
    const viewer = document.createElement("video-moments");
    this.element.replaceChildren(viewer);
    viewer.open(new ServerSource(this.base, this.options));
  }
}
