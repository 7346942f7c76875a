/**
 * Creates an element: make("button", { class: "x", onclick: f, "aria-label": "y" }, "text", child).
 * False, null and undefined are left out, both as properties and as children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value !== false && value !== null && value !== undefined) setProperty(element, name, value);
  }
  for (const child of children.flat()) {
    if (child !== false && child !== null && child !== undefined) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 */
function setProperty(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  else if (name === "style") {
    for (const [key, text] of Object.entries(/** @type {Record<string, string | number>} */ (value))) {
      element.style.setProperty(key, String(text));
    }
  } else if (name in element && typeof value !== "string") Object.assign(element, { [name]: value });
  else element.setAttribute(name, value === true ? "" : String(value));
}
