// Takes the last change back, or makes it again.
import { notify, notifyFailure } from "../shared/dialogs.js";
import { iconButton } from "../shared/icons.js";
import { translate } from "../shared/texts.js";

/**
 * @param {import("./store.js").Store} store
 * @param {ShadowRoot} root
 * @param {"undo" | "redo"} way
 */
export function stepHistory(store, root, way) {
  return notifyFailure(root, async () => {
    const moved = await store.step(way);
    if (!moved) notify(root, translate(way === "undo" ? "nothingToUndo" : "nothingToRedo"));
  });
}

/** @type {(store: import("./store.js").Store, root: ShadowRoot) => HTMLElement[]} */
export function undoButtons(store, root) {
  const ways = /** @type {const} */ (["undo", "redo"]);
  return ways.map((way) => iconButton(way, translate(way), () => stepHistory(store, root, way)));
}
