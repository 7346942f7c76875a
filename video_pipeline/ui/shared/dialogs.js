// Messages that leave by themselves, and dialogs. Both are put into `root`, the page or the viewer's shadow root.
import { iconButton } from "./icons.js";
import { make } from "./make.js";

const NOTICE_MS = 3500;
const FAILURE_MS = 9000; // more to read

/**
 * Shows one line at the lower edge for some seconds; screen readers read it out. `root` contains an element of class `notices`.
 *
 * @param {ParentNode} root
 * @param {string} text
 * @param {{ failed?: boolean }} [options]
 */
export function notify(root, text, { failed = false } = {}) {
  const line = make("div", { class: failed ? "notice failed" : "notice", role: failed ? "alert" : "status" }, text);
  root.querySelector(".notices")?.append(line);
  setTimeout(() => line.remove(), failed ? FAILURE_MS : NOTICE_MS);
}

/**
 * Runs `action`; a failure is shown as a notice instead of being thrown.
 *
 * @param {ParentNode} root
 * @param {() => unknown} action
 */
export async function notifyFailure(root, action) {
  try {
    await action();
  } catch (error) {
    if (!isAbort(error)) notify(root, messageOf(error), { failed: true });
  }
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {unknown} error */
function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {ParentNode} root
 * @param {string} title
 * @param {...Child} content
 */
export function openDialog(root, title, ...content) {
  const dialog = make("dialog", { "aria-label": title });
  const close = iconButton("close", "Esc", () => dialog.close());
  dialog.append(make("header", {}, make("h2", {}, title), close), ...content.filter((child) => child instanceof Node));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  root.append(dialog);
  dialog.showModal();
  return dialog;
}
