"""Tables for `breaks`: words of each language that stay with their neighbours or belong at the start of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from video_pipeline.core.labels import Language


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _ends(text: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(text.split())})$")


def _starts(text: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(text.split())})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaced:
    """How words of a language with spaces belong together."""

    holds: frozenset[str]
    """Never separated from the next word: articles, possessives, titles."""
    numbers: frozenset[str]
    """Numbers in words, which stay with the word they count."""
    ending: Mapping[str, float] = field(default_factory=dict)
    """What is added to the penalty of a break after this word."""
    starting: Mapping[str, float] = field(default_factory=dict)
    """What is added to the penalty of a break before this word."""
    prepositions: frozenset[str] = frozenset()
    """Words that belong to the verb before them if nothing follows that they could govern: "looking at before he left"."""
    clauses: frozenset[str] = frozenset()
    """What such a word cannot govern: conjunctions."""
    helps: frozenset[str] = frozenset()
    """Verbs and negations that the verb after them completes: "did not believe", "were looking"."""
    helped: frozenset[str] = frozenset()
    """What stands between such a word and its verb."""
    describes: tuple[str, ...] = ()
    """Endings of words that describe the next one."""
    short: int = 0
    """Other words of up to so many letters are mostly articles, prepositions and pronouns too."""
    leans: frozenset[str] = frozenset()
    """Bad at the end of a line: words that need the next one."""
    links: frozenset[str] = frozenset()
    """Good at the start of a line: conjunctions."""


def graded(classes: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The worst value of each word's classes: "that" is a conjunction and an article."""
    out: dict[str, float] = {}
    for words, value in classes:
        for word in words.split():
            out[word] = max(value, out.get(word, value))
    return out


# The values for English are those of a conditional logit over the places where a line may break, fitted to 7 200 cues of two
# lines of 16 published films and episodes, times 0.4, so that a comma is at 0.2 and a plain pair of words at `breaks.PLAIN`.
_ARTICLES = (
    "a an the my your his her our their these those every each some any no another both either neither mr mrs ms dr prof st sir"
)
_PREPOSITIONS = (
    "about above across after against along among around at before behind below beneath beside between beyond by despite during"
    " except for from in inside into like near on onto outside past since than through throughout toward towards under until till"
    " upon with within without as"
)
_SUBJECTS = (
    "i we they he she who i'm you're he's she's it's we're they're i've you've we've they've i'll you'll he'll she'll we'll"
    " they'll it'll i'd you'd he'd she'd we'd they'd there's that's what's who's here's where's how's let's"
)
_OBJECTS = "me him them us myself yourself himself herself itself ourselves themselves"
_CONJUNCTIONS = "and or but nor so yet because when where while if although though unless whether then plus"
_RELATIVES = "what how why whom which who whose whoever whatever wherever whenever"
_AUXILIARIES = (
    "will would can could should shall may might must don't doesn't didn't won't can't couldn't wouldn't shouldn't isn't aren't"
    " wasn't weren't haven't hasn't hadn't do does did have has had gonna wanna gotta cannot ain't not never"
)
_NOUNS_IN_ING = (
    "thing nothing something anything everything evening morning king spring string wedding building meeting feeling ceiling"
    " beginning painting recording warning wing wings clothing housing being"
)
_TO_BE = "is are was were am be been being"
_DEGREES = (
    "very too just really pretty still always even quite only more most much many such also ever almost rather maybe perhaps"
)
_ADJECTIVES = (
    "little big good bad great new old own same whole entire other last first next right left long small young real true best"
    " better worst few several different single large high low full early late hard dead free poor nice fine dear certain public"
    " human second third couple lot sort kind bunch"
)
_VERBS = (
    "get gets got getting make makes made making take takes took taken taking give gives gave given giving tell tells told"
    " telling let lets put puts keep keeps kept find finds found want wants wanted need needs needed go goes going went come"
    " comes came coming see saw seen know knew say says said think thought feel felt become became bring brought call try"
    " tried trying start used look looks looked looking ask asked leave help use"
)
ENGLISH = Spaced(
    holds=words(_ARTICLES) | words("its"),
    numbers=words(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
        " twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half"
    ),
    ending=graded(
        [
            (f"you it this all {_TO_BE} {_DEGREES} {_ADJECTIVES} {_VERBS}", 0.3),
            (_AUXILIARIES, 0.5),
            (_PREPOSITIONS, 0.55),
            (_SUBJECTS, 1.1),
            (f"{_CONJUNCTIONS} {_RELATIVES} that", 1.0),
            ("to", 0.8),
            ("of", 1.0),
            (_NOUNS_IN_ING, 0.0),
        ]
    ),
    starting=graded(
        [
            ("that", -0.95),
            (_CONJUNCTIONS, -0.9),
            (_RELATIVES, -0.8),
            (f"to {_SUBJECTS} {_PREPOSITIONS}", -0.7),
            (f"{_TO_BE} {_DEGREES} {_ARTICLES} its this", -0.45),
            (_AUXILIARIES, -0.35),
            (f"of you it {_VERBS}", -0.25),
            ("up down off out away back over here there either again else together anymore", 0.0),
            ("not never", 0.2),
            (_OBJECTS, 0.45),
        ]
    ),
    prepositions=words(f"{_PREPOSITIONS} of to"),
    clauses=words("and or but nor so yet because while if although though unless whether then before after until since"),
    helps=words(f"{_AUXILIARIES} {_TO_BE} going"),
    helped=words("to not never been be"),
    describes=("ous", "al", "ic", "ive", "ful", "able", "ible", "less", "ary", "ish", "ly", "ing"),
)

KOREAN = Spaced(
    holds=words("그 이 저 어느 무슨 어떤 모든 각 약 총 제 안 못"),
    leans=words("더 가장 아주 매우 너무 정말 꼭 잘 및 또는 그리고 하지만 그러나 그래서"),
    links=words("그리고 하지만 그러나 그래서 그런데 그러면 또는 및 왜냐하면 만약"),
    numbers=words("한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 스무 서른 마흔 백 천 만 억 몇"),
)
KOREAN_BOUND = re.compile(
    "(?:[수것거게걸건줄때적뿐데등]|때문|만큼|대로|동안)(?:은|는|이|가|을|를|도|만|에|의|로|과|까지|부터|밖에|이다|이에요|예요|입니다)?[.?!]?"
)
"""Korean nouns that need the word before them, with or without a particle."""
KOREAN_AUXILIARY = _starts("싶 않 없 있 말았 버렸 주었 줬 주세요 보았 봤")
"""Starts of Korean verbs that complete the verb before them."""
KOREAN_ADNOMINAL = _ends("의 던 적인 같은 새로운")
"""Korean endings that describe the next noun."""
KOREAN_CLAUSE = _ends("고 며 면 (?<!에)서 지만 는데 은데 니까 려고 도록 거나 으나 다가 자마자 다 요 죠 까")
"""Korean endings that complete a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaceless:
    """How phrases of a language without spaces belong together."""

    holds: re.Pattern[str]
    """A phrase with this ending is not separated from the next."""
    leans: re.Pattern[str]
    """A phrase with this ending is bad at the end of a line."""
    closes: re.Pattern[str]
    """A phrase with this ending is good at the end of a line."""
    follows: re.Pattern[str]
    """A phrase with this start is not separated from the one before."""
    links: re.Pattern[str]
    """A phrase with this start is good at the start of a line."""
    subjects: re.Pattern[str] | None = None
    """A phrase with this start is acceptable at the start of a line."""
    alone: frozenset[str] | None = None
    """Single characters that are words. Any other phrase of one character is part of a word that BudouX divided."""


_NUMERALS = "第?[0-9０-９一二三四五六七八九十百千万萬億亿两兩〇]+"
_MANDARIN = Spaceless(
    holds=_ends(_NUMERALS + " [这那這每某各几幾] 但"),
    leans=_ends("[的地得] [我你您他她它]们? [在对把被从和跟与是不很也都就又再还才刚已只太最更将给向于为用到要会能]"),
    closes=_ends("[了吗呢吧啊] 时候 的话 以后 之后 之前 以前"),
    follows=_starts("[的了吗呢吧啊呀嘛着过们得] 一下 一点"),
    links=_starts(
        "但 但是 可是 不过 因为 所以 如果 而且 而 然后 虽然 或者 还是 并且 并 以及 由于 为了 就是 于是 因此 结果"
        " 和 跟 与 对 把 被 让 从"
    ),
    subjects=_starts("[我你您他她它]"),
    alone=frozenset("我你他她它您这那谁在是有和跟与就不也都还又再很太更最来去说要会对把被让从到给但而并想看做用好"),
)
# In traditional characters and, since some recognisers and people write them, in simplified ones.
_CANTONESE = Spaceless(
    holds=_ends(_NUMERALS + " [呢嗰每某各幾几] 但 即"),
    leans=_ends("[嘅的] [喺對对將将俾同係系唔好都就太最更向由用到要會会]"),
    closes=_ends("[喇啦嘞] 時候 时候 嘅話 嘅话 之後 之后 以後 以后 之前"),
    follows=_starts("[嘅咗緊紧過过哋啦喇啊呀喎囉啰㗎咩嘞添吖的了]"),
    links=_starts(
        "但 但係 但系 不過 不过 因為 因为 所以 如果 而且 而 然後 然后 雖然 虽然 或者 定係 定系 以及 由於 由于 為咗 为咗 即係 即系"
        " 於是 于是 因此 同埋 對 对 將 将 俾 由"
    ),
    subjects=_starts("[我你佢]"),
    alone=frozenset("我你佢係系喺有同就唔都又再好太最嚟去講讲要會会對对將将俾由到但而想睇做用咁先仲"),
)
_JAPANESE = Spaceless(
    holds=_ends(_NUMERALS + " この その あの どの ある (?<!みん)な"),
    leans=_ends("の と とても もっと すごく 一番"),
    closes=_ends("[はがをにもでへ] から ので けど けれど て って たら なら ば し"),
    follows=_starts(
        "ついて つい よって よる とって 対して 関して おいて して いる いた います いました ある あります ください です ます"
        " こと もの よう ため ところ はず わけ ない なかった いけ なら なり なっ しま みた"
    ),
    links=_starts("でも しかし だから そして それで それから なので ただ もし たとえば または つまり だけど"),
)
SPACED: dict[Language, Spaced] = {Language.EN: ENGLISH, Language.KO: KOREAN}
"""Other languages with spaces follow `european.EUROPEAN`."""
SPACELESS: dict[Language, Spaceless] = {Language.ZH: _MANDARIN, Language.YUE: _CANTONESE, Language.JA: _JAPANESE}
