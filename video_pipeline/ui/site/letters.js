// The letters of burned subtitles, so that those on the player are as wide as in the files, and those of the interface's language.
import { ASIAN } from "../shared/letters.js";
import { requestBlob } from "../shared/request.js";
import { language } from "../shared/texts.js";

const FAMILY = "Noto Sans";
/** @type {Record<string, string>} */
const FILES = { 400: "NotoSans-Regular.ttf", 700: "NotoSans-Bold.ttf" };

const INTERFACE = "Interface"; // as the style sheets name it

/** Until they are there, and where they cannot be had, the browser takes its own. */
export async function loadLetters() {
  const faces = Object.entries(FILES).map(([weight, name]) => loadFace(FAMILY, name, { weight }));
  if (language() !== "en") faces.push(loadFace(INTERFACE, `${language()}.woff`, { unicodeRange: ASIAN }));
  await Promise.all(faces).catch(() => {});
  dispatchEvent(new Event("letterschange")); // what is drawn on a canvas does not change by itself
}

/** @type {(family: string, name: string, descriptors: FontFaceDescriptors) => Promise<void>} */
async function loadFace(family, name, descriptors) {
  const content = await (await requestBlob(`/letters/${name}`, "GET", undefined)).arrayBuffer();
  document.fonts.add(await new FontFace(family, content, descriptors).load());
}
