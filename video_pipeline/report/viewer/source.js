// Where data comes from and where changes go: a report has its data inside it and keeps nothing, a server does all.

export class ReportSource {
  constructor(data) {
    this.data = data;
    this.works = false; // whether anything can be changed
  }

  async view() {
    return this.data;
  }

  poster(clip) {
    return clip.poster ?? null;
  }
}

export class ServerSource {
  // `base` is the address of one job: "/api/jobs/abc"
  constructor(base, options = {}) {
    this.base = base;
    this.options = options; // GET /api/options
    this.works = true;
  }

  async view() {
    const data = await answer(`${this.base}/view`);
    data.media = [`${this.base}/media`];
    return data;
  }

  poster(clip) {
    return `${this.base}/poster?at_s=${((clip.start_s + clip.end_s) / 2).toFixed(2)}`;
  }

  saveSegment(number, text) {
    return this.#changed("PUT", `segments/${number}`, { text });
  }

  rank(weights, signal) {
    return answer(`${this.base}/rank`, "POST", { weights }, signal);
  }

  saveClips(clips, weights) {
    const kept = clips.map(({ start_s, end_s, title }) => ({ start_s, end_s, title }));
    return answer(`${this.base}/clips`, "PUT", { clips: kept, weights });
  }

  snap(at_s, edge) {
    return answer(`${this.base}/snap`, "POST", { at_s, edge });
  }

  // A frame with subtitles on it, as an address for an image; the caller gives it back with URL.revokeObjectURL.
  async stylePicture(preset, subtitles, at_s, signal) {
    const response = await ask(`${this.base}/style`, "POST", { preset, subtitles, at_s }, signal);
    return URL.createObjectURL(await response.blob());
  }

  restyle(preset, subtitles) {
    return this.#changed("POST", "restyle", { preset, subtitles });
  }

  // Waits for the export, telling each state on the way; gives the address of the zip.
  async exportClips(wanted, told) {
    let job = await answer(`${this.base}/export`, "POST", wanted);
    const place = this.base.replace(/[^/]+$/, job.id);
    while (!["done", "failed", "cancelled"].includes(job.state)) {
      told(job);
      await new Promise((resolve) => setTimeout(resolve, 400));
      job = await answer(place);
    }
    if (job.state !== "done") throw new Error(job.error || job.state);
    return job.url;
  }

  async #changed(method, path, body) {
    const data = await answer(`${this.base}/${path}`, method, body);
    data.media = [`${this.base}/media`];
    return data;
  }
}

// JSON of an answer. Throws an Error with the server's own sentence.
export async function answer(address, method = "GET", body = undefined, signal = undefined) {
  const response = await ask(address, method, body, signal);
  return response.status === 204 ? null : response.json();
}

async function ask(address, method, body, signal) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Error(said.error || `${response.status} ${response.statusText}`);
}
