/**
 * The data of a page: JSON in its element `data`.
 *
 * @returns {any}
 */
export function jsonInPage() {
  return JSON.parse(document.getElementById("data")?.textContent ?? "null");
}
