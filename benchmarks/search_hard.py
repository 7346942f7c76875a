"""Harder questions for `benchmarks.search`: as people type them, beside what nearly answers them.

A question counts as the others do. Each has decoys, which hold a part of it, its words in another order or the word that was to
be left out: what finds those too loses precision. Some kinds ask for more than words can give ("paraphrase", "numbers in words"):
they show where search by words ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Row = tuple[str, str, Sequence[str], Sequence[str]]
"""Query, language, sentences that answer (they follow each other), decoys."""

HARD: dict[str, tuple[Row, ...]] = {
    "two words, one misspelt": (
        ("solar pannels", "en", ("they put solar panels on the roof",), ("wooden panels were there", "a solar eclipse")),
        ("quantum comptuer", "en", ("the quantum computer was switched on",), ("the old computer", "quantum of something")),
        ("volcano eruptoin", "en", ("the volcano had its eruption",), ("an eruption of joy", "the sleeping volcano")),
        ("electrc bicycle", "en", ("an electric bicycle for her",), ("her bicycle", "an electric stove")),
        ("vaccine reserch", "en", ("money for vaccine research",), ("research on whales", "the vaccine came late")),
    ),
    "misspelt in several ways": (
        ("archeology", "en", ("we studied archaeology there",), ("geology is another",)),
        ("neccessary paperwork", "en", ("all the necessary paperwork",), ("paperwork that nobody needs",)),
        ("rythm section", "en", ("the rhythm section plays",), ("the rhythm of work",)),
        ("goverment subsidy", "en", ("a government subsidy",), ("the government fell",)),
        ("millenium bug", "en", ("the millennium bug",), ("in the next millennium",)),
    ),
    "other forms of a word": (
        ("negotiate treaties", "en", ("they negotiated a treaty",), ("they signed a treaty",)),
        ("baking loaves", "en", ("she bakes a loaf and loaves",), ("loaves on the shelf",)),
        ("whispering horses", "en", ("he whispered to the horse",), ("the horse ran",)),
        ("melted icicles", "en", ("every icicle is melting",), ("an icicle fell",)),
        ("translated poems", "en", ("I translate a poem",), ("a poem about rain",)),
    ),
    "far neighbours, other order": (
        (
            "budget referendum",
            "en",
            ("the referendum came", "in between there was rain", "and so the budget"),
            ("a budget alone",),
        ),
        ("violin elephant", "en", ("an elephant walked in", "nobody moved", "then the violin"), ("violin lessons",)),
        ("passport anchor", "en", ("the anchor went down", "one more coffee", "my passport was gone"), ("a passport photo",)),
        ("saffron engine", "en", ("the engine was cold", "somebody laughed", "with saffron rice"), ("saffron is dear",)),
        ("umbrella senator", "en", ("the senator waited", "it went on raining", "no umbrella"), ("an umbrella stand",)),
    ),
    "phrase with decoys": (
        ('"dark chocolate factory"', "en", ("the dark chocolate factory",), ("a factory of dark chocolate", "chocolate factory")),
        ('"south river bridge"', "en", ("over the south river bridge",), ("the river south of the bridge", "river bridge")),
        ('"not my parrot"', "en", ("that is not my parrot",), ("my parrot is not here", "this is my parrot")),
        ('"first second third"', "en", ("first second third they counted",), ("third second first", "second third")),
        ('"paper moon song"', "en", ("the paper moon song",), ("a song of the paper moon", "paper song moon")),
    ),
    "left out": (
        ("jaguar -car", "en", ("a jaguar sleeps in the tree",), ("the jaguar is a fast car",)),
        ("mercury NOT planet", "en", ("mercury in the thermometer",), ("the planet mercury",)),
        ("python -snake -zoo", "en", ("a program in python",), ("the python is a snake", "a python in the zoo")),
        ('amazon -"online shop"', "en", ("down the amazon by boat",), ("amazon the online shop",)),
        ("(falcon OR osprey) -club", "en", ("an osprey over the lake",), ("the falcon club met",)),
    ),
    "names and signs": (
        ("OBrien", "en", ("then O'Brien stood up",), ("then Brian stood up",)),
        ("Zurich", "en", ("on the train to Zürich",), ("a tour of churches",)),
        ("C++ compiler", "en", ("a C++ compiler from then",), ("a compiler from then",)),
        ("naïve café", "en", ("the naive cafe owner",), ("the cafe was full",)),
        ("A.I. winter", "en", ("the AI winter was long",), ("the winter was long",)),
    ),
    "simplified, traditional, long words": (
        ("机器学习", "yue", ("佢哋成日講機器學習",), ("佢哋用機器做嘢", "學習好重要")),
        ("高速公路", "yue", ("條高速公路好塞車",), ("公路旁邊有樹", "速度好高")),
        ("气候变化", "yue", ("氣候變化影響好大",), ("變化好大", "氣候好好")),
        ("人工智慧", "zh", ("大家都说人工智慧",), ("人工挖的河", "智慧的老人")),
        ("電視劇本", "zh", ("他写的电视剧本",), ("剧本是他的", "电视坏了")),
    ),
    "Japanese endings and kana": (
        ("食べる", "ja", ("昨日すしを食べました",), ("昨日すしを見ました",)),
        ("走った 犬", "ja", ("犬が公園を走っていた",), ("犬が寝ていた",)),
        ("コンピューター", "ja", ("あたらしいこんぴゅーたーを買った",), ("あたらしい靴を買った",)),
        ("ﾃﾞｼﾞﾀﾙ 時計", "ja", ("デジタルの時計がなった",), ("古い時計がなった",)),
        ("美しい 花", "ja", ("花が美しく咲いた",), ("花が枯れた",)),
    ),
    "Korean particles and spaces": (
        ("기후 변화", "ko", ("기후변화가 심각합니다",), ("기후가 좋습니다",)),
        ("인공지능", "ko", ("인공지능을 배웠습니다",), ("인공 호수에 갔습니다",)),
        ("고양이 우산", "ko", ("고양이가 우산에서 잤습니다",), ("고양이는 잤습니다",)),
        ("대통령", "ko", ("대통령께서는 오셨습니다",), ("대문이 열렸습니다",)),
        ("비행기 표", "ko", ("비행기의 표를 샀습니다",), ("비행기를 탔습니다",)),
    ),
    "two languages in one question": (
        ("WiFi 密码", "zh", ("这里的WiFi密码是什么",), ("密码我忘了", "WiFi很慢")),
        ("Kotlin 프로그램", "ko", ("Kotlin으로 프로그램을 썼습니다",), ("프로그램을 봤습니다",)),
        ("AI 技術", "ja", ("AIの技術がすすむ",), ("技術がすすむ",)),
        ("MTR 車站", "yue", ("喺MTR車站等你",), ("喺車站等你",)),
        ("Zoom meeting 会议", "zh", ("用Zoom meeting开会议",), ("会议开完了",)),
    ),
    "numbers in words": (
        ("25 sheep", "en", ("twenty five sheep were counted",), ("some sheep were counted",)),
        ("2nd violin", "en", ("the second violin was late",), ("a violin was late",)),
        ("$40", "en", ("it costs forty dollars",), ("it costs nothing",)),
        ("50%", "en", ("fifty percent of them",), ("most of them",)),
        ("3 o'clock", "en", ("at three o'clock sharp",), ("at night",)),
    ),
    "paraphrase": (
        ("physician", "en", ("the doctor examined him",), ("the baker saw him",)),
        ("automobile accident", "en", ("two cars crashed into each other",), ("an accident in the kitchen",)),
        ("purchase a home", "en", ("they bought a house",), ("they sold a boat",)),
        ("feline", "en", ("her cat sat on the sofa",), ("her dog sat on the sofa",)),
        ("rise in prices", "en", ("everything gets more expensive",), ("everything gets wet",)),
    ),
}


def rows() -> Iterator[tuple[str, Row]]:
    """Each with its kind."""
    for kind, members in HARD.items():
        for row in members:
            yield kind, row
