"""Sentences that go on with the thought before them, by their first word.

Words that open a story as often as they continue one ("so", "then", "well", では, 그런데) are left out.
"""

from __future__ import annotations

import re

from video_pipeline.core.labels import Language

_CHINESE = "而且|但是|但|可是|因为|因為|并且|並且|或者|以及|不然|否则|否則"
_JOINING = {
    Language.EN: r"and|but|or|nor|because|'?cause|which|whereas",
    Language.DE: "und|aber|oder|weil|denn|sondern",
    Language.FR: "et|mais|ou|parce que|parce qu|car",
    Language.ES: "y|pero|o|porque|sino",
    Language.PT: "e|mas|ou|porque",
    Language.IT: "e|ma|o|oppure",
    Language.NL: "en|maar|of|omdat|want",
    Language.RU: "и|а|но|или|потому что",
    Language.ZH: _CHINESE,
    Language.YUE: f"{_CHINESE}|但係|同埋|如果唔係",
    Language.JA: "でも|しかし|しかも|だって|なぜなら|それに|または|あるいは|けれども",
    Language.KO: "그리고|하지만|그러나|왜냐하면|또는|게다가",
}
"""By language, what joins a sentence to the one before it."""
_SPACELESS = (Language.ZH, Language.YUE, Language.JA)
_BEFORE = r"[\s\"'“‘«「『(\[¿¡….-]*"
"""Marks that may stand before the first word."""
_WORD_ENDS = r"(?!\w)"
_PATTERNS = {
    language: re.compile(f"{_BEFORE}(?:{words}){'' if language in _SPACELESS else _WORD_ENDS}", re.IGNORECASE)
    for language, words in _JOINING.items()
}


def continues(text: str, language: Language) -> bool:
    """Whether a sentence needs the one before it; False in languages whose words are not known here."""
    pattern = _PATTERNS.get(language)
    return pattern is not None and pattern.match(text) is not None
