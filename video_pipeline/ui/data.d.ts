// The data that pages receive as JSON, and the types that several modules share. Written by report/viewer.py, library/report.py,
// clips/gallery.py and the server's /api. Times are seconds on the media clock, colours are "#RRGGBB".

declare module "*.css" {
  const sheet: CSSStyleSheet;
  export default sheet;
}

// ---- elements

type Child = Node | string | number | false | null | undefined;

/** Properties of `make`: attributes, listeners (`onclick`) and custom properties of CSS (`style`). */
interface Properties {
  class?: string;
  style?: Record<string, string | number>;
  onclick?: (event: MouseEvent) => unknown;
  onchange?: (event: Event) => unknown;
  oninput?: (event: Event) => unknown;
  [name: string]: unknown;
}

// ---- one video

interface Span {
  start_s: number;
  end_s: number;
}

/** A word with the time at which it is spoken. */
type Word = [at_s: number, text: string];

interface Segment extends Span {
  text: string;
  language: string;
  felt?: string | null;
  felt_p?: number;
  speaker: string | null;
  words: Word[];
}

/** A line as it is sent: what is left out stays as it was. */
interface Line extends Span {
  text: string;
  language?: string;
  felt?: string | null;
  speaker?: string | null;
}

/** Lines as they were seen, and those that are to stand in their place. */
interface LineEdit {
  was: Line[];
  lines: Line[];
}

/** What the server made of edits; without `cues`, everything has to be read again. */
interface EditAnswer {
  edits: { was: Line[]; lines: Segment[] }[];
  cues: (Span & { cues: Cue[] })[] | null;
}

/** An edit of somebody, by its number. */
interface Change extends EditAnswer, Partial<Montage> {
  number: number;
  clips?: Clip[];
  explanation?: string;
  by?: string;
  reload?: boolean;
}

interface SoundEvent extends Span {
  label: string;
  score: number;
  marks: string[];
}

interface Cue extends Span {
  label: string;
  felt?: string | null;
  sound: string | null;
  lines: Word[][];
  /** How many lines at the end are in the second of two languages. */
  lower?: number;
}

interface Reason {
  signal: string;
  value: number;
  weight: number;
  contribution: number;
}

interface Clip extends Span {
  score: number;
  title: string;
  why: string;
  reasons: Reason[];
  poster?: string;
  file?: string;
}

/** A clip as it is sent: the server scores it, and names it after its words where it has no title. */
interface ChosenClip extends Span {
  title: string;
}

/** The centre of the crop at a time, in shares of the picture's width and height. */
interface CropPlace {
  at_s: number;
  x: number;
  y: number;
}

/** What a person decided: stretches that are cut out, in order, and where the crop goes, in order of time. */
interface Montage {
  removed: Span[];
  crop: CropPlace[];
}

/** A change of what is shown, with all that is needed to take it back. */
type MontageStep =
  | { kind: "cut"; took_out: Span[]; put_back: Span[] }
  | { kind: "crop"; placed: CropPlace[]; released: CropPlace[] }
  | { kind: "clips"; was: ChosenClip[]; now: ChosenClip[] };

interface CutChange {
  take_out?: Span[];
  put_back?: Span[];
  find?: "fillers";
}

interface CutAnswer {
  removed: Span[];
  took_out: Span[];
  put_back: Span[];
}

interface CropChange {
  set?: CropPlace[];
  remove?: number[];
}

interface CropAnswer {
  crop: CropPlace[];
  placed: CropPlace[];
  released: CropPlace[];
}

/** A rule that a cue breaks; `cue` counts from 1. */
interface Finding {
  cue: number;
  rule: string;
  limit: number;
  value: number;
  hard: boolean;
}

interface Colours {
  felt?: Record<string, string>;
  sounds: Record<string, string>;
  spoken: string;
  plain: string;
  sound: string;
}

/** How subtitles look: of the files, and as drawn on the player (`shown`). */
interface Look {
  labels: string;
  words: string;
  backdrop: string;
  size: number;
  usual_size?: number;
  speakers?: boolean;
  shown: boolean;
  felt?: Record<string, string>;
  [name: string]: unknown;
}

/** Samples from 0 to 255, one every `hop_s`; in JSON as base64. */
interface Curve {
  hop_s: number;
  values: Uint8Array;
}

interface ViewData extends Partial<Montage> {
  name: string;
  duration_s: number;
  language: string;
  engine: { name: string; model: string };
  video: { width_px: number; height_px: number } | null;
  media: string[];
  segments: Segment[];
  events: SoundEvent[];
  cues: Cue[];
  curves: Record<string, { hop_s: number; values: string }>;
  clips: Clip[];
  explanation: string;
  findings: Finding[];
  cuts_s: number[];
  style: Partial<Look>;
  weights: Record<string, number>;
  names?: Record<string, Record<string, string>>;
  /** The font of the text's East Asian letters, as a `data:` address. */
  letters?: string;
  languages?: Languages;
  /** What subtitles are to keep to: by language, characters a second. */
  limits?: { least_s: number; speed_cps: Record<string, number> };
  news?: number;
  colours: Colours;
}

/** What is said in other languages: for each sentence one text in each of them. */
interface Languages {
  sentences: (Span & { text: string })[];
  texts: Record<string, string[]>;
  faults: Record<string, Record<string, string>>;
  cues: Record<string, Cue[]>;
  /** The usual height of a line in each of them, as a share of the picture's. */
  sizes: Record<string, number>;
}

/** Another translation of a sentence, or the translator asked once more. */
interface TranslationChange {
  language: string;
  number: number;
  text?: string;
  again?: true;
}

type Edge = "start" | "end";

interface Ranking {
  clips: Clip[];
  explanation: string;
}

/** What a style request holds: labels, and the look of the letters. */
interface SubtitleStyle {
  labels: string | undefined;
  style: Record<string, unknown>;
}

type ExportKind = "clips" | "files" | "mux" | "burn" | "cut";

interface ExportRequest {
  what: ExportKind;
  clips: number[];
  aspect: string;
  captions: boolean;
  reel: boolean;
  timelines: boolean;
  cut?: boolean;
  silences?: boolean;
  fillers?: boolean;
}

// ---- where the viewer's data comes from

/** A report: holds its data and can change nothing. */
interface ReadOnlySource {
  readonly editable: false;
  view(): Promise<ViewData>;
  poster(clip: Clip): string | null;
}

/** A server: stores changes and answers with the new data. Every method rejects with the server's own message. */
interface EditableSource {
  readonly editable: true;
  base: string;
  options: Partial<ServerOptions>;
  view(): Promise<ViewData>;
  poster(clip: Clip): string | null;
  editLines(edits: LineEdit[], by: string): Promise<EditAnswer>;
  follow(since: number, onChange: (change: Change) => void): () => void;
  takeSubtitles(file: File, by: string): Promise<EditAnswer & { lines: number; left_out: number }>;
  waveform(start_s: number, end_s: number): Promise<Span & { curve: Curve }>;
  textAddress(format: string): string;
  fileAddress(name: string): string;
  madeAddress(job: Job): string;
  exports(): Promise<Job[]>;
  rank(weights: Record<string, number>, signal: AbortSignal): Promise<Ranking>;
  saveClips(clips: ChosenClip[], weights: Record<string, number>, was: ChosenClip[], by: string): Promise<Ranking>;
  cut(change: CutChange, by: string): Promise<CutAnswer>;
  crop(change: CropChange, by: string): Promise<CropAnswer>;
  snap(at_s: number, edge: Edge): Promise<{ at_s: number }>;
  stylePicture(preset: string | null, subtitles: SubtitleStyle, at_s: number, signal: AbortSignal): Promise<string>;
  changeTranslation(change: TranslationChange): Promise<ViewData>;
  restyle(preset: string | null, subtitles: SubtitleStyle): Promise<ViewData>;
  exportClips(request: ExportRequest, onProgress: (job: Job) => void): Promise<string>;
}

type Source = ReadOnlySource | EditableSource;

// ---- the server's /api

/** GET /api/options: what the forms offer. */
interface ServerOptions {
  presets: string[];
  languages: string[];
  engines: string[];
  labels: string[];
  formats: string[];
  words: string[];
  backdrops: string[];
  aspects: string[];
  weights: Record<string, number>;
}

interface Job {
  id: string;
  name: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  place: number | null;
  stage: string;
  done_s: number;
  total_s: number;
  error: string;
  error_type: string;
  notices: string[];
  duration_s: number | null;
  has_results?: boolean;
  created: string;
  what?: ExportKind;
  bytes?: number;
  same?: boolean;
  url?: string;
}

/** What replacing finds in a video, or did to it; `conflict` says why nothing was done. */
interface ReplacedVideo {
  id: string;
  name: string;
  places?: number;
  lines?: number;
  samples?: { start_s: number; was: string; text: string }[];
  edits?: { was: Line[]; lines: Segment[] }[];
  conflict?: string;
}

interface ReplaceAnswer {
  places: number;
  videos: ReplacedVideo[];
}

// ---- the library page

interface LibraryVideo {
  source: string;
  name: string;
  page: string;
  state: string;
  media_s?: number;
  took_s?: number;
  same_as?: string;
  error?: string;
  error_type?: string;
  events?: Record<string, number>;
  event_s?: Record<string, number>;
  emotion_s?: Record<string, number>;
  best?: [score: number, start_s: number, title: string];
  metadata?: Record<string, string>;
}

interface LibraryMoment extends Span {
  name: string;
  score: number;
  title: string;
  why: string;
  page: string;
  clip: string;
  poster: string;
}

interface LibraryTotals {
  items: number;
  media_s: number;
  took_s: number;
  clips: number;
  same: number;
  done: number;
  failed: number;
  empty: number;
  running: number;
  waiting: number;
}

interface LibraryData {
  name: string;
  made: string;
  totals: LibraryTotals;
  laughs: number; // of all videos
  videos: LibraryVideo[]; // the first of them, where they are very many
  best: LibraryMoment[];
  sounds: Record<string, string>;
  emotions: Record<string, string>;
  names?: Record<string, Record<string, string>>; // of emotions, by the languages of the page; absent where there are none
  letters: Record<string, string>; // fonts of the page's own texts as `data:` addresses, by language
}

// ---- the clip gallery

interface GalleryCue {
  from: number;
  to: number;
  text: string;
  colour?: string;
  felt?: string;
}

interface GalleryClip extends Span {
  file: string;
  rank: number;
  score: number;
  title: string;
  cues: GalleryCue[];
}

interface GalleryData {
  name: string;
  burned: boolean;
  clips: GalleryClip[];
  names?: Record<string, Record<string, string>>; // as in LibraryData
  letters: Record<string, string>; // as in LibraryData
}
