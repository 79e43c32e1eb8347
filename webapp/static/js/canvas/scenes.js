/** When each scene plays, read from its card, in ticks of the project. */

/** @typedef {{ id: string, start: number, duration: number }} Scene */

/** @returns {Scene[]} */
export function scenes() {
  let start = 0;
  return [...document.querySelectorAll("#scene-list .scene[data-scene]")].map((card) => {
    const id = card.getAttribute("data-scene") ?? "";
    const duration = Number(document.getElementById(`length-${id}`)?.dataset.ticks ?? 0);
    start += duration;
    return { id, start: start - duration, duration };
  });
}
