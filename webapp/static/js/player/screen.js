/** The canvas: shows the newest frame, or while playing the newest one whose time has come. */

const WAITING_MAX = 12;

/** @typedef {{ frame: import("./frames.js").Frame, picture: ImageBitmap }} Ready */

export class Screen {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    /** @type {Ready[]} */
    this.waiting = [];
    this.shown = 0;
    this.drawn = 0;
  }

  /** A frame that is to be shown at once. @param {Ready} ready */
  show(ready) {
    this.clear();
    this.paint(ready);
  }

  /** A frame that waits for its time. @param {Ready} ready */
  hold(ready) {
    this.waiting.push(ready);
    this.waiting.sort((one, other) => one.frame.ticks - other.frame.ticks);
    while (this.waiting.length > WAITING_MAX) this.waiting.shift()?.picture.close();
  }

  /** Show the last of the held frames whose time has come. @param {number} ticks */
  advance(ticks) {
    let due;
    while (this.waiting[0] && this.waiting[0].frame.ticks <= ticks) {
      due?.picture.close();
      due = this.waiting.shift();
    }
    if (due) this.paint(due);
  }

  /** Forget the held frames. */
  clear() {
    for (const { picture } of this.waiting.splice(0)) picture.close();
  }

  /** A worker's frames are counted anew by the next one. */
  restart() {
    this.shown = 0;
    this.clear();
  }

  /** @param {Ready} ready */
  paint({ frame, picture }) {
    if (frame.sequence > this.shown) {
      if (this.canvas.width !== picture.width || this.canvas.height !== picture.height) {
        this.canvas.width = picture.width;
        this.canvas.height = picture.height;
      }
      this.pen.drawImage(picture, 0, 0);
      this.shown = frame.sequence;
      this.drawn += 1;
      this.canvas.dispatchEvent(new CustomEvent("drawn", { detail: frame }));
      if (!frame.timed) this.canvas.dataset.still = `${frame.key} ${frame.ticks} ${frame.fine ? "fine" : "quick"}`;
    }
    picture.close();
  }
}
