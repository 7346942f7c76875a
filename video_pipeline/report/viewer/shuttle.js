// J, K and L as on an editing desk: again and again for faster; backwards by steps, since browsers cannot play backwards.

const SPEEDS = [1, 1.5, 2, 4];
const STEP_MS = 80;

export class Shuttle {
  constructor(video) {
    this.video = video;
    this.speed = 0; // negative: backwards
    this.timer = 0;
  }

  ahead() {
    this.#run(this.speed > 0 ? faster(this.speed) : 1);
    this.video.playbackRate = this.speed;
    this.video.play().catch(() => {}); // refused where the file cannot be played, which the player tells
  }

  back() {
    this.#run(-(this.speed < 0 ? faster(-this.speed) : 1));
    this.video.pause();
    this.timer = setInterval(() => {
      this.video.currentTime = Math.max(0, this.video.currentTime + (this.speed * STEP_MS) / 1000);
      if (this.video.currentTime <= 0) this.stop();
    }, STEP_MS);
  }

  stop() {
    this.#run(0);
    this.video.pause();
    this.video.playbackRate = 1;
  }

  #run(speed) {
    clearInterval(this.timer);
    this.speed = speed;
  }
}

function faster(speed) {
  return SPEEDS.find((one) => one > speed) ?? SPEEDS.at(-1);
}
