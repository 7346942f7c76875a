// All texts of the viewer, in English and Chinese: translate("exportCount", { count: 3 }) fills in {count}.

/** @type {Record<string, string[]>} */
const TEXTS = {
  play: ["Play", "播放"],
  pause: ["Pause", "暂停"],
  player: ["Player", "播放器"],
  captions: ["Subtitles", "字幕"],
  mute: ["Mute or unmute", "静音开关"],
  speed: ["Speed", "速度"],
  back5: ["Back 5 seconds", "后退 5 秒"],
  ahead5: ["Forward 5 seconds", "前进 5 秒"],
  full: ["Full screen", "全屏"],
  timeline: ["Timeline", "时间线"],
  zoomIn: ["Zoom in", "放大"],
  zoomOut: ["Zoom out", "缩小"],
  zoomFit: ["Show the whole video", "显示全部"],
  notFound: [
    "{name} was not found beside this page, or this browser cannot play it. Put the video into the same folder as this page, or choose the file; it stays on this machine.",
    "在本页旁边找不到 {name}，或浏览器无法播放。请把视频放到本页所在的文件夹，或指出它的位置；文件不会离开这台电脑。",
  ],
  cannotPlay: [
    "This browser cannot play {name}. Everything else works. If you have the video in another format, you can choose that file.",
    "浏览器无法播放 {name}。其他功能不受影响；也可以选择本机的另一个副本。",
  ],
  noPicture: ["This browser plays the sound, but does not support the video format.", "浏览器能播放声音，但不支持画面格式。"],
  showFile: ["Choose the file …", "选择文件……"],
  transcript: ["Transcript", "文字稿"],
  find: ["Find words", "查找文字"],
  nothingSaid: ["No speech was found.", "没有人说话。"],
  correct: ["Correct this line", "修改这一行"],
  save: ["Save", "保存"],
  cancel: ["Cancel", "取消"],
  lineStart: ["Start", "开始"],
  lineEnd: ["End", "结束"],
  language: ["Language", "语言"],
  speaker: ["Speaker", "说话人"],
  splitLine: ["Split at cursor", "在光标处拆分"],
  joinLine: ["Join with next", "与下一行合并"],
  addLine: ["Add after", "在后面添加"],
  newLine: ["New line", "新的一行"],
  removeLine: ["Remove this line", "删除这一行"],
  undo: ["Undo", "撤销"],
  redo: ["Redo", "重做"],
  keyUndo: ["Undo, redo the last edit of a line", "撤销、重做上一次修改"],
  nothingToUndo: ["Nothing to undo.", "没有可撤销的修改。"],
  nothingToRedo: ["Nothing to redo.", "没有可重做的修改。"],
  theirs: ["Somebody else changed this line meanwhile. It now reads: {text}", "此行刚被他人修改，现为：{text}"],
  theirsRemoved: ["Somebody else removed this line meanwhile.", "此行刚被他人删除。"],
  replace: ["Find and replace", "查找并替换"],
  replaceBy: ["Replace with", "替换为"],
  replaceAll: ["Replace all", "全部替换"],
  replaceCount: ["Replace {count} place", "Replace {count} places", "替换 {count} 处"],
  replaced: ["{count} line was changed.", "{count} lines were changed.", "已修改 {count} 行。"],
  lineSpeed: ["{speed} of {limit} characters a second", "每秒 {speed} 字（上限 {limit}）"],
  "line brief": ["too short to be read", "时间太短，来不及读"],
  "line overlapping": ["overlaps another line", "与另一行重叠"],
  takeSubtitles: ["Open subtitles of your own (or drop the file here)", "打开自己的字幕文件（也可拖放到此处）"],
  taken: ["{count} line was taken from the file.", "{count} lines were taken from the file.", "已从文件读入 {count} 行。"],
  leftOut: [
    "{count} lies behind the end of the video.",
    "{count} lie behind the end of the video.",
    "其中 {count} 行超出视频结尾。",
  ],
  download: ["Download", "下载"],
  subtitleFiles: ["Subtitles", "字幕"],
  toMake: ["Whole video and report", "完整视频与报告"],
  earlier: ["Made before", "以前生成的"],
  reportPage: ["Report: a page that works without a server", "报告：无需服务器即可打开的网页"],
  making: ["Being made", "正在生成"],
  "format srt": ["for every player and editor", "通用"],
  "format vtt": ["for web pages", "用于网页"],
  "format ass": ["with colours and style", "带颜色与样式"],
  "format ttml": ["for broadcasters", "用于广播电视"],
  "format lrc": ["for music players", "用于音乐播放器"],
  "format txt": ["the words alone", "纯文字"],
  "format json": ["for programs", "供程序使用"],
  "format tsv": ["a table", "表格"],
  "kind clips": ["Clips", "片段"],
  "kind files": ["ZIP", "ZIP"],
  "kind mux": ["Video", "视频"],
  "kind burn": ["Video", "视频"],
  "make files": ["all subtitles, the report and the data", "全部字幕、报告与数据"],
  "make mux": ["with a subtitle track that can be switched off", "带可关闭的字幕轨"],
  "make burn": ["with the subtitles drawn into the picture", "字幕烧录进画面"],
  lastRunFailed: [
    "The last run did not finish, so these are the results of the one before: {error}",
    "上次处理未完成，以下是之前的结果：{error}",
  ],
  highlights: ["Highlights", "精彩片段"],
  noClips: ["No highlights.", "没有精彩片段。"],
  playClip: ["Play clip", "播放片段"],
  newClip: ["New clip", "新片段"],
  addClip: ["Add a clip here", "在此添加片段"],
  removeClip: ["Remove this clip", "移除此片段"],
  score: ["Score", "得分"],
  reasons: ["Why this score", "得分理由"],
  in: ["In", "入点"],
  out: ["Out", "出点"],
  choose: ["Export this clip", "导出此片段"],
  scoringWeights: ["Scoring weights", "评分权重"],
  weightsHint: ["move a slider and the clips are ranked again at once", "拖动滑块，片段立即重新排序"],
  keepRanking: ["Keep this ranking", "保留这些片段"],
  kept: ["Saved.", "已保留。"],
  reset: ["Reset", "重置"],
  export: ["Export", "导出"],
  exportCount: [
    "{count} clip goes into one zip file.",
    "{count} clips go into one zip file.",
    "{count} 个片段将打包为一个 zip 文件。",
  ],
  chooseFirst: ["Select a clip first.", "请先选择片段。"],
  aspect: ["Picture", "画面"],
  asSource: ["same as the video", "与视频相同"],
  burnCaptions: ["Subtitles in the picture", "字幕烧录到画面"],
  reel: ["One reel of all clips as well", "另做一个合集"],
  timelines: ["Files for video editors (EDL, FCPXML, OTIO)", "剪辑软件文件（EDL、FCPXML、OTIO）"],
  downloadZip: ["Download the zip", "下载 zip"],
  exported: ["Done.", "完成。"],
  place: ["number {place} in the queue", "排队第 {place} 位"],
  style: ["Style", "样式"],
  preview: ["A frame with subtitles in this style", "此样式的字幕画面"],
  profile: ["Profile", "规范"],
  asIs: ["unchanged", "保持现状"],
  asPreset: ["as in the preset", "按预设"],
  labels: ["Labels", "标签"],
  words: ["Spoken word", "逐词效果"],
  backdrop: ["Text background", "文字背景"],
  size: ["Size", "字号"],
  usual: ["default", "默认"],
  speakers: ["Speaker names", "显示说话人"],
  applyStyle: ["Apply to all subtitle files", "按此样式重写字幕"],
  restyled: ["All subtitle files were updated.", "所有字幕文件已更新。"],
  text: ["[words]", "[文字]"],
  emoji: ["emoji", "表情符号"],
  none: ["none", "无"],
  plain: ["plain", "普通"],
  karaoke: ["karaoke", "卡拉OK"],
  highlight: ["highlight", "高亮"],
  outline: ["outline", "描边"],
  box: ["box", "底框"],
  checks: ["Checks", "检查"],
  languages: ["Languages", "语言"],
  shownLanguage: ["Subtitles in", "字幕语言"],
  spokenLanguage: ["spoken", "原声"],
  translateAgain: ["Translate again", "重新翻译"],
  untranslated: ["not translated", "未翻译"],
  allWell: ["The subtitle follows every rule.", "All {count} subtitles follow every rule.", "{count} 条字幕全部符合规范。"],
  hard: ["must fix", "必须修改"],
  soft: ["should check", "建议查看"],
  limit: ["limit", "上限"],
  keyHelp: ["Keyboard shortcuts", "快捷键"],
  keyPlay: ["Play, pause", "播放、暂停"],
  keyShuttle: ["Reverse, stop, forward; press again for faster", "倒放、停止、快进；重复按加速"],
  keyArrows: ["5 seconds back, forward; with Shift 1 second", "后退、前进 5 秒；按住 Shift 为 1 秒"],
  keyFrames: ["One frame back, forward", "后退、前进一帧"],
  keyClips: ["Previous, next clip", "上一个、下一个片段"],
  keyPlayClip: ["Play the clip", "播放片段"],
  keyPoints: ["Set the in and out points of the clip at the playhead", "在播放头处设置入点、出点"],
  keyEdit: ["Correct the focused line (or double-click it)", "修改当前行（或双击）"],
  keyZoom: ["Zoom the timeline in, out", "时间线放大、缩小"],
  by: ["by", "引擎："],
  speech: ["speech", "语音"],
  loudness: ["loudness", "响度"],
  clips: ["clips", "片段"],
  laughter: ["laughter", "笑声"],
  applause: ["applause", "掌声"],
  cheer: ["cheering", "欢呼"],
  music: ["music", "音乐"],
  cry: ["crying", "哭声"],
  cough: ["coughing", "咳嗽"],
  sneeze: ["sneezing", "喷嚏"],
  breath: ["breathing", "喘气"],
  curve: ["curve", "曲线"],
  phrases: ["phrases", "词句"],
  punch: ["punchline", "包袱"],
  excitement: ["excited voice", "激动的声音"],
  reveal: ["silence before a reveal", "揭晓前的停顿"],
  drop: ["music drop", "音乐高潮"],
  swell: ["crowd swells", "人群渐起"],
  speech_rate: ["speech rate", "语速"],
  exchange: ["quick exchange", "快速对话"],
  opinion: ["a model's opinion", "模型的看法"],
  text_cues: ["words", "文字线索"],
  silence: ["silence", "静默"],
  lift: ["stands out", "突出程度"],
  around: ["laughs nearby", "周围反应"],
  en: ["English", "英语"],
  zh: ["Chinese", "中文"],
  yue: ["Cantonese", "粤语"],
  ja: ["Japanese", "日语"],
  ko: ["Korean", "韩语"],
  auto: ["automatic", "自动"],
  empty: ["empty", "空字幕"],
  lines: ["lines", "行数"],
  line_width: ["line width", "行宽"],
  least_ms: ["too short, ms", "过短（毫秒）"],
  longest_ms: ["too long, ms", "过长（毫秒）"],
  speed_cps: ["characters per second", "每秒字数"],
  word_s: ["seconds per word", "每词秒数"],
  late_ms: ["late, ms", "延迟（毫秒）"],
  gap_ms: ["gap, ms", "间隔（毫秒）"],
  open_gap_ms: ["gap to close, ms", "应闭合的间隔（毫秒）"],
  overlap_ms: ["overlap, ms", "重叠（毫秒）"],
  order: ["order", "顺序"],
  kinsoku: ["forbidden character at line start or end", "行首行尾禁则"],
  orphan: ["short line", "过短的行"],
  start_beside_cut_ms: ["starts next to a shot change, ms", "开始靠近切换点（毫秒）"],
  end_beside_cut_ms: ["ends next to a shot change, ms", "结束靠近切换点（毫秒）"],
  label_before_sound_ms: ["label before its sound, ms", "标签早于声音（毫秒）"],
  sound_without_label_s: ["sound without label, s", "声音没有标签（秒）"],
  stray_word: ["single word beside a sound", "声音旁的孤立词"],
};
const LANGUAGES = ["en", "zh"];
const KEY = "language"; // in localStorage

/** The language that was chosen, else the browser's: "en" or "zh". */
export function language() {
  return chosenLanguage() ?? (navigator.language.startsWith("zh") ? "zh" : "en");
}

/** @param {string} name */
export function chooseLanguage(name) {
  localStorage.setItem(KEY, name);
  location.reload();
}

/**
 * More texts, for a page around the viewer or as part of its data.
 *
 * @param {Record<string, string[]>} table name -> English, Chinese
 */
export function addTexts(table) {
  Object.assign(TEXTS, table);
}

/**
 * The text called `name` in the chosen language; a name without a text is shown as it is, with spaces for underscores.
 *
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function translate(name, values = {}) {
  const row = Object.hasOwn(TEXTS, name) ? TEXTS[name] : [];
  const text = row[LANGUAGES.indexOf(language())] ?? row[0] ?? name.replaceAll("_", " ");
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/**
 * A text with a count: rows of the table are one, several, Chinese.
 *
 * @param {string} name
 * @param {number} count
 */
export function translateCount(name, count) {
  const [one = name, several = one, chinese = several] = TEXTS[name] ?? [];
  const text = language() === "zh" ? chinese : new Intl.PluralRules("en").select(count) === "one" ? one : several;
  return text.replaceAll("{count}", String(count));
}

function chosenLanguage() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a page opened from the disk may have no storage
  }
}
