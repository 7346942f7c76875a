// The letters of burned subtitles, so that those on the player are as wide as in the files.
import { requestBlob } from "../shared/request.js";

const FAMILY = "Noto Sans";
/** @type {Record<string, string>} */
const FILES = { 400: "NotoSans-Regular.ttf", 700: "NotoSans-Bold.ttf" };

/** Until they are there, and where they cannot be had, the browser takes its own. */
export async function loadLetters() {
  await Promise.all(
    Object.entries(FILES).map(async ([weight, name]) => {
      const content = await (await requestBlob(`/letters/${name}`, "GET", undefined)).arrayBuffer();
      document.fonts.add(await new FontFace(FAMILY, content, { weight }).load());
    }),
  ).catch(() => {});
}
