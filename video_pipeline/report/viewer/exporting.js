// The chosen clips as one zip: which shape, with captions or without, as a reel, with files for editing programs.
import { choice, make, openDialog, toggle } from "./dom.js";
import { say } from "./texts.js";

const ASPECTS = ["source", "9:16", "1:1", "16:9"];

export function openExport(store, root) {
  const clips = [...store.chosen].sort((a, b) => a - b);
  const wanted = { clips, aspect: "source", captions: true, reel: clips.length > 1, timelines: true };
  const aspects = (store.source.options.aspects ?? ASPECTS).map((one) => [one, one === "source" ? say("asSource") : one]);
  const told = make("p", { class: "dim", role: "status" });
  const bar = make("progress", { hidden: true });
  const start = make("button", { type: "button", class: "button strong", disabled: !clips.length }, say("export"));
  const form = make(
    "div",
    { class: "form" },
    make("p", { class: "dim" }, clips.length ? say("exportCount", { count: clips.length }) : say("chooseFirst")),
    choice(say("aspect"), aspects, wanted.aspect, (value) => (wanted.aspect = value)),
    toggle(say("burnCaptions"), wanted.captions, (on) => (wanted.captions = on)),
    toggle(say("reel"), wanted.reel, (on) => (wanted.reel = on)),
    toggle(say("timelines"), wanted.timelines, (on) => (wanted.timelines = on)),
    bar,
    told,
    make("div", { class: "buttons" }, start),
  );
  const dialog = openDialog(root, say("export"), form);
  start.onclick = async () => {
    start.disabled = true;
    bar.hidden = false;
    try {
      const file = await store.source.exportClips(wanted, (job) => showProgress(job, bar, told));
      const link = make("a", { class: "button strong", href: file, download: "" }, say("download"));
      start.replaceWith(link);
      told.textContent = say("exported");
      link.click();
      link.focus();
    } catch (error) {
      told.textContent = error.message;
      start.disabled = false;
    }
    bar.hidden = true;
  };
  return dialog;
}

function showProgress(job, bar, told) {
  if (job.total_s) {
    bar.max = job.total_s;
    bar.value = job.done_s;
  } else bar.removeAttribute("value");
  told.textContent = job.place ? say("place", { place: job.place }) : job.stage || say(job.state);
}
