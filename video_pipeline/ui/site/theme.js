// Light or dark: as the system is, or as was chosen here. All colours follow the property `--scheme`, also inside the viewer.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

const KEY = "theme"; // in localStorage
const THEMES = { auto: "themeAuto", light: "themeLight", dark: "themeDark" };

/** Applies what was chosen before; to be called before anything is drawn. */
export function applyTheme() {
  const theme = chosenTheme();
  const scheme = theme === "auto" ? "light dark" : theme;
  document.documentElement.style.setProperty("--scheme", scheme);
  document.documentElement.style.setProperty("color-scheme", scheme);
  dispatchEvent(new Event("themechange")); // for what is painted by hand
}

export function themeChoice() {
  const chosen = chosenTheme();
  const options = Object.entries(THEMES).map(([key, name]) =>
    make("option", { value: key, selected: key === chosen }, translate(name)),
  );
  const select = make("select", { class: "theme", "aria-label": translate("theme") }, options);
  select.addEventListener("change", () => {
    localStorage.setItem(KEY, select.value);
    applyTheme();
  });
  return select;
}

function chosenTheme() {
  try {
    const chosen = localStorage.getItem(KEY) ?? "";
    return Object.hasOwn(THEMES, chosen) ? chosen : "auto";
  } catch {
    return "auto";
  }
}
