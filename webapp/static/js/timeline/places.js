/** Places worth snapping to: the playhead, cuts between scenes, edges of clips, beginnings of words. */

import { playhead } from "./playhead.js";
import { sheet, startOf } from "./sheet.js";

/**
 * @param {ReadonlySet<Element>} moving what moves, whose own edges do not count
 * @returns {number[]} ticks
 */
export function places(moving) {
  const found = [0, sheet.duration, playhead.ticks];
  for (const column of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-column"))) {
    found.push(Number(column.dataset.at));
  }
  found.push(sheet.end);
  for (const clip of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".timeline__lanes .tracks-clip")
  )) {
    if (moving.has(clip)) continue;
    const start = startOf(clip);
    found.push(start, start + Number(clip.dataset.for));
    for (const word of (clip.dataset.words ?? "").split(",")) if (word) found.push(start + Number(word));
  }
  return found;
}
