// Texts of the page around the viewer: English is in the page, another language comes when it is wanted.
import { address } from "../shared/request.js";
import { addTexts, language } from "../shared/texts.js";
import SITE_EN from "./texts/en.json" with { type: "json" };

addTexts({ en: SITE_EN });

/** To be awaited before anything is drawn. Where the texts cannot be had, the page is in English. */
export async function loadTexts() {
  const tag = language();
  if (tag === "en") return;
  const parts = ["shared/texts", "site/texts", "site/errors"];
  const files = parts.map((part) => fetch(address(`/ui/${part}/${tag}.json`)));
  try {
    for (const answer of await Promise.all(files)) if (answer.ok) addTexts({ [tag]: await answer.json() });
  } catch {
    // the connection was lost: the page will say so
  }
}
