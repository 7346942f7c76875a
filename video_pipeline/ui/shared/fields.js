// Form fields with their labels.
import { make } from "./make.js";

/**
 * A select. Each choice is a text, or a pair of value and text.
 *
 * @param {string} label
 * @param {(string | [value: string | number, text: string])[]} choices
 * @param {string | number | undefined} selected value
 * @param {(value: string) => void} onchange
 */
export function selectField(label, choices, selected, onchange) {
  const options = choices.map((choice) => {
    const [value, text] = Array.isArray(choice) ? choice : [choice, choice];
    return make("option", { value: String(value), selected: String(value) === String(selected) }, text);
  });
  const select = make("select", {}, options);
  select.addEventListener("change", () => onchange(select.value));
  return make("label", { class: "field" }, make("span", {}, label), select);
}

/**
 * @param {string} label
 * @param {boolean} checked
 * @param {(checked: boolean) => void} onchange
 */
export function checkboxField(label, checked, onchange) {
  const box = make("input", { type: "checkbox", checked });
  box.addEventListener("change", () => onchange(box.checked));
  return make("label", { class: "toggle" }, box, make("span", {}, label));
}
