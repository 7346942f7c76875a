// The place to drop a video, and the upload to the server.
import { messageOf, notify } from "../shared/dialogs.js";
import { icon } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { address } from "../shared/request.js";
import { translate } from "../shared/texts.js";

export class DropZone {
  /**
   * @param {HTMLElement} root
   * @param {() => Record<string, unknown>} options what goes with a file
   * @param {(job: Job, alone: boolean) => void} onUploaded `alone`: whether it was the only file
   */
  constructor(root, options, onUploaded) {
    this.root = root;
    this.options = options;
    this.onUploaded = onUploaded;
    this.input = make("input", { type: "file", accept: "video/*,audio/*", class: "hidden-input" });
    this.input.addEventListener("change", () => this.#take(this.input.files));
    this.bar = make("progress", { max: 1, hidden: true });
    this.status = make("p", { class: "dim", role: "status" }, translate("fileKinds"));
    this.element = make(
      "label",
      { class: "drop" },
      make("span", { class: "drop-disc" }, icon("save")),
      make("b", {}, translate("dropHere")),
      make("span", { class: "link" }, translate("orChoose")),
      this.status,
      this.bar,
      this.input,
    );
    for (const name of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
      document.addEventListener(name, (event) => this.#drag(event)); // the whole window takes files
    }
  }

  /** @param {DragEvent} event */
  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop" && this.element.isConnected) this.#take(event.dataTransfer.files);
  }

  /** @param {FileList | null} list */
  async #take(list) {
    const files = [...(list ?? [])]; // the input is emptied below, and with it its list
    for (const file of files) {
      try {
        this.onUploaded(await this.#send(file), files.length === 1);
      } catch (error) {
        notify(this.root, `${file.name}: ${messageOf(error)}`, { failed: true });
      }
    }
    this.input.value = "";
    this.bar.hidden = true;
    this.status.textContent = translate("fileKinds");
  }

  /**
   * With XMLHttpRequest, since `fetch` does not report the progress of an upload.
   *
   * @param {File} file
   * @returns {Promise<Job>}
   */
  #send(file) {
    const body = new FormData();
    body.append("options", JSON.stringify(this.options()));
    body.append("file", file);
    this.bar.hidden = false;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", address("/api/jobs"));
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => this.#showProgress(file, loaded / total);
      request.onload = () => {
        const answer = request.response ?? {};
        if (request.status < 300) resolve(answer);
        else reject(new Error(answer.error ?? `${request.status} ${request.statusText}`));
      };
      request.onerror = () => reject(new Error(translate("uploadBroken")));
      request.send(body);
    });
  }

  /**
   * @param {File} file
   * @param {number} share
   */
  #showProgress(file, share) {
    this.bar.value = share;
    this.status.textContent = `${translate("uploading")} ${file.name} · ${Math.round(share * 100)} %`;
  }
}
