/** The ruler: as many marks as can be read, only where they can be seen. */

import { inSight, part, sheet, TICKS } from "./sheet.js";

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const APART_PX = 72;

export function drawRuler() {
  const step = STEPS_S.find((seconds) => seconds * sheet.scale >= APART_PX) ?? 1200;
  const [from, until] = inSight().map((ticks) => ticks / TICKS);
  const marks = [];
  for (let index = Math.floor((from ?? 0) / step); index * step <= (until ?? 0) + step; index++)
    marks.push(mark(index * step, step));
  part("ruler").style.setProperty("--step", String(step));
  part("marks").replaceChildren(...marks);
}

/** @param {number} seconds @param {number} step */
function mark(seconds, step) {
  const element = document.createElement("span");
  element.className = "tracks-mark numbers";
  element.style.setProperty("--at", String(seconds));
  const rest = (seconds % 60).toFixed(step < 1 ? 1 : 0).padStart(step < 1 ? 4 : 2, "0");
  element.textContent = `${Math.floor(seconds / 60)}:${rest}`;
  return element;
}
