// Changes of what is shown, for the copies and clips that are made: words cut out, the crop, the clips. Each can be taken back.

/** @typedef {import("./store.js").Store} Store */

/**
 * Cuts stretches out or puts them back; one undo takes it back. Gives what was changed.
 *
 * @param {Store} store
 * @param {CutChange} change
 */
export async function cut(store, change) {
  const answer = await store.editor.cut(change, store.me);
  const { removed, took_out, put_back } = answer;
  if (took_out.length || put_back.length) store.history.add({ kind: "cut", took_out, put_back });
  store.setMontage({ removed });
  return answer;
}

/**
 * Puts the crop somewhere, or leaves it to the program again; one undo takes it back.
 *
 * @param {Store} store
 * @param {CropChange} change
 */
export async function moveCrop(store, change) {
  const { crop, placed, released } = await store.editor.crop(change, store.me);
  if (placed.length || released.length) store.history.add({ kind: "crop", placed, released });
  store.setMontage({ crop });
}

/**
 * Takes a change back, or makes it again. Rejects where somebody else changed the same clips since.
 *
 * @param {Store} store
 * @param {MontageStep} step
 * @param {"undo" | "redo"} way
 */
export async function remade(store, step, way) {
  const undone = way === "undo";
  if (step.kind === "cut") {
    const { took_out, put_back } = step;
    const change = undone ? { take_out: put_back, put_back: took_out } : { take_out: took_out, put_back };
    store.setMontage({ removed: (await store.editor.cut(change, store.me)).removed });
  } else if (step.kind === "crop") {
    const [set, remove] = undone ? [step.released, step.placed] : [step.placed, step.released];
    const change = { set, remove: remove.map((place) => place.at_s) };
    store.setMontage({ crop: (await store.editor.crop(change, store.me)).crop });
  } else await store.putClips(undone ? step.was : step.now, undone ? step.now : step.was);
}

/**
 * Whether all of a stretch is cut out.
 *
 * @param {readonly Span[]} removed
 * @param {Span} span
 */
export function isOut(removed, span) {
  return removed.some((gap) => gap.start_s <= span.start_s + SLACK_S && gap.end_s >= span.end_s - SLACK_S);
}

/**
 * Seconds that are cut out of a stretch.
 *
 * @param {readonly Span[]} removed
 * @param {Span} span
 */
export function removed_s(removed, span) {
  const shares = removed.map((gap) => Math.min(gap.end_s, span.end_s) - Math.max(gap.start_s, span.start_s));
  return shares.reduce((sum, share) => sum + Math.max(0, share), 0);
}

const SLACK_S = 0.011; // times are shown in hundredths
