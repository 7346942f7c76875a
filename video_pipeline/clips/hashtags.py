"""Hashtags of a clip: the words that are its own, in languages with spaces and without.

No dictionary is needed: grammar is left out by short lists of function words, particles and endings, and what Chinese runs
together is a word where it stands between such words or is said again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_SOUND = re.compile(r"\[[^\]]*\]|（[^）]*）")
"""What was heard and not said: `[laughter]`."""
_ALPHABETIC = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LAUGH = re.compile(r"a*(?:h+[aeiou]+){2,}h*")
"""`hahaha`, as some speech models write what is heard and not said."""
_LEAST_LETTERS = 4
"""Shorter words of alphabets are mostly grammar."""
_HANGUL = re.compile(r"[\uac00-\ud7af]{2,}")
_KANA = re.compile(r"[\u3040-\u30ff]")
_NOUN_JA = re.compile(r"[\u4e00-\u9fff々]{2,6}|[\u30a1-\u30fa][\u30a1-\u30faー]{2,}")
"""In Japanese nouns are mostly two or more Chinese characters, or three or more of katakana; grammar is in hiragana."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_ZH = 4

_ENGLISH = frozenset(
    """about above across actually after again against almost along already also although always another anybody anything
    around because been before being below between both cannot come comes could didn doesn doing down each either else
    enough even ever every everybody everything exactly first from getting give given goes going gonna gotta have having
    here herself himself into itself just keep kind know known last later least less like little look made make makes making
    many maybe mean might more most much must myself need never next nobody nothing okay once only onto other others ours
    over people perhaps please pretty probably quite rather really right said same says seem seems several shall should
    since some somebody something sometimes still such sure take than thank thanks that their theirs them themselves then
    there these they thing things think this those though thought through time times today together told took toward under
    until upon very wanna want wanted wants well went were what whatever when where whether which while whole whom whose
    will with within without would yeah year years yesterday your yours yourself""".split()
)
_KOREAN_ENDINGS = re.compile(
    "(?:습니다|ㅂ니다|니다|세요|어요|아요|해요|예요|에요|네요|지요|잖아요|거든요|는데|은데|어서|아서|해서|하고|하는|했던|했다|한다"
    "|이다|었다|았다|있다|없다|된다|같은|있는|없는|라고|다고|려고|지만|면서|니까|[가-힣]{2}다)$"
)
"""Of verbs and adjectives: such words are no nouns."""
_KOREAN_PARTICLES = re.compile(
    "(?:에서는|에서|에게|한테|으로|까지|부터|처럼|보다|마다|이나|이랑|은|는|이|가|을|를|에|의|로|도|와|과|만|랑)$"
)
_KOREAN = frozenset(
    """그리고 그런데 그래서 하지만 그러면 우리 저희 여러분 이제 지금 오늘 내일 어제 정말 진짜 아주 너무
    조금 그냥 이것 그것 저것 여기 거기 사람 때문 다시 모두 무엇 제가 내가 네가 그는 그녀 그녀는
    거야 이리저리""".split()
)
_JAPANESE = frozenset(
    """今日 昨日 明日 自分 時間 本当 今回 最近 一番 一緒 全然 全部 多分 普通 大丈夫 何人 我々 皆様 皆
    今年 去年 毎日 一度 場合 感じ""".split()
)
_CHINESE = re.compile(
    "这么|那么|怎么|這麼|那麼|怎麼|东西|東西|我们|你们|他们|她们|它们|咱们|大家|全都|这个|那个|这些|那些|这样|那样|怎么|什么|为什么|因为|所以|但是|可是|如果|然后|就是|还是|不是"
    "|没有|可以|已经|现在|今天|明天|昨天|时候|觉得|知道|自己|非常|真的|一个|一些|一下|一样|一起|一定|其实|可能|应该|的话|起来|出来"
    "|我哋|你哋|佢哋|呢個|嗰個|點解|乜嘢|係咪|而家|今日|聽日|琴日|因為|但係|如果|跟住|即係|冇|唔|嘅|咗|喺|啲|嚟|佢|乜|哋|咁|噉|啦|喎|㗎|咩"
    "|我們|你們|他們|這個|那個|這些|什麼|為什麼|沒有|已經|現在|時候|覺得|知道|還是|就是|不是|可以"
    "|[的了是我你他她它这那这那們们在有和与跟不也就都说說很吗嗎呢吧啊呀哦哈个個来來去到会會要想能得着過过给給把被让讓从從对對上下里裡"
    "一二三四五六七八九十几幾两兩多少太再走块塊找全该該又才只最更还還没沒做看谈談講话話好係]"
)
"""Words and characters of grammar, at which a run of Chinese is cut."""


def hashtags(text: str, rest: Sequence[str], most: int) -> list[str]:
    """At most `most` words of a text that the `rest` of its video has less of, as hashtags."""
    counts = Counter(_words(text))
    elsewhere = {word: sum(word in other.lower() for other in rest) for word in counts}
    worth = {word: count / (1 + elsewhere[word]) * len(word) ** 0.5 for word, count in counts.items()}
    best = sorted(worth, key=lambda word: (-worth[word], word))
    return ["#" + "".join(filter(str.isalnum, word)) for word in _unlike(best)[:most]]


def _unlike(words: Sequence[str]) -> list[str]:
    """Without those that hold one before them, or are held by one: `train` and `trains`."""
    taken: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in taken):
            taken.append(word)
    return taken


def _words(text: str) -> Iterator[str]:
    """The words that may tell what a text is about, as often as they are said, in lower case."""
    text = _SOUND.sub(" ", text)
    for word in _ALPHABETIC.findall(text.lower()):
        plain = _whole(word.replace("’", "'"))
        usual = len(plain) >= _LEAST_LETTERS and plain not in _ENGLISH
        if usual and not _WIDE.search(plain) and not _LAUGH.fullmatch(plain):
            yield plain
    for word in _HANGUL.findall(text):
        yield from _korean(word)
    if _KANA.search(text):
        yield from (word for word in _NOUN_JA.findall(text) if word not in _JAPANESE)
    else:
        yield from _chinese(text)


def _whole(word: str) -> str:
    """Without what is run together with it: `l'océan`, `ocean's`; nothing of `haven't`."""
    head, _, tail = word.partition("'")
    if not tail or tail == "s":
        return head
    return tail if len(tail) >= _LEAST_LETTERS else ""


def _korean(word: str) -> Iterator[str]:
    """The noun of a word with its particle; nothing of verbs."""
    if _KOREAN_ENDINGS.search(word):
        return
    shorter = _KOREAN_PARTICLES.sub("", word)
    noun = shorter if len(shorter) >= 2 else word
    if noun not in _KOREAN and word not in _KOREAN:
        yield noun


def _chinese(text: str) -> Iterator[str]:
    """What stands alone between words of grammar, and what is said at least twice in longer runs."""
    runs = [part for run in _HAN.findall(text) for part in _CHINESE.split(run) if len(part) >= 2]
    grams = Counter(
        run[k : k + size] for run in runs for size in range(2, _LONGEST_ZH + 1) for k in range(max(0, len(run) - size + 1))
    )
    repeated = {gram for gram, count in grams.items() if count >= 2}
    whole = {run for run in runs if len(run) <= _LONGEST_ZH}
    for gram in sorted(repeated | whole):
        inside_longer = any(gram != other and gram in other and grams[other] == grams[gram] for other in repeated | whole)
        if not inside_longer:
            yield from [gram] * grams[gram]
