"""What the demo model can say and understand: some 300 English words and 150 Chinese ones, and sentences made of them.

Two kinds of sentences: some from the frames below, so that the model meets ordinary word order, and some of words in any order,
so that it cannot lean on the frames. `DEMO_LINES` are the sentences of the demo video; none of them is ever made here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Rng = np.random.Generator
LANGUAGES = ("en", "zh")

EN_SLOTS = {
    "who": "I|you|we|they|my mother|my friend|the teacher|the doctor|the driver|nobody|everybody|my robot|her brother|his sister|"
    "the children|a student|the neighbour|our cat|the old man|the young woman",
    "thing": "the coffee|the story|a letter|the phone|my computer|the window|the door|the picture|a song|the question|the answer|"
    "a joke|the word|the book|the red car|a small house|the screen|the camera|the microphone|an apple|the cold water|the bread",
    "place": "in the kitchen|at home|on the street|in the city|at school|near the river|under the table|behind the house|"
    "on the train|in the garden|at the station|in front of the shop|by the sea|at the window",
    "when": "today|tonight|this morning|yesterday|tomorrow|on Monday|last week|every day|in the evening|after lunch|"
    "before dinner|again",
    "how": "funny|cold|easy|short|good|new|quiet|happy|tired|late|early|hard|warm|famous|bright|dark|ready|clean|free|strange",
    "did": "found|lost|made|saw|heard|told|wanted|forgot|bought|sold|opened|closed|liked|needed|followed|read|wrote|"
    "took|remembered|asked for",
    "do": "find|lose|make|see|hear|tell|want|forget|buy|sell|open|close|like|need|follow|read|write|take|remember|ask for",
    "went": "came|went|ran|walked|waited|stayed|laughed|slept|worked|danced|talked|sat|stopped|arrived|listened|cried",
    "go": "come|go|run|walk|wait|stay|laugh|sleep|work|dance|talk|sit|stop|follow|listen|cry",
    "number": "one|two|three|four|five|six|seven|eight|nine|ten|twenty|a hundred",
    "many": "words|minutes|people|lines|dogs|friends|hours|birds|jokes|days|questions|cups",
    "link": "and|but|because|so|when|while|and then|that is why",
    "oh": "well|yes|no|oh|now|listen|look|please|of course|maybe",
}  # fmt: skip
EN_FRAMES = (
    "{who} {did} {thing} {place}.|{who} {did} {thing} {when}.|{who} {went} {place} {when}.|{thing} is {how}.|"
    "{thing} must be {how} and {how}.|why did {who} {do} {thing}?|who {did} {thing}?|what did {who} {do} {when}?|"
    "where is {thing}?|can you {do} {thing}, please?|{oh}, {who} {went} {place}.|{oh}, {thing} was {how} {when}!|"
    "{who} {did} {number} {many}.|there are {number} {many} {place}.|{who} {went} for {number} {many}.|"
    "{when} {who} will {do} {thing}.|do not {do} {thing}!|let us {go} {place}.|{who} told me that {thing} is {how}.|"
    "thank you for {thing}.|thank you all, and welcome to the show.|good {daytime}, everybody!|"
    "good {daytime} and welcome, {who} said.|{who} was very {how} {when}.|I think {thing} is too {how}.|"
    "I never {did} {thing}.|{who} {did} {thing}, {link} {who} {went} {place}.|"
    "{who} {went} {place}, {link} {thing} was {how}.|it is {how} {place}.|that was the first {one} of the {daytime}.|"
    "this is the second {one}.|{who} always want to {go}.|are you {how}?|is it {how} {when}?|"
    "we are going to talk about {thing}.|it said {oh} and {went}.|even {who} can {do} {thing}.|how {how} is {thing}?|"
    "why is {thing} {how}?|why is {thing} so {how} {when}?|who did it? {who} {did} it.|is it {how}? who {did} {thing}?|"
    "you can read the {many} on the screen.|stay {how}, my friend.|see you {when}.|how many {many} are {place}?"
).split("|")  # fmt: skip
EN_SLOTS["daytime"] = "morning|evening|night|day|afternoon"
EN_SLOTS["one"] = "joke|story|song|question|letter|show|robot|laugh"

ZH_SLOTS = {
    "谁": "我|你|他|我们|大家|老师|朋友|医生|妈妈|爸爸|孩子|学生|我的朋友|他的妈妈|我们的老师|机器人",
    "物": "电影|音乐|故事|苹果|咖啡|米饭|书|手机|问题|字幕|视频|笑话|火车|飞机|房子|工作|歌|照片|牛奶|面包|我的手机|他的书",
    "处": "在家里|在北京|在学校|在城市里|在火车上|在这里|在那里|在公园|在门口",
    "时": "今天|明天|昨天|早上|晚上|今天早上|明天晚上|现在|每天|生日那天",
    "样": "高兴|难过|生气|大|小|快|慢|漂亮|累|贵|有意思|好|冷|热|新|难|容易",
    "做": "喜欢|想要|忘了|找到了|打开了|买了|看了|听了|吃了|需要|记得|等|学习|卖了|说",
    "动": "笑了|哭了|回家了|来了|走了|睡了|开始了|跑了|唱歌|跳舞|来到这里",
    "数": "一|两|三|四|五|六|七|八|九|十",
    "量": "个人|杯咖啡|本书|个问题|个笑话|个苹果|个朋友|天",
    "很": "很|太|真|不|非常",
}
ZH_FRAMES = (
    "{谁}{做}{物}。|{时}{谁}{做}{物}。|{谁}{处}{做}{物}。|{谁}{时}{很}{样}。|{物}{很}{样}。|{谁}{时}{处}{动}。|{谁}为什么{动}？|{谁}什么时候{做}{物}？|"
    "{谁}也{做}{物}。|{谁}和{谁}都{做}{物}。|因为{谁}{动}，所以{谁}{很}{样}。|{谁}{做}{物}，但是{谁}{很}{样}。|{谁}有{数}{量}。|{处}有{数}{量}。|"
    "{物}在哪里？|你{做}{物}吗？|大家好，{时}{谁}{很}{样}。|谢谢{谁}，{时}见。|请{做}{物}！|不要{做}{物}！|{谁}说{物}{很}{样}。|你好，我是{谁}。|"
    "{时}是{谁}的生日。|欢迎{谁}来到这里。|{谁}知道{物}在哪里。|{谁}没有{物}。|谁{做}{物}？|谁{动}？|这个{物}{很}{样}！|那个{物}{很}{样}。|"
    "他忘了{时}是{谁}的生日。|{谁}{很}{样}，{谁}{也}{很}{样}。|再见，{谁}。|谢谢大家。|{谁}喜欢说笑话。|我想你。|{时}{很}冷。"
).split("|")  # fmt: skip
ZH_SLOTS["也"] = "也|都"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the demo video."""

    language: str
    text: str


DEMO_LINES = (
    Line("en", "Good evening, everybody, and welcome to the show."),
    Line("en", "We are going to talk about my robot tonight."),
    Line("zh", "大家好，今天我来到这里真高兴！"),
    Line("en", "My robot told the first joke this morning, and everybody laughed!"),
    Line("zh", "我的手机每天也说笑话。"),
    Line("zh", "但是今天晚上，朋友忘了我的生日。"),
    Line("en", "I waited at the window for ten hours, and nobody came."),
    Line("en", "Why is my coffee so cold? Who did that?"),
    Line("zh", "谁吃了我的面包？我非常生气！"),
    Line("en", "Listen, the second story is about a small house by the sea."),
    Line("en", "The old man bought the house last week, and nobody was at home."),
    Line("en", "There are ten people in the garden every day."),
    Line("zh", "老师今天早上在公园看了一本书。"),
    Line("zh", "妈妈和爸爸都喜欢牛奶。"),
    Line("en", "The train was late, and the driver stopped for twenty minutes."),
    Line("en", "The children sat at the window, and it was cold."),
    Line("en", "In the evening the old man opened the door."),
    Line("en", "My robot sat at the table and asked for the coffee!"),
    Line("zh", "机器人说：请不要忘了我的生日！"),
    Line("en", "That was the second story of the evening."),
    Line("en", "The words on the screen must be short and easy."),
    Line("zh", "现在字幕很漂亮，也很容易。"),
    Line("en", "Now even my mother can follow the story!"),
    Line("zh", "谢谢大家，我们明天晚上见。"),
    Line("en", "Thank you all, and good night!"),
)
EXTRA_EN = "wants little funny did that evening laughed screen mother story"
"""Words of the demo's lines that no frame holds on its own."""


def plain(text: str) -> str:
    """The sentence as it is spoken: lower case, without marks; Chinese without spaces."""
    words = re.findall(r"[a-z']+|[\u4e00-\u9fff]+", text.lower())
    return " ".join(words)


UNSEEN = frozenset(plain(line.text) for line in DEMO_LINES)


def sentence(rng: Rng, language: str) -> str:
    """A new sentence with capitals and marks, not one of the demo's."""
    while True:
        text = _jumbled(rng, language) if rng.random() < 0.35 else _framed(rng, language)
        if plain(text) not in UNSEEN:
            return text


@lru_cache(maxsize=2)
def words(language: str) -> tuple[str, ...]:
    """Every word the frames and the demo can use, once; Chinese in the units of the slots."""
    slots, frames = (EN_SLOTS, EN_FRAMES) if language == "en" else (ZH_SLOTS, ZH_FRAMES)
    texts = ["|".join(slots.values()), *(re.sub(r"\{.*?\}", "|", frame) for frame in frames)]
    if language == "en":
        everything = [*" ".join(texts).replace("|", " ").split(), *EXTRA_EN.split()]
        keep = {"i": "I", "monday": "Monday"}
        return tuple(sorted({keep.get(plain(word), plain(word)) for word in everything} - {""}))
    return tuple(sorted({part for text in texts for part in re.split(r"[|，。？！]", text) if part}))


def _framed(rng: Rng, language: str) -> str:
    slots, frames = (EN_SLOTS, EN_FRAMES) if language == "en" else (ZH_SLOTS, ZH_FRAMES)
    text = re.sub(r"\{(.*?)\}", lambda slot: _pick(rng, slots[slot[1]].split("|")), _pick(rng, frames))
    return re.sub(r"(^|[.?!] )(\w)", lambda first: first[1] + first[2].upper(), text)


def _jumbled(rng: Rng, language: str) -> str:
    count = int(rng.integers(1, 9 if language == "en" else 6))
    chosen = [_pick(rng, words(language)) for _ in range(count)]
    if language == "zh":
        cut = int(rng.integers(count)) if count > 2 and rng.random() < 0.5 else -1
        return "".join(word + ("，" if k == cut else "") for k, word in enumerate(chosen)).strip("，") + _pick(rng, "。。！？")
    cut = int(rng.integers(count - 1)) if count > 3 and rng.random() < 0.5 else -1
    text = " ".join(word + ("," if k == cut else "") for k, word in enumerate(chosen)) + _pick(rng, "..!?")
    return text[0].upper() + text[1:]


def _pick(rng: Rng, choices: Sequence[str]) -> str:
    return str(choices[int(rng.integers(len(choices)))])
