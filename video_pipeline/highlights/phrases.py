"""Sentences about clips, in each language of the transcripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from video_pipeline.core.labels import Language, Sound
from video_pipeline.highlights.base import AUTO, Asked, Evidence

_LONG_S = 9.95
"""From here on seconds are written without tenths: 9.95 would round to 10.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language: templates for `str.format`."""

    seconds: str
    """A length of time."""
    one: str
    """One event of a label."""
    several: str
    """Several events of a label."""
    then: str
    """Between one label's events and the next's."""
    goes_on: str
    """Remark: the last reaction lasts longer than the clip."""
    lift: str
    """Remark: reactions are denser than in the whole video."""
    canned: str
    """Remark: a laugh comes from a recording."""
    music: str
    """Remark: there is music."""
    opinion: str
    """Remark: what a language model says of it."""
    untitled: str
    """Title of a clip without words: its sounds, and when they begin."""
    also: str
    """Between two sounds of such a title."""
    chosen: str
    """Explanation of a choice of clips."""
    nothing: str
    """Explanation: no reaction was heard ..."""
    besides: str
    """... only these other sounds ..."""
    lower: str
    """... and which threshold would have given a clip."""
    too_little: str
    """Explanation: the reactions are too weak."""
    no_room: str
    """Explanation: no clip fits around the reactions."""
    no_clip: str
    """The end of `nothing` that says so."""
    passages: str
    """Explanation: why no reaction gave a clip, and that passages of speech were chosen instead."""
    passage: str
    """What speaks for a passage of speech."""
    passage_at: str
    """Title of a passage whose words are not known."""
    listed: str
    """Between two things that speak for a passage."""
    traits: Mapping[str, str]
    """What speaks for a passage, by signal."""
    sounds: Mapping[Sound | Asked, str]
    """Names of the sounds, and of what a person asked for."""
    counted: Mapping[Sound | Asked, tuple[str, str]] = field(default_factory=dict)
    """Names of one and of several events, for labels where these differ from the sound's name."""

    def counted_events(self, sound: Sound | Asked, count: int, span_s: float, longest_s: float) -> str:
        """`count` events of one label, within `span_s`, the longest `longest_s`."""
        one, several = self.counted.get(sound, (self.sounds[sound], self.sounds[sound]))
        template, noun = (self.one, one) if count == 1 else (self.several, several)
        return template.format(noun=noun, count=count, span=self.length(span_s), longest=self.length(longest_s))

    def untitled_at(self, sounds: Sequence[Sound | Asked], clock: str) -> str:
        """The title of a clip without words, from the sounds in it and the time on the clock."""
        names = self.also.join(self.sounds[sound] for sound in sounds)
        title = self.untitled.format(sounds=names, clock=clock)
        return title[:1].upper() + title[1:]

    def length(self, seconds: float) -> str:
        return self.seconds.format(f"{seconds:.0f}" if seconds >= _LONG_S else f"{seconds:.1f}")


def phrases_of(language: str, evidence: Evidence) -> Phrases:
    """Phrases of a language, for "auto" of the one spoken longest; English for languages that have none."""
    return PHRASES.get(evidence.language() if language == AUTO else Language(language), PHRASES[Language.EN])


def _named(*names: str) -> dict[Sound | Asked, str]:
    return dict(zip((*Sound, *Asked), names, strict=True))


def _traits(*names: str) -> dict[str, str]:
    signals = ("topic", "excitement", "loudness", "emotion", "reveal", "speech_rate", "exchange", "text_cues")
    return dict(zip(signals, names, strict=True))


_KEY = "highlights.least_evidence = {least}"

PHRASES: dict[Language, Phrases] = {
    Language.EN: Phrases(
        seconds="{} s",
        one="{noun} of {longest}",
        several="{count} {noun} in {span}, the longest {longest}",
        then=", then ",
        goes_on="; it goes on after the clip",
        lift="; {times} times as dense as in the whole video",
        canned="; partly canned laughter",
        music="; over music",
        opinion="; a language model: {reason}",
        untitled="{sounds} at {clock}",
        also=" and ",
        chosen="{count} of {moments} moments with reactions were chosen",
        nothing="no laughter, applause or cheering was heard in {minutes} minutes{heard}, so there is no clip to recommend",
        besides=" (only: {sounds})",
        lower="; with {keys} a clip around {clock} ({sounds}) would have come through",
        too_little="the strongest reactions in {minutes} minutes count {strongest} weighted seconds, too little for a clip; "
        + _KEY
        + " (now {now}) would let it through",
        no_room="reactions were heard in {minutes} minutes, but no clip of {least} s or more fits around them",
        no_clip=", so there is no clip to recommend",
        passages="{why}; the best of the speech was chosen instead",
        passage="speech: {traits}",
        passage_at="Speech at {clock}",
        listed=", ",
        traits=_traits(
            "what the video is about",
            "a lively voice",
            "a raised voice",
            "emotion",
            "a pause that holds the tension",
            "fast speech",
            "quick turns",
            "words that announce something",
        ),
        sounds=_named(
            "laughter",
            "applause",
            "cheering",
            "music",
            "crying",
            "coughing",
            "sneezing",
            "heavy breathing",
            "a peak of the curve",
            "a phrase",
        ),
        counted={
            Sound.LAUGHTER: ("a laugh", "laughs"),
            Sound.APPLAUSE: ("applause", "rounds of applause"),
            Sound.CHEER: ("a cheer", "cheers"),
            Asked.CURVE: ("a peak of the curve", "peaks of the curve"),
            Asked.PHRASES: ("a phrase that was asked for", "phrases that were asked for"),
        },
    ),
    Language.ZH: Phrases(
        seconds="{} 秒",
        one="{noun}持续 {longest}",
        several="{span}内 {count} 次{noun}，最长 {longest}",
        then="，随后",
        goes_on="；片段结束后仍在继续",
        lift="；密度是全片的 {times} 倍",
        canned="；部分为罐头笑声",
        music="；伴有音乐",
        opinion="；语言模型：{reason}",
        untitled="{clock} 的{sounds}",
        also="和",
        chosen="在 {moments} 处有观众反应的地方选出 {count} 段",
        nothing="{minutes} 分钟内没有听到笑声、掌声或欢呼{heard}，因此没有可推荐的片段",
        besides="（只听到：{sounds}）",
        lower="；若设 {keys}，{clock} 附近的片段（{sounds}）就会入选",
        too_little="{minutes} 分钟内最强的反应只有 {strongest} 加权秒，不足以成为片段；设 " + _KEY + "（现为 {now}）即可入选",
        no_room="{minutes} 分钟内听到了观众反应，但周围容不下 {least} 秒以上的片段",
        no_clip="，因此没有可推荐的片段",
        passages="{why}；改为选出最精彩的讲话片段",
        passage="讲话：{traits}",
        passage_at="{clock} 的讲话",
        listed="、",
        traits=_traits("切合全片主题", "语气生动", "提高声音", "有情绪", "停顿制造悬念", "语速快", "你来我往", "预告要点的话"),
        sounds=_named("笑声", "掌声", "欢呼", "音乐", "哭声", "咳嗽", "打喷嚏", "喘气", "曲线高峰", "指定词句"),
    ),
    Language.YUE: Phrases(
        seconds="{} 秒",
        one="{noun}維持 {longest}",
        several="{span}內 {count} 次{noun}，最長 {longest}",
        then="，跟住",
        goes_on="；片段完咗仲繼續緊",
        lift="；密度係全片嘅 {times} 倍",
        canned="；部分係罐頭笑聲",
        music="；有背景音樂",
        opinion="；語言模型：{reason}",
        untitled="{clock} 嘅{sounds}",
        also="同",
        chosen="喺 {moments} 處有觀眾反應嘅地方揀咗 {count} 段",
        nothing="{minutes} 分鐘內冇聽到笑聲、掌聲或者歡呼{heard}，所以冇片段可以推薦",
        besides="（只聽到：{sounds}）",
        lower="；如果設 {keys}，{clock} 附近嘅片段（{sounds}）就會入選",
        too_little="{minutes} 分鐘內最強嘅反應得 {strongest} 加權秒，唔夠做片段；設 " + _KEY + "（而家係 {now}）就可以入選",
        no_room="{minutes} 分鐘內聽到觀眾反應，但係周圍容唔落 {least} 秒以上嘅片段",
        no_clip="，所以冇片段可以推薦",
        passages="{why}；改為揀咗講得最好嘅片段",
        passage="講話：{traits}",
        passage_at="{clock} 嘅講話",
        listed="、",
        traits=_traits(
            "貼近全片主題", "語氣生動", "提高聲線", "有情緒", "停頓帶出懸念", "語速快", "你一句我一句", "預告重點嘅說話"
        ),
        sounds=_named("笑聲", "掌聲", "歡呼", "音樂", "喊聲", "咳", "打乞嗤", "喘氣", "曲線高峰", "指定字句"),
    ),
    Language.JA: Phrases(
        seconds="{}秒",
        one="{longest}の{noun}",
        several="{span}間に{noun}が{count}回、最長{longest}",
        then="、続いて",
        goes_on="。クリップの後も続きます",
        lift="。密度は動画全体の{times}倍",
        canned="。一部は録音された笑い声",
        music="。音楽あり",
        opinion="。言語モデル：{reason}",
        untitled="{clock} の{sounds}",
        also="と",
        chosen="反応のあった{moments}か所から{count}本を選びました",
        nothing="{minutes}分間に笑い、拍手、歓声は聞こえませんでした{heard}。おすすめのクリップはありません",
        besides="（聞こえた音：{sounds}）",
        lower="。{keys} にすると {clock} 付近（{sounds}）が選ばれます",
        too_little="{minutes}分間で最も強い反応は加重{strongest}秒で、クリップには足りません。"
        + _KEY
        + "（現在 {now}）にすると選ばれます",
        no_room="{minutes}分間に反応はありましたが、その前後に{least}秒以上のクリップは取れません",
        no_clip="。おすすめのクリップはありません",
        passages="{why}。代わりに話の聞きどころを選びました",
        passage="話：{traits}",
        passage_at="{clock} の話",
        listed="、",
        traits=_traits(
            "動画の主題",
            "生き生きした声",
            "声が大きくなる",
            "感情",
            "間の取り方",
            "早口",
            "言葉のやりとり",
            "大事なことを告げる言葉",
        ),
        sounds=_named("笑い声", "拍手", "歓声", "音楽", "泣き声", "せき", "くしゃみ", "息遣い", "曲線の山", "指定した言葉"),
        counted={Sound.LAUGHTER: ("笑い", "笑い")},
    ),
    Language.KO: Phrases(
        seconds="{}초",
        one="{longest} 동안 {noun}",
        several="{span} 동안 {noun} {count}번, 가장 긴 것은 {longest}",
        then=", 이어서 ",
        goes_on="; 클립이 끝난 뒤에도 이어짐",
        lift="; 영상 전체보다 {times}배 촘촘함",
        canned="; 일부는 녹음된 웃음",
        music="; 음악이 깔림",
        opinion="; 언어 모델: {reason}",
        untitled="{clock}의 {sounds}",
        also="·",
        chosen="반응이 있던 {moments}곳에서 {count}개를 골랐습니다",
        nothing="{minutes}분 동안 웃음, 박수, 환호가 들리지 않아{heard} 추천할 클립이 없습니다",
        besides="(들린 소리: {sounds})",
        lower="; {keys}(으)로 두면 {clock} 부근({sounds})이 선택됩니다",
        too_little="{minutes}분 동안 가장 강한 반응이 가중 {strongest}초로 클립이 되기에 부족합니다; "
        + _KEY
        + "(현재 {now})이면 선택됩니다",
        no_room="{minutes}분 동안 반응은 있었지만 그 둘레에 {least}초 이상의 클립이 들어가지 않습니다",
        no_clip=" 추천할 클립이 없습니다",
        passages="{why}; 대신 가장 좋은 말 대목을 골랐습니다",
        passage="말: {traits}",
        passage_at="{clock}의 말",
        listed=", ",
        traits=_traits(
            "영상의 주제",
            "생기 있는 목소리",
            "높아진 목소리",
            "감정",
            "긴장을 주는 침묵",
            "빠른 말",
            "빠른 주고받기",
            "중요한 것을 알리는 말",
        ),
        sounds=_named("웃음", "박수", "환호", "음악", "울음", "기침", "재채기", "숨소리", "곡선의 정점", "지정한 말"),
    ),
}
