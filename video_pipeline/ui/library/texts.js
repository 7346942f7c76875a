// Texts of the library page: those of all such pages, and what kinds of failures are called.
import "../shared/pages/texts.js";
import { addTexts } from "../shared/texts.js";
import ERRORS_JA from "../site/errors/ja.json" with { type: "json" };
import ERRORS_KO from "../site/errors/ko.json" with { type: "json" };
import ERRORS_ZH_HANS from "../site/errors/zh-Hans.json" with { type: "json" };
import ERRORS_ZH_HANT from "../site/errors/zh-Hant.json" with { type: "json" };

addTexts({ "zh-Hans": ERRORS_ZH_HANS, "zh-Hant": ERRORS_ZH_HANT, ja: ERRORS_JA, ko: ERRORS_KO });
// Here and not with the texts of all such pages: a gallery without emotions does not say the word.
addTexts({
  en: { "column emotions": "emotions", emotionsUnknown: "emotions unknown" },
  "zh-Hans": { "column emotions": "情绪", emotionsUnknown: "情绪未知" },
  "zh-Hant": { "column emotions": "情緒", emotionsUnknown: "情緒未知" },
  ja: { "column emotions": "感情", emotionsUnknown: "感情は不明" },
  ko: { "column emotions": "감정", emotionsUnknown: "감정을 알 수 없음" },
});
