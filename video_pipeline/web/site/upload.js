// The place to drop a video, and its way to the server.
import { icon, make, tell } from "./viewer/dom.js";
import { say } from "./viewer/texts.js";

export class DropZone {
  // `options()` gives the choices that go with the file; `arrived(job)` is told the job.
  constructor(root, options, arrived) {
    this.root = root;
    this.options = options;
    this.arrived = arrived;
    this.input = make("input", { type: "file", accept: "video/*,audio/*", class: "hidden-input", onchange: () => this.#take(this.input.files) });
    this.bar = make("progress", { max: 1, hidden: true });
    this.told = make("p", { class: "dim", role: "status" }, say("fileKinds"));
    this.element = make(
      "label",
      { class: "drop" },
      make("span", { class: "drop-disc" }, icon("save")),
      make("b", {}, say("dropHere")),
      make("span", { class: "link" }, say("orChoose")),
      this.told,
      this.bar,
      this.input,
    );
    for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => this.#drag(event));
  }

  // The whole window takes files.
  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop" && this.element.isConnected) this.#take(event.dataTransfer.files);
  }

  async #take(files) {
    for (const file of files) {
      try {
        const job = await this.#send(file);
        if (job.same) tell(this.root, say("sameVideo"));
        this.arrived(job, files.length === 1);
      } catch (error) {
        tell(this.root, `${file.name}: ${error.message}`, { failed: true });
      }
    }
    this.input.value = "";
    this.bar.hidden = true;
    this.told.textContent = say("fileKinds");
  }

  // `fetch` cannot tell how much of an upload has gone; XMLHttpRequest can.
  #send(file) {
    const body = new FormData();
    body.append("options", JSON.stringify(this.options()));
    body.append("file", file);
    this.bar.hidden = false;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/api/jobs");
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => {
        this.bar.value = loaded / total;
        this.told.textContent = `${say("uploading")} ${file.name} · ${Math.round((loaded / total) * 100)} %`;
      };
      request.onload = () => {
        const said = request.response ?? {};
        if (request.status < 300) resolve({ ...(said.job ?? said), same: said.same });
        else reject(new Error(said.error ?? `${request.status} ${request.statusText}`));
      };
      request.onerror = () => reject(new Error(say("uploadBroken")));
      request.send(body);
    });
  }
}
