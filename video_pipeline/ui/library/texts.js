// Texts of the library page: those of all such pages, and what kinds of failures are called.
import "../shared/pages/texts.js";
import { addTexts } from "../shared/texts.js";
import ERRORS_JA from "../site/errors/ja.json" with { type: "json" };
import ERRORS_KO from "../site/errors/ko.json" with { type: "json" };
import ERRORS_ZH_HANS from "../site/errors/zh-Hans.json" with { type: "json" };
import ERRORS_ZH_HANT from "../site/errors/zh-Hant.json" with { type: "json" };

addTexts({ "zh-Hans": ERRORS_ZH_HANS, "zh-Hant": ERRORS_ZH_HANT, ja: ERRORS_JA, ko: ERRORS_KO });
