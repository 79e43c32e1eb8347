/** The playhead goes where the player is; a press on the ruler sends the player there. */

import { part, reveal, sheet, TICKS, ticksAt, wholeFrames } from "./sheet.js";

export const playhead = { ticks: 0 };

export function openPlayhead() {
  document.addEventListener("piying:playhead", (event) => {
    follow(/** @type {CustomEvent<{ ticks: number, playing: boolean }>} */ (event).detail);
  });
  const ruler = part("ruler");
  ruler.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    ruler.setPointerCapture(event.pointerId);
    seek(ticksAt(event.clientX));
  });
  ruler.addEventListener("pointermove", (event) => {
    if (ruler.hasPointerCapture(event.pointerId)) seek(ticksAt(event.clientX));
  });
}

/** Send the player somewhere. @param {number} ticks */
export function seek(ticks) {
  const at = Math.min(Math.max(0, wholeFrames(ticks)), Math.max(0, sheet.duration - TICKS / sheet.rate));
  show(at);
  document.dispatchEvent(new CustomEvent("piying:seek", { detail: { ticks: at } }));
}

/** @param {{ ticks: number, playing: boolean }} place */
function follow({ ticks, playing }) {
  show(ticks);
  if (playing) reveal(ticks);
}

/** @param {number} ticks */
function show(ticks) {
  playhead.ticks = ticks;
  part("playhead").style.setProperty("--at", String(ticks / TICKS));
  const hundredths = Math.floor((ticks * 100) / TICKS);
  const seconds = String(Math.floor(hundredths / 100) % 60).padStart(2, "0");
  const text = `${Math.floor(hundredths / 6000)}:${seconds}.${String(hundredths % 100).padStart(2, "0")}`;
  if (part("now").textContent !== text) part("now").textContent = text;
}
