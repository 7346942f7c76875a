"""The words of the page about a conversation, in the languages that labels have: the page speaks that of the conversation."""

from __future__ import annotations

from collections.abc import Mapping

from video_pipeline.core.labels import Language

LANGUAGES = (Language.EN, Language.ZH, Language.YUE, Language.JA, Language.KO)
"""The order of the columns below; other languages are spoken of in English."""
_TAGS = {Language.ZH: "zh-Hans", Language.YUE: "yue-Hant"}
"""BCP 47, where the code of the language leaves its script open."""
_Row = tuple[str, str, str, str, str]

_TABLE: Mapping[str, _Row] = {
    "call": ("Call", "通话", "通話", "通話", "통화"),
    "lesson": ("Lesson", "课堂", "課堂", "授業", "수업"),
    "podcast": ("Conversation", "对话", "對話", "会話", "대화"),
    "speakers": ("{n} speakers", "{n} 位说话人", "{n} 位講者", "話者 {n} 人", "화자 {n}명"),
    "one_speaker": ("1 speaker", "1 位说话人", "1 位講者", "話者 1 人", "화자 1명"),
    "agent": ("agent", "坐席", "客服", "担当者", "상담원"),
    "customer": ("customer", "客户", "客戶", "お客様", "고객"),
    "teacher": ("teacher", "老师", "老師", "教師", "교사"),
    "student": ("student", "学生", "學生", "生徒", "학생"),
    "who_when": ("who speaks when", "谁在何时说话", "邊個幾時講嘢", "誰がいつ話したか", "누가 언제 말했는지"),
    "silence": ("silence", "静默", "靜默", "沈黙", "침묵"),
    "hold": ("hold (music)", "等待（音乐）", "等候（音樂）", "保留（音楽）", "대기(음악)"),
    "interruption": ("interruption", "打断", "打斷", "割り込み", "끼어들기"),
    "interrupts": ("{by} interrupts {of}", "{by}打断{of}", "{by}打斷{of}", "{by} が {of} に割り込み", "{by}가 {of}의 말을 끊음"),
    "longest": (
        "longest {s} s; of {least} s or more: {n}",
        "最长 {s} 秒，{least} 秒以上 {n} 次",
        "最長 {s} 秒，{least} 秒以上 {n} 次",
        "最長 {s} 秒、{least} 秒以上 {n} 回",
        "최장 {s}초, {least}초 이상 {n}회",
    ),
    "times": ("{n} times", "{n} 次", "{n} 次", "{n} 回", "{n}회"),
    "once": ("once", "1 次", "1 次", "1 回", "1회"),
    "at_once": ("two speak at once", "同时说话", "同時講嘢", "同時に話す", "동시 발화"),
    "interruption_1": ("1 interruption", "打断 1 次", "打斷 1 次", "割り込み 1 回", "끼어들기 1회"),
    "interruptions_n": ("{n} interruptions", "打断 {n} 次", "打斷 {n} 次", "割り込み {n} 回", "끼어들기 {n}회"),
    "switches": ("changes of speaker a minute", "每分钟换人次数", "每分鐘轉換次數", "1 分あたりの話者交代", "분당 화자 교대"),
    "sounds": ("sounds without speech", "无人说话的声响", "無人講嘢嘅聲響", "発話のない音", "말 없는 소리"),
    "laughter": ("laughter", "笑声", "笑聲", "笑い", "웃음"),
    "applause": ("applause", "掌声", "掌聲", "拍手", "박수"),
    "wait_question": (
        "wait after a question (aim: 3 s)",
        "提问后等待（目标 3 秒）",
        "提問後等候（目標 3 秒）",
        "質問後の待ち時間（目安 3 秒）",
        "질문 후 대기(목표 3초)",
    ),
    "wait_answer": (
        "wait after an answer (aim: 3 s)",
        "回答后等待（目标 3 秒）",
        "回答後等候（目標 3 秒）",
        "回答後の待ち時間（目安 3 秒）",
        "답변 후 대기(목표 3초)",
    ),
    "answered": (
        "{n} of {of} questions answered",
        "{of} 个问题中 {n} 个有人回答",
        "{of} 條問題有 {n} 條得到回答",
        "{of} 問中 {n} 問に回答",
        "질문 {of}개 중 {n}개 답변",
    ),
    "checks": ("Check list", "检查表", "檢查表", "チェックリスト", "점검 목록"),
    "there": ("said", "已说", "有講", "あり", "있음"),
    "missing": ("missing", "未说", "冇講", "なし", "없음"),
    "sides": ("Who did what", "各方表现", "各方表現", "話者ごと", "화자별"),
    "speaks": ("speaks", "说话时间", "講嘢時間", "発話時間", "발화 시간"),
    "of_all": (
        "{time} ({share} of all speech)",
        "{time}（占全部 {share}）",
        "{time}（佔全部 {share}）",
        "{time}（全体の {share}）",
        "{time} (전체의 {share})",
    ),
    "turns": ("turns", "发言次数", "發言次數", "発言回数", "발언 횟수"),
    "longest_turn": ("longest turn", "最长发言", "最長發言", "最長の発言", "가장 긴 발언"),
    "at": ("{s} s at {time}", "{s} 秒，{time} 起", "{s} 秒，{time} 起", "{s} 秒（{time} から）", "{s}초 ({time}부터)"),
    "words_min": ("words a minute", "每分钟词数", "每分鐘詞數", "1 分あたりの語数", "분당 단어 수"),
    "letters_min": ("characters a minute", "每分钟字数", "每分鐘字數", "1 分あたりの文字数", "분당 글자 수"),
    "asks": ("questions", "提问", "提問", "質問", "질문"),
    "cuts": ("interrupts / is interrupted", "打断 / 被打断", "打斷 / 被打斷", "割り込む / 割り込まれる", "끼어듦 / 끊김"),
    "listens": ("listens aloud (mm-hm)", "附和（嗯）", "應聲（嗯）", "相づち", "맞장구"),
    "response": ("answers after, median", "应答间隔，中位数", "回應間隔，中位數", "応答までの時間（中央値）", "응답까지, 중앙값"),
    "slow_response": (
        "answers after, 90 of 100 within",
        "应答间隔，九成在内",
        "回應間隔，九成之內",
        "応答までの時間（90 % が以内）",
        "응답까지, 90 %가 이내",
    ),
    "laughs_with": ("gets laughs", "引起的笑声", "引起嘅笑聲", "この人に起きた笑い", "이 사람에게 나온 웃음"),
    "laughs_self": ("laughs", "本人笑", "自己笑", "本人の笑い", "본인 웃음"),
    "seconds": ("{s} s", "{s} 秒", "{s} 秒", "{s} 秒", "{s}초"),
    "peaks": ("Anger, and what came before", "愤怒时刻及此前的话", "憤怒時刻同之前嘅說話", "怒りとその直前", "분노와 그 직전"),
    "moments": ("Key moments", "关键时刻", "關鍵時刻", "重要な場面", "주요 순간"),
    "questions": ("Questions", "提问", "提問", "質問", "질문"),
    "interruptions": ("Interruptions", "打断", "打斷", "割り込み", "끼어들기"),
    "laughs": ("Who laughs", "谁在笑", "邊個笑", "笑った人", "누가 웃었나"),
    "audience": ("audience or several", "听众或多人", "觀眾或多人", "聴衆または複数", "청중 또는 여럿"),
    "chapters": ("Chapters", "章节", "章節", "章", "챕터"),
    "nobody": (
        "Nobody is known to speak: there is nothing to report.",
        "没有识别到说话人，无可报告。",
        "搵唔到講者，冇嘢可以報告。",
        "話者が見つからないため、報告する内容がありません。",
        "화자를 찾지 못해 보고할 내용이 없습니다.",
    ),
    "law": (
        "This page says how people sounded. In the European Union emotion recognition is forbidden at work and in schools "
        "outside medical and safety uses (AI Act, Art. 5(1)(f)), and elsewhere people must be told of it (Art. 50).",
        "本页描述了人们说话的情绪。在欧盟，除医疗和安全用途外，禁止在工作场所和学校进行情绪识别（《人工智能法》第 5(1)(f) 条），"
        "其他场合须告知当事人（第 50 条）。",
        "本頁描述咗各人說話嘅情緒。喺歐盟，除醫療同安全用途外，禁止喺工作場所同學校做情緒識別（《人工智能法》第 5(1)(f) 條），"
        "其他場合須告知當事人（第 50 條）。",
        "このページは話し方の感情を示します。EU では医療・安全目的を除き、職場と学校での感情認識は禁止され（AI 法第 5 条 1(f)）、"
        "それ以外でも本人への告知が必要です（第 50 条）。",
        "이 페이지는 말의 감정을 보여 줍니다. EU에서는 의료·안전 목적을 제외하고 직장과 학교에서의 감정 인식이 금지되며"
        "(AI법 제5조 1항 (f)), 그 밖의 경우에도 당사자에게 알려야 합니다(제50조).",
    ),
    "no_emotion": (
        "Emotions are not part of this page. Measured are times, turns and words; it is no judgement of a person.",
        "本页不含情绪。只统计时间、发言和词语，不是对个人的评价。",
        "本頁不含情緒。只統計時間、發言同字詞，唔係對個人嘅評價。",
        "このページに感情は含まれません。時間・発言・言葉を測ったもので、個人の評価ではありません。",
        "이 페이지에는 감정이 없습니다. 시간, 발언, 단어를 잰 것이며 개인에 대한 평가가 아닙니다.",
    ),
    "greeting": ("greeting", "问候", "問候", "挨拶", "인사"),
    "apology": ("apology", "道歉", "道歉", "謝罪", "사과"),
    "promise": ("promise", "承诺", "承諾", "約束", "약속"),
    "complaint": ("complaint", "投诉", "投訴", "苦情", "불만"),
    "refund": ("refund", "退款", "退款", "返金", "환불"),
    "thanks": ("thanks", "感谢", "多謝", "お礼", "감사"),
    "closing": ("closing", "结束语", "結束語", "締めの挨拶", "마무리"),
    "happy": ("happy", "开心", "開心", "喜び", "기쁨"),
    "sad": ("sad", "悲伤", "傷心", "悲しみ", "슬픔"),
    "angry": ("angry", "愤怒", "憤怒", "怒り", "분노"),
    "fearful": ("fearful", "害怕", "驚", "恐れ", "두려움"),
    "disgusted": ("disgusted", "厌恶", "厭惡", "嫌悪", "혐오"),
    "surprised": ("surprised", "惊讶", "驚訝", "驚き", "놀람"),
}


class Texts:
    """The texts in one language."""

    def __init__(self, language: str) -> None:
        known = [one for one in LANGUAGES if one == language]
        self.language = known[0] if known else Language.EN
        self._column = LANGUAGES.index(self.language)

    @property
    def tag(self) -> str:
        """BCP 47."""
        return _TAGS.get(self.language, str(self.language))

    def __call__(self, name: str, **values: object) -> str:
        return _TABLE[name][self._column].format(**values)

    def called(self, name: str) -> str:
        """The word for a role, a moment or an emotion; one of a person's own is written as it is."""
        return self(name) if name in _TABLE else name
