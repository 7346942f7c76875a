// The place to drop a video, and the upload to the server.
import { messageOf, notify } from "../shared/dialogs.js";
import { icon } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { ResumableUpload } from "./resumable.js";

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
    /** @type {ResumableUpload | null} */
    this.upload = null;
    const giveUp = (/** @type {Event} */ event) => {
      event.preventDefault(); // it lies in a label, which would open the choice of a file
      this.upload?.cancel();
    };
    this.cancel = make("button", { type: "button", class: "button small", hidden: true, onclick: giveUp }, translate("cancel"));
    this.status = make("p", { class: "dim", role: "status" }, translate("fileKinds"));
    this.element = make(
      "label",
      { class: "drop" },
      make("span", { class: "drop-disc" }, icon("save")),
      make("b", {}, translate("dropHere")),
      make("span", { class: "link" }, translate("orChoose")),
      this.status,
      this.bar,
      this.cancel,
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
        const job = await this.#send(file);
        if (job) this.onUploaded(job, files.length === 1);
      } catch (error) {
        notify(this.root, `${file.name}: ${messageOf(error)}`, { failed: true });
      }
    }
    this.input.value = "";
    this.upload = null;
    this.bar.hidden = this.cancel.hidden = true;
    this.status.textContent = translate("fileKinds");
  }

  /**
   * @param {File} file
   * @returns {Promise<Job | null>} null where it was cancelled
   */
  async #send(file) {
    const upload = new ResumableUpload(file, this.options(), (share, isConnected) =>
      this.#showProgress(file, share, isConnected),
    );
    this.upload = upload;
    this.bar.hidden = this.cancel.hidden = false;
    return upload.send();
  }

  /**
   * @param {File} file
   * @param {number} share
   * @param {boolean} isConnected
   */
  #showProgress(file, share, isConnected) {
    this.bar.value = share;
    const what = isConnected ? translate("uploading") : translate("uploadWaits");
    this.status.textContent = `${what} ${file.name} · ${Math.round(share * 100)} %`;
  }
}
