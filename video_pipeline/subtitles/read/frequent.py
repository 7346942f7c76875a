"""Frequent words and characters, by which a few bytes tell their language when their letters alone do not."""

from __future__ import annotations

import functools
import re

_WORDS = {
    "fr": "je tu il elle nous vous le la les de des un une et est pas que qui dans pour sur avec mais oui non bien quoi merci",
    "de": "ich du er sie wir ihr das der die und ist nicht ein eine mit auf wie was ja nein aber auch noch nur hier danke gut",
    "es": "el la los las de que y en un una es no por con para su lo como pero muy bien gracias hola esto todo vamos donde quien",
    "pt": "o a os as de que e em um uma nao por com para se mas muito bem obrigado isso tudo vamos onde quem eu ele ela voce",
    "it": "il lo la gli le di che e un una non per con sono ma bene grazie ciao questo tutto dove chi io lui lei mi ti si cosa",
    "sv": "jag du han hon vi det den och att inte en ett med om var vad ja nej men tack hej bra kan ska vill har till av",
    "da": "jeg du han hun vi det den og at ikke en et med om hvad ja nej men tak hej godt kan skal vil har til af",
    "no": "jeg du han hun vi det den og ikke en et med om hva ja nei men takk hei bra kan skal vil har til av",
    "fi": "on ei se en mutta niin nyt kun mun sun olen olet ovat kuin jos joo kiitos hei mene tule mikset kuka miksi",
    "nl": "ik je hij zij wij het de een en is niet van dat die met op wat ja nee maar ook nog hier dank goed wel naar",
    "ca": "el la els les de que i en un una es no per amb jo tu molt gracies hola tot on qui mes aquest",
    "cs": "ja ty on ona my vy to je se na v a ale ne ano jak co kde kdo dobre jsem jsi jsme byl bylo tak jen proto tady nic mi",
    "sk": "ja ty on ona my vy to je sa na v a ale nie ano ako co kde kto dobre som si sme bol bolo tak len preto tu nic mi ti",
    "pl": "ja ty on ona my wy to jest nie tak na w z i a ale co kto gdzie jak dobrze mam masz ma jestem tu tam czy do po za mnie",
    "hu": "te mi ti az a egy nem igen hogy mit ki hol van volt vagyok vagy de ez csak ha meg el itt ott jo most mert kell",
    "ro": "eu tu el ea noi voi nu da ce cine unde cum este sunt am ai are un o de la pe cu in si dar bine asta mai sa se",
    "hr": "ja ti on ona mi vi to je ne da u na i a ali kako gdje tko dobro sam si smo bio samo ovo sve nije hvala molim",
    "sl": "jaz ti on ona mi vi to je ne da v na in a ampak kako kje kdo dobro sem si smo bil samo vse ni hvala prosim",
    "tr": "ben sen o biz siz bu bir ve ne var yok mi ama evet nerede kim nasil iyi tamam gel git benim senin onu bana sana",
    "lt": "jis ji mes tai ne taip ir kad kas kur kaip bet buvo yra gerai man tau su iki labai viskas",
    "lv": "es tu mes tas ir un ka kas kur bet bija labi man tev ar uz no paldies viss nav",
    "et": "ma sa ta me te see on ja ei et kes kus kuidas aga oli hea mul sul jah siis seda kui",
    "vi": "toi anh em la co con cho ai gi di ra va trong khi nay nhu sao thi",
}
_ENGLISH = frozenset(
    "the a an and of to in is it you i that he she we they this was are be been have has had do did not with for on at by from"
    " but what who where when how why my your our his her their me him us them no yes so all out up if or as can will just"
    " good very now well here there know like get go come see think right okay thank please".split()
)
"""English has no letters beyond ASCII, but its words stand around those of other languages and are like some of theirs."""
_TOKEN = re.compile(r"[^\W\d_]+")
_MOST_COUNTED = 4
"""Frequent words that say all there is to say."""
_WORTH = 0.35
"""What each lowers the cost of a language by, in nats per letter."""
_HAN = frozenset(
    "的一是不了人我在有他这這個个為为之大来來以中上们們到说說国國和地也子时時道出而要于於就下得可你年生自会會那后後能对對"
    "着著事其里裡所去行过過家十用发發天如然作方成者多日都三小军軍二无無同么麼经經法当當起与與好看学學进進种種将將还還分此心"
    "前面又定见見只主没沒公从從她它吗嗎吧呢啊谢謝请請再很真爱愛快走给給什怎谁誰想知点點话話老明让讓等做但因叫开開回把被"
)
"""Characters that make up about two thirds of Chinese dialogue, simplified and traditional; Japanese uses many of them."""
_HANGUL = frozenset("이다는을에가은하고지의를도나어요니아그사한기해라네까자야게내있거안서대리인들만오너우정시일없습것여로")
"""Syllables that make up about half of Korean dialogue."""
_COMMON_SHARE = 0.3
"""Share of such characters from which a few characters are a text."""


def word_bonus(text: str, language: str, *, is_western: bool) -> float:
    """By how much frequent words, whole ones in ASCII, make a language likelier.

    Where more of them are English, only languages of the same code page (`is_western`) gain: their words stand in English texts.
    """
    tokens = set(_TOKEN.findall(text.lower()))
    own, english = len(tokens & _words(language)), len(tokens & _ENGLISH)
    if english > own:
        own = english if is_western else 0
    return _WORTH * min(_MOST_COUNTED, own)


def is_common(text: str, least: float = _COMMON_SHARE) -> bool:
    """Whether a few characters beyond ASCII are what Chinese, Japanese and Korean texts consist of."""
    beyond = [character for character in text if not character.isascii() and character.isalpha()]
    common = sum("\u3041" <= c <= "\u30ff" or c in _HAN or c in _HANGUL for c in beyond)
    return common >= least * len(beyond)


@functools.cache
def _words(language: str) -> frozenset[str]:
    return frozenset(_WORDS.get(language, "").split())
