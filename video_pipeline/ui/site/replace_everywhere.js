// Find and replace in all videos: first what would change, then the change, which can be taken back.
import { messageOf, notify, openDialog } from "../shared/dialogs.js";
import { checkboxField } from "../shared/fields.js";
import { make } from "../shared/make.js";
import { requestJson } from "../shared/request.js";
import { translate, translateCount } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { History, storage } from "../viewer/history.js";

/**
 * What is asked of the server.
 *
 * @typedef {{ find: string, to: string, match_case: boolean, whole_words: boolean }} Wanted
 */

/** @param {HTMLElement} root */
export function openReplace(root) {
  const find = field(translate("findText"));
  const to = field(translate("replaceBy"));
  /** @type {Wanted} */
  const wanted = { find: "", to: "", match_case: false, whole_words: false };
  const result = make("div", { class: "replace-result", role: "status" });
  const look = make("button", { type: "submit", class: "button strong" }, translate("lookThrough"));
  const words = checkboxField(translate("wholeWords"), false, (on) => {
    wanted.whole_words = on;
  });
  const letters = checkboxField(translate("matchCase"), false, (on) => {
    wanted.match_case = on;
  });
  const form = make("form", { class: "form" }, find, to, words, letters, make("div", { class: "buttons" }, look), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    Object.assign(wanted, { find: find.value, to: to.value });
    await showing(result, async () => counted(root, wanted, result));
  });
  openDialog(root, translate("replaceEverywhere"), form);
  find.focus();
}

/** @type {(label: string) => HTMLInputElement} */
function field(label) {
  return make("input", { type: "text", placeholder: label, "aria-label": label, maxlength: "500" });
}

/** @type {(place: HTMLElement, work: () => Promise<Child[]>) => Promise<void>} */
async function showing(place, work) {
  place.replaceChildren(translate("making"));
  try {
    place.replaceChildren(...(await work()).filter((one) => one instanceof Node || typeof one === "string"));
  } catch (error) {
    place.replaceChildren(messageOf(error));
  }
}

/** @type {(root: HTMLElement, wanted: Wanted, result: HTMLElement) => Promise<HTMLElement[]>} */
async function counted(root, wanted, result) {
  /** @type {ReplaceAnswer} */
  const found = await requestJson("/api/library/replace", "POST", wanted);
  if (!found.videos.length) return [make("p", { class: "dim" }, translate("nowhere"))];
  const chosen = new Set(found.videos.filter((video) => !video.conflict).map((video) => video.id));
  const count = () => found.videos.reduce((sum, { id, places = 0 }) => sum + (chosen.has(id) ? places : 0), 0);
  const apply = make("button", { type: "button", class: "button strong" });
  const show = () => {
    apply.disabled = !chosen.size;
    apply.textContent = translateCount("replaceCount", count());
  };
  const rows = found.videos.map((video) =>
    foundRow(video, (on) => {
      if (on) chosen.add(video.id);
      else chosen.delete(video.id);
      show();
    }),
  );
  apply.onclick = () =>
    showing(result, () =>
      applied(
        root,
        wanted,
        found.videos.filter(({ id }) => chosen.has(id)),
        result,
      ),
    );
  show();
  return [make("div", { class: "replace-videos" }, rows), make("div", { class: "buttons" }, apply)];
}

/** @type {(video: ReplacedVideo, onChoose: (on: boolean) => void) => HTMLElement} */
function foundRow(video, onChoose) {
  if (video.conflict) return conflictRow(video);
  const samples = (video.samples ?? []).map(({ start_s, was, text }) =>
    make("li", {}, make("span", { class: "stamp" }, clock(start_s)), make("s", {}, was), " ", make("b", {}, text)),
  );
  const choose = checkboxField(`${video.name} · ${translateCount("places", video.places ?? 0)}`, true, onChoose);
  return make("div", { class: "replace-video" }, choose, make("ul", {}, samples));
}

/** @type {(video: ReplacedVideo) => HTMLElement} */
function conflictRow({ name, conflict }) {
  return make("div", { class: "replace-video" }, make("b", {}, name), make("p", { class: "conflict" }, conflict));
}

/** @type {(root: HTMLElement, wanted: Wanted, videos: ReplacedVideo[], result: HTMLElement) => Promise<HTMLElement[]>} */
async function applied(root, wanted, videos, result) {
  const expected = videos.map(({ id, places }) => ({ id, places }));
  /** @type {ReplaceAnswer} */
  const done = await requestJson("/api/library/replace", "POST", { ...wanted, apply: true, videos: expected });
  const changed = done.videos.filter((video) => video.edits?.length);
  for (const { id, edits = [] } of changed) historyOf(id).add(edits); // one step of the undo of each video
  const undo = make("button", { type: "button", class: "button" }, translate("undo"));
  undo.onclick = () => showing(result, () => takenBack(root, changed));
  const text = translateCount("replacedIn", changed.length);
  return [
    make("p", {}, text),
    ...done.videos.filter((video) => video.conflict).map(conflictRow),
    ...(changed.length ? [make("div", { class: "buttons" }, undo)] : []),
  ];
}

/** @type {(root: HTMLElement, videos: ReplacedVideo[]) => Promise<HTMLElement[]>} */
async function takenBack(root, videos) {
  /** @type {HTMLElement[]} */
  const conflicts = [];
  for (const video of videos) {
    const history = historyOf(video.id);
    const edits = history.edits("undo");
    try {
      if (edits) await requestJson(`/api/jobs/${video.id}/lines`, "POST", { edits });
    } catch (error) {
      conflicts.push(conflictRow({ ...video, conflict: messageOf(error) }));
    }
    history.moved("undo");
  }
  if (!conflicts.length) notify(root, translate("takenBack"));
  return [make("p", {}, translate("takenBack")), ...conflicts];
}

/** @param {string} id of a video */
function historyOf(id) {
  return new History(`/api/jobs/${id}`, storage());
}
