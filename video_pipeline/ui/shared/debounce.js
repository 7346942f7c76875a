/**
 * Calls `action` once, `wait_ms` after the last of many calls.
 *
 * @param {() => unknown} action
 * @param {number} wait_ms
 */
export function debounce(action, wait_ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait_ms);
  };
}
