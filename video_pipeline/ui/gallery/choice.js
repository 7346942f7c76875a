// Which clips a person keeps and which not, remembered by the browser where it allows that.

/** @typedef {"yes" | "no"} Verdict */

export class Choice {
  /**
   * @param {GalleryClip[]} clips
   * @param {Pick<Storage, "getItem" | "setItem"> | null} storage
   * @param {string} [key] in the storage: each folder of clips has its own
   */
  constructor(clips, storage, key = `highlights:${globalThis.location?.pathname ?? ""}`) {
    this.clips = clips;
    this.storage = storage;
    this.key = key;
    /** @type {Record<string, Verdict>} */
    this.verdicts = this.#remembered();
  }

  /**
   * @param {GalleryClip} clip
   * @returns {Verdict | undefined}
   */
  of(clip) {
    return this.verdicts[clip.file];
  }

  kept() {
    return this.clips.filter((clip) => this.of(clip) === "yes");
  }

  /**
   * The same verdict twice takes it back.
   *
   * @param {GalleryClip} clip
   * @param {Verdict} verdict
   */
  toggle(clip, verdict) {
    if (this.of(clip) === verdict) delete this.verdicts[clip.file];
    else this.verdicts[clip.file] = verdict;
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.verdicts));
    } catch {
      // a full storage: kept for this visit only
    }
  }

  #remembered() {
    try {
      return JSON.parse(this.storage?.getItem(this.key) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }
}
