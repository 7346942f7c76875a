// What the viewer holds before there is anything to show.

/** @returns {ViewData} */
export function noData() {
  return {
    name: "",
    duration_s: 0,
    language: "und",
    engine: { name: "", model: "" },
    video: null,
    media: [],
    segments: [],
    events: [],
    cues: [],
    curves: {},
    clips: [],
    removed: [],
    crop: [],
    explanation: "",
    findings: [],
    cuts_s: [],
    style: {},
    weights: {},
    colours: { sounds: {}, spoken: "", plain: "", sound: "" },
  };
}
