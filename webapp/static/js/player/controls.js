/** What is around the picture: the bar, the time, the buttons, and the words that say how things stand. */

import { clockText, frameTicks } from "./places.js";

/** @typedef {import("./places.js").Program} Program */

export class Controls extends EventTarget {
  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    this.root = root;
    this.range = /** @type {HTMLInputElement} */ (this.part("range"));
    this.toggle = /** @type {HTMLButtonElement} */ (this.part("toggle"));
    this.volume = /** @type {HTMLInputElement} */ (this.part("volume"));
    this.mute = /** @type {HTMLInputElement} */ (this.part("mute"));
    this.total = "";
    this.listen();
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-player="${name}"]`));
  }

  listen() {
    this.range.addEventListener("input", () => this.tell("seek", Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => this.jump(event));
    this.toggle.addEventListener("click", () => this.tell("toggle"));
    this.part("wake").addEventListener("click", () => this.tell("wake"));
    this.part("canvas").addEventListener("click", () => this.tell("toggle"));
    for (const control of [this.volume, this.mute])
      control.addEventListener("input", () => this.tell("volume", this.loudness));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** 0 to 1, louder evenly to the ear. */
  get loudness() {
    return this.mute.checked ? 0 : (Number(this.volume.value) / 100) ** 2;
  }

  /** @param {Program} program */
  setProgram(program) {
    this.range.max = String(Math.max(0, program.duration - frameTicks(program)));
    this.range.step = String(frameTicks(program));
    this.range.disabled = program.duration === 0;
    this.total = clockText(program.duration);
    this.root.style.setProperty("--ratio", String(program.size[0] / program.size[1]));
    this.part("voicing").hidden = program.complete;
    this.part("scenes").replaceChildren(...program.scenes.slice(1).map((scene) => sceneMark(scene, program)));
  }

  /** @param {number} ticks */
  setTicks(ticks) {
    const text = `${clockText(ticks)} / ${this.total}`;
    this.range.value = String(ticks);
    const playing = this.root.hasAttribute("data-playing");
    document.dispatchEvent(new CustomEvent("piying:playhead", { detail: { ticks, playing } }));
    const time = this.part("time");
    if (time.textContent !== text) {
      time.textContent = text;
      this.range.setAttribute("aria-valuetext", text);
    }
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    this.toggle.setAttribute("aria-pressed", String(playing));
    this.toggle.setAttribute("aria-label", (playing ? this.toggle.dataset.pause : this.toggle.dataset.play) ?? "");
    this.root.toggleAttribute("data-playing", playing);
  }

  /** @param {string} state @param {number} [place] */
  setState(state, place = 0) {
    this.root.dataset.state = state;
    this.part("place").textContent = String(place);
    this.part("wake").hidden = state !== "resting";
    for (const words of this.root.querySelectorAll("[data-when]")) {
      words.toggleAttribute("hidden", words.getAttribute("data-when") !== state);
    }
  }

  /** Page keys go from scene to scene. @param {KeyboardEvent} event */
  jump(event) {
    if (event.key !== "PageUp" && event.key !== "PageDown") return;
    event.preventDefault();
    this.tell(event.key === "PageUp" ? "scene-before" : "scene-after");
  }

  /** The space bar plays, unless it writes or presses something. @param {KeyboardEvent} event */
  key(event) {
    if (event.code !== "Space" || event.repeat || event.defaultPrevented || !(event.target instanceof Element)) return;
    if (
      event.target.closest("input:not([type=range]), textarea, select, button, summary, a, dialog, [contenteditable]")
    )
      return;
    event.preventDefault();
    this.tell("toggle");
  }

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @param {import("./places.js").Scene} scene @param {Program} program */
function sceneMark(scene, program) {
  const mark = document.createElement("span");
  mark.style.insetInlineStart = `${(100 * scene.start) / Math.max(1, program.duration)}%`;
  return mark;
}
