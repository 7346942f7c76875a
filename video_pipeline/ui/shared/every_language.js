// The viewer's texts in all languages, for pages that can fetch nothing. Where there is a server, see site/texts.js.

import VIEWER_JA from "./texts/ja.json" with { type: "json" };
import VIEWER_KO from "./texts/ko.json" with { type: "json" };
import VIEWER_ZH_HANS from "./texts/zh-Hans.json" with { type: "json" };
import VIEWER_ZH_HANT from "./texts/zh-Hant.json" with { type: "json" };
import { addTexts } from "./texts.js";

addTexts({ "zh-Hans": VIEWER_ZH_HANS, "zh-Hant": VIEWER_ZH_HANT, ja: VIEWER_JA, ko: VIEWER_KO });
