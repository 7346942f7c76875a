"""Cues contain every word once, within the limits, at any speed of speech."""

import dataclasses
import itertools

import pytest

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.sentences import split_sentences
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.options import load_options
from video_pipeline.subtitles import punctuation
from video_pipeline.subtitles.breaks import HELD, NEVER, penalties
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import BY_LANGUAGE, SubtitleOptions, width
from video_pipeline.subtitles.style import StyleOptions

OPTIONS = SubtitleOptions()


def spoken(text: str, start_s: float = 0.0, cps: float = 14.0, language: Language = Language.EN, **more: object) -> Segment:
    """A segment spoken evenly, with a token per word, or per character in languages without spaces."""
    parts = text.split(" ") if language in (Language.EN, Language.KO) else list(text)
    spaced = language in (Language.EN, Language.KO)
    tokens, at_s = [], start_s
    for k, part in enumerate(parts):
        length_s = (len(part) + spaced) / cps
        tokens.append(Token(at_s, at_s + length_s * 0.9, (" " if spaced and k else "") + part))
        at_s += length_s
    return Segment(start_s, at_s, text, tokens=tuple(tokens), language=language, **more)


def words(cues: list) -> str:
    return "".join("".join(cue.lines) for cue in cues).replace(" ", "")


SENTENCES = [
    ("Good evening, everybody and welcome to the show.", ["Good evening, / everybody and welcome to the show."]),
    ("And he said that he did not believe a word of it.", ["And he said that he did not believe / a word of it."]),
    ("It is the man you were looking at before he left.", ["It is the man you were looking at / before he left."]),
    ("In the evening the old man opened the door.", ["In the evening / the old man opened the door."]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence_that_fits_two_lines_is_one_cue(text: str, expected: list[str]) -> None:
    assert [" / ".join(cue.lines) for cue in make_cues([spoken(text)], [], OPTIONS)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonsoir à tous et bienvenue dans notre émission.", "Bonsoir à tous et bienvenue / dans notre émission."),
        (
            "Un accès tout à fait sûr à Internet est un droit essentiel",
            "Un accès tout à fait sûr à Internet / est un droit essentiel",
        ),
        (
            "Das neue Haus in der alten Straße ist schon lange verkauft.",
            "Das neue Haus in der alten Straße / ist schon lange verkauft.",
        ),
        ("Guten Abend und herzlich willkommen zu unserer Sendung.", "Guten Abend und herzlich willkommen / zu unserer Sendung."),
        ("La luz viaja más rápido que todo lo que conocemos.", "La luz viaja más rápido / que todo lo que conocemos."),
    ],
)
def test_european_languages_read_well(text: str, expected: str) -> None:
    said = dataclasses.replace(spoken(text), language=Language.UNKNOWN)
    assert [" / ".join(cue.lines) for cue in make_cues([said], [], OPTIONS)] == [expected]


TALK = (
    "Good evening, and welcome to our little show. Tonight we are going to talk about subtitles, which most people read without "
    "ever thinking about them. A good one is short, stands long enough, and never breaks where it hurts the reader."
)


def test_a_talk_reads_well() -> None:
    cues = make_cues([spoken(TALK)], [], OPTIONS)
    assert [cue.lines for cue in cues] == [
        ("Good evening,", "and welcome to our little show."),
        ("Tonight we are going to talk", "about subtitles,"),
        ("which most people read", "without ever thinking about them."),
        ("A good one is short, stands long enough,",),
        ("and never breaks", "where it hurts the reader."),
    ]
    assert check(cues, OPTIONS, None) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ZH, "今天我们来讨论一下人工智能对教育的影响，大家觉得这个话题怎么样呢？我认为这是一个非常重要的问题。"),
        (Language.YUE, "今日我哋嚟傾吓人工智能對教育嘅影響，大家覺得呢個話題點樣呢？我覺得呢個係一個好重要嘅問題。"),
        (Language.JA, "今日は人工知能が教育に与える影響について話し合いましょう。皆さんはこの話題をどう思いますか？"),
        (Language.KO, "오늘은 인공지능이 교육에 미치는 영향에 대해 이야기해 보겠습니다 여러분은 어떻게 생각하십니까"),
    ],
)
def test_other_languages_keep_their_own_limits(language: Language, text: str) -> None:
    cues = make_cues([spoken(text, cps=BY_LANGUAGE[language].speed_cps * 0.8, language=language)], [], OPTIONS)
    assert not [finding for finding in check(cues, OPTIONS, None) if finding.hard]
    for line in itertools.chain.from_iterable(cue.lines for cue in cues):
        assert width(line, language) <= BY_LANGUAGE[language].line_width
        assert line[0] not in "、。，．！？っゃゅょー」）"
        assert line[-1] not in "「（"


STORY = (
    "When I was about twelve years old, a man called William Harrison came to our school and showed us how a telescope works. "
    "He used to get up at four o'clock every morning, walk two miles to the station and come back after dark."
)


def test_a_story_reads_well() -> None:
    cues = make_cues([spoken(STORY, cps=15)], [], OPTIONS)
    assert [" / ".join(cue.lines) for cue in cues] == [
        "When I was about twelve years old,",
        "a man called William Harrison / came to our school",
        "and showed us how a telescope works.",
        "He used to get up / at four o'clock every morning,",
        "walk two miles to the station / and come back after dark.",
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (Language.ZH, "所以每天晚上我都会坐在院子里看星星。", ["所以每天晚上 / 我都会坐在院子里看星星"]),
        (
            Language.YUE,
            "之後我考入咗香港大學，讀天文學，2008年又去咗美國讀博士。",
            ["之後我考入咗香港大學 讀天文學 / 2008年又去咗美國讀博士"],
        ),
        (Language.JA, "望遠鏡の使い方を教えてくれました。本当ですか？", ["望遠鏡の使い方を / 教えてくれました", "本当ですか？"]),
        (
            Language.KO,
            "매일 새벽 네 시에 일어나서 역까지 3 킬로미터를 걸어가셨어요.",
            ["매일 새벽 네 시에 일어나서 / 역까지 3 킬로미터를 걸어가셨어요"],
        ),
    ],
)
def test_other_languages_read_well(language: Language, text: str, expected: list[str]) -> None:
    cues = make_cues([spoken(text, cps=BY_LANGUAGE[language].speed_cps * 0.7, language=language)], [], OPTIONS)
    assert [" / ".join(cue.lines) for cue in cues] == expected


def test_short_answers_share_a_cue_and_other_speakers_do_not() -> None:
    yes, no = spoken("Yes.", 0.0, speaker="A"), spoken("I know.", 0.5, speaker="A")
    assert [cue.lines for cue in make_cues([yes, no], [], OPTIONS)] == [("Yes. I know.",)]
    other = dataclasses.replace(no, speaker="B")
    assert [cue.lines for cue in make_cues([yes, other], [], OPTIONS)] == [("Yes.",), ("I know.",)]


def test_a_cue_does_not_span_a_long_pause() -> None:
    cues = make_cues([spoken("Before it", 0.0), spoken("and after it.", 2.5)], [], OPTIONS)
    assert [cue.lines for cue in cues] == [("Before it",), ("and after it.",)]


def test_a_speakers_name_precedes_the_first_words_and_has_room() -> None:
    options = SubtitleOptions(style=StyleOptions(speakers=True))
    said = [spoken(TALK, 0.0, speaker="Professor Anna"), spoken(TALK, 30.0, speaker="Tom"), spoken(TALK, 60.0, speaker="Tom")]
    cues = make_cues(said, [], options)
    assert [(cue.start_s, cue.speaker_label) for cue in cues if cue.speaker_label] == [(0.0, "PROFESSOR ANNA:"), (30.0, "TOM:")]
    assert not [finding for finding in check(cues, options, None) if finding.hard]


def test_cues_start_at_the_cut_where_their_words_start() -> None:
    said = spoken(STORY, cps=15)
    cut_s = said.tokens[7].start_s - 0.2
    cues = make_cues([said], [], OPTIONS, rate_fps=24.0, cuts_s=[cut_s])
    assert cues[1].lines[0].startswith("a man")
    assert cues[1].start_s == cut_s
    assert not check(cues, OPTIONS, 24.0, cuts_s=[cut_s])


def test_overlapping_speech_is_put_in_order() -> None:
    first = spoken("This is said all the while, slowly, by the first of them.", 0.0, cps=8)
    second = spoken("And this in between.", 3.0, speaker="B")
    cues = make_cues([first, second], [], OPTIONS)
    assert [cue.start_s for cue in cues] == sorted(cue.start_s for cue in cues)
    assert not [finding for finding in check(cues, OPTIONS, None) if finding.hard]


def test_latin_words_in_chinese_are_never_divided() -> None:
    text = "我们用Python和TensorFlow来做这个项目然后部署到Kubernetes上面去运行"
    cues = make_cues([Segment(0, 8, text, tokens=(), language=Language.ZH)], [], OPTIONS)
    joined = [line for cue in cues for line in cue.lines]
    for word in ("Python", "TensorFlow", "Kubernetes"):
        assert any(word in line for line in joined)


def test_a_word_longer_than_a_line_is_divided() -> None:
    text = "see https://example.org/" + "a" * 90 + " now"
    cues = make_cues([spoken(text)], [], OPTIONS)
    assert words(cues) == text.replace(" ", "")
    assert not [f for f in check(cues, OPTIONS, None) if f.hard]


def test_an_emotion_is_written_once_where_it_begins() -> None:
    segments = [
        spoken("I won the race today and I can hardly believe it myself.", 0, emotion=Emotion.HAPPY, emotion_p=0.9),
        spoken("Everybody came to see it.", 6, emotion=Emotion.HAPPY, emotion_p=0.9),
        spoken("Then we went home.", 9, emotion=Emotion.NEUTRAL, emotion_p=0.9),
        spoken("It was wonderful.", 12, emotion=Emotion.HAPPY, emotion_p=0.9),
    ]
    cues = make_cues(segments, [], OPTIONS)
    starts = [cue.start_s for cue in cues if cue.starts_emotion]
    assert starts == [0, 12]
    assert {cue.emotion for cue in cues if cue.start_s < 8.9} == {Emotion.HAPPY}


def test_hidden_punctuation_does_not_remove_the_label() -> None:
    tokens = tuple(Token(0, 0, text) for text in ("，", "0000", "00000000"))
    found = make_cues(
        [Segment(0, 0, "，000000000000", tokens=tokens, language=Language.ZH, emotion=Emotion.HAPPY, emotion_p=0.9)], [], OPTIONS
    )
    assert not [f for f in check(found, OPTIONS, None) if f.hard]


def test_a_sound_gets_a_cue_of_its_own_while_nobody_speaks() -> None:
    laugh = AudioEvent(3.0, 5.5, Sound.LAUGHTER, 0.9)
    cues = make_cues([spoken("That was the joke.", 1.0), spoken("Thank you.", 6.0)], [laugh], OPTIONS)
    (shown,) = [cue for cue in cues if cue.sound]
    assert shown.lines == ()
    assert shown.start_s >= 3.0
    assert shown.end_s <= 5.95


def test_a_sound_under_speech_is_written_before_words_that_start_during_it() -> None:
    laugh = AudioEvent(2.8, 8.0, Sound.LAUGHTER, 0.9)
    segments = [spoken("This is said before it all", 0.0), spoken("and this is said over it", 2.9, cps=5)]
    cues = make_cues(segments, [laugh], OPTIONS)
    assert next(cue.sound for cue in cues if cue.lines) is None
    assert any(cue.sound is Sound.LAUGHTER for cue in cues)
    assert all(cue.start_s >= 2.8 for cue in cues if cue.sound)
    assert not [f for f in check(cues, OPTIONS, None) if f.hard]


def test_a_laugh_with_a_breath_in_it_is_one_label() -> None:
    laughs = [AudioEvent(3.0, 4.0, Sound.LAUGHTER, 0.9), AudioEvent(4.5, 6.0, Sound.LAUGHTER, 0.7)]
    cues = make_cues([spoken("That was the joke.", 1.0)], laughs, OPTIONS)
    (shown,) = [cue for cue in cues if cue.sound]
    assert (shown.start_s, shown.end_s) == (3.0, 6.0)


def test_a_label_takes_the_time_in_which_words_only_linger() -> None:
    said = spoken("That was the joke.", 1.0)
    heard = AudioEvent(said.end_s + 0.1, said.end_s + 0.7, Sound.LAUGHTER, 0.9)
    words_cue, label = make_cues([said], [heard], OPTIONS, rate_fps=25.0)
    assert words_cue.end_s == pytest.approx(label.start_s - 0.08)
    assert label.start_s == heard.start_s
    assert label.duration_s == pytest.approx(OPTIONS.least_s)


def test_a_label_never_takes_the_time_that_reading_needs() -> None:
    said = spoken("These are many words, said very fast indeed.", 1.0, cps=40)
    cues = make_cues([said], [AudioEvent(said.end_s, said.end_s + 3.0, Sound.LAUGHTER, 0.9)], OPTIONS, rate_fps=25.0)
    assert [cue.sound for cue in cues] == [None, Sound.LAUGHTER]
    assert not check(cues, OPTIONS, 25.0)


def test_a_sound_gets_its_label_though_the_words_before_it_are_still_being_read() -> None:
    said = spoken("望遠鏡の使い方を教えてくれました。", 1.0, cps=9, language=Language.JA)
    laugh = AudioEvent(said.end_s + 0.1, said.end_s + 1.5, Sound.LAUGHTER, 0.9)
    after = spoken("本当ですか？", laugh.end_s + 0.2, cps=4, language=Language.JA)
    cues = make_cues([said, after], [laugh], OPTIONS, rate_fps=25.0)
    assert [(cue.sound, bool(cue.lines)) for cue in cues] == [(None, True), (Sound.LAUGHTER, False), (None, True)]
    assert cues[0].end_s >= said.end_s
    assert cues[1].duration_s >= OPTIONS.least_s
    assert not [finding for finding in check(cues, OPTIONS, 25.0, events=[laugh]) if finding.hard or "label" in finding.rule]


def test_no_labels_no_sound_cues() -> None:
    laugh = AudioEvent(3.0, 5.5, Sound.LAUGHTER, 0.9)
    cues = make_cues([spoken("That was the joke.", 1.0)], [laugh], SubtitleOptions(labels="none"))
    assert [cue.sound for cue in cues] == [None]


def test_short_form_shows_two_short_lines() -> None:
    options = load_options("short-form", {}).subtitles
    cues = make_cues([spoken(TALK)], [], options)
    assert {len(cue.lines) for cue in cues} <= {1, 2}
    assert all(len(line) <= 12 or " " not in line for cue in cues for line in cue.lines)
    assert words(cues) == TALK.replace(" ", "")


def test_one_short_line_at_a_time() -> None:
    options = SubtitleOptions(lines=1, line_width=24, speed_cps=25, least_s=0.7, longest_s=5, gap_frames=0)
    cues = make_cues([spoken(TALK)], [], options)
    assert all(len(cue.lines) == 1 and len(cue.lines[0]) <= 24 for cue in cues)
    assert words(cues) == TALK.replace(" ", "")


THAI_WORDS = (
    "วันนี้ อากาศ ดี มาก เรา จะ ไป เดิน เล่น ที่ สวน สาธารณะ กับ เพื่อนๆ แล้ว จะ กลับ บ้าน ตอน เย็น "
    "เพราะ พรุ่งนี้ ต้อง ไป ทำงาน แต่เช้า และ ประชุม กับ ลูกค้า"
).split()


@pytest.mark.parametrize("size", [1000, 3, 7])
def test_lines_of_thai_never_break_inside_a_word(size: int) -> None:
    """However a recogniser cuts its text: it has no spaces between words."""
    text = "".join(THAI_WORDS)
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    tokens = tuple(Token(k * 12 / len(parts), (k + 1) * 12 / len(parts), part) for k, part in enumerate(parts))
    segment = Segment(0.0, 12.0, text, tokens=tokens, language=Language.TH)
    cues = make_cues([segment], [], SubtitleOptions())
    lines = [line for cue in cues for line in cue.lines]
    assert len(lines) > 2
    assert "".join(lines) == text
    edges = set(itertools.accumulate(map(len, THAI_WORDS)))
    assert set(itertools.accumulate(map(len, lines))) <= edges
    assert all(width(line, Language.TH) <= 42 for line in lines)


def spoken_in_two(first: str, second: str, pause_s: float, language: Language) -> list[Segment]:
    """A sentence that a recogniser gave as two segments, because there is a pause in it."""

    def segment(text: str, start_s: float) -> Segment:
        parts = list(text) if language in (Language.ZH, Language.JA) else [f" {word}" for word in text.split()]
        tokens = tuple(Token(start_s + k * 0.3, start_s + k * 0.3 + 0.3, part) for k, part in enumerate(parts))
        return Segment(start_s, tokens[-1].end_s, text, tokens=tokens, language=language)

    before = segment(first, 0.0)
    return [before, segment(second, before.end_s + pause_s)]


@pytest.mark.parametrize("pause_s", [0.1, 0.3, 0.45])
def test_a_short_pause_inside_a_clause_ends_no_cue(pause_s: float) -> None:
    """The sentence fits two lines: it is one cue, not one of a line and one of two words."""
    segments = spoken_in_two("The servants as well as the young ladies", "decorated it.", pause_s, Language.EN)
    (cue,) = make_cues(segments, [], SubtitleOptions())
    assert len(cue.lines) == 2
    assert " ".join(cue.lines) == "The servants as well as the young ladies decorated it."


def test_a_long_pause_or_the_end_of_a_clause_does() -> None:
    segments = spoken_in_two("The servants as well as the young ladies", "decorated it.", 1.5, Language.EN)
    assert len(make_cues(segments, [], SubtitleOptions())) == 2
    segments = spoken_in_two("It was the evening of the second day in May,", "and everybody had gone home.", 0.4, Language.EN)
    assert len(make_cues(segments, [], SubtitleOptions())) == 2


def test_a_pause_inside_a_word_of_chinese_divides_no_word() -> None:
    segments = spoken_in_two("我好不容易把今天的活都干完结", "果老板又发了一个新需求", 0.3, Language.ZH)
    lines = [line for cue in make_cues(segments, [], SubtitleOptions()) for line in cue.lines]
    assert not any(line.endswith("结") or line.startswith("果") for line in lines)
    assert "结果" in "".join(lines)


@pytest.mark.parametrize(
    "raw, expected",
    [("今天天气怎么样?", "今天天气怎么样？"), ("好用!", "好用！"), ("吗?A bit", "吗？A bit"), ("OK?", "OK?"), ("3:00", "3:00")],
)
def test_ascii_marks_after_ideographs_are_wide(raw: str, expected: str) -> None:
    assert punctuation.shown(raw, Language.ZH) == (expected, "")
    assert punctuation.spoken(raw, Language.ZH) == punctuation.spoken(expected, Language.ZH)


@pytest.mark.parametrize(
    ("language", "text"),
    [(Language.YUE, "但係我唔知點解佢會咁講"), (Language.YUE, "但系我唔知点解佢会咁讲"), (Language.ZH, "但他不知道")],
)
def test_but_stays_with_its_next_character(language: Language, text: str) -> None:
    assert penalties(list(text), language)[1] >= HELD


@pytest.mark.parametrize(
    ("language", "words", "mark"),
    [
        (Language.UNKNOWN, ["tout", " le", " monde", " parle", " ?"], 4),
        (Language.UNKNOWN, ["il", " a", " dit", " «", " je"], 4),
        (Language.UNKNOWN, ["je", " sais", " »", " et"], 2),
        (Language.UNKNOWN, ["بنسبة", " تقريبا", " ،", " خلال"], 2),
        (Language.EN, ["by", " almost", " 4", " %", " in"], 3),
        (Language.EN, ["there", " is", " room", " №", " 5"], 4),
    ],
)
def test_marks_with_a_space_stay_with_their_word(language: Language, words: list[str], mark: int) -> None:
    assert penalties(words, language)[mark] == NEVER


@pytest.mark.parametrize(
    ("language", "words", "unit"),
    [
        (Language.ZH, ["有", "10", " 公", "斤"], 2),
        (Language.JA, ["約", "10", " キ", "ロ", "で"], 2),
        (Language.JA, ["本", "の", "第", " 3", " 章"], 4),
        (Language.EN, ["about", " 10", " km"], 2),
        (Language.UNKNOWN, ["på", " torget", " kl.", " 17", " kom"], 3),
        (Language.RU, ["и", " г-н", " Иванов"], 2),
    ],
)
def test_a_number_stays_with_its_unit_and_a_title_with_its_name(language: Language, words: list[str], unit: int) -> None:
    assert penalties(words, language)[unit] >= HELD


def test_an_abbreviation_before_a_number_ends_no_sentence() -> None:
    assert split_sentences("Det hände kl. 17 på torget.", Language.SV) == ["Det hände kl. 17 på torget."]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [(Language.JA, "昨日は本当に大変だった", "って"), (Language.ZH, "昨天真的很累", "的")],
)
def test_a_particle_after_a_laugh_gets_no_cue_of_its_own(language: Language, first: str, second: str) -> None:
    segments = spoken_in_two(first, second, 0.9, language)
    laugh = AudioEvent(segments[0].end_s, segments[1].start_s, Sound.LAUGHTER, 0.9)
    texts = ["".join(cue.lines) for cue in make_cues(segments, [laugh], OPTIONS) if cue.lines]
    assert "".join(texts) == first + second
    assert second not in texts


def test_a_mandarin_adverb_stays_with_its_verb() -> None:
    said = spoken("我好不容易把今天的活儿都干完了结果老板又发了一个新需求", cps=5, language=Language.ZH)
    lines = [line for cue in make_cues([said], [], OPTIONS) for line in cue.lines]
    assert not [line for line in lines if line.endswith("又")]
