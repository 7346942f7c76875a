// J, K and L as in video editors: press again for faster; in reverse by steps, since browsers cannot play backwards.

const SPEEDS = [1, 1.5, 2, 4];
const FASTEST = 4;
const STEP_MS = 80;

export class Shuttle {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
    this.speed = 0; // negative: in reverse
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  forward() {
    this.#setSpeed(this.speed > 0 ? faster(this.speed) : 1);
    this.video.playbackRate = this.speed;
    this.video.play().catch(() => {}); // refused where the file cannot be played, which the player shows
  }

  back() {
    this.#setSpeed(-(this.speed < 0 ? faster(-this.speed) : 1));
    this.video.pause();
    this.timer = setInterval(() => {
      this.video.currentTime = Math.max(0, this.video.currentTime + (this.speed * STEP_MS) / 1000);
      if (this.video.currentTime <= 0) this.stop();
    }, STEP_MS);
  }

  stop() {
    this.#setSpeed(0);
    this.video.pause();
    this.video.playbackRate = 1;
  }

  /** @param {number} speed */
  #setSpeed(speed) {
    clearInterval(this.timer);
    this.speed = speed;
  }
}

/** @param {number} speed */
function faster(speed) {
  return SPEEDS.find((one) => one > speed) ?? FASTEST;
}
