/** When each scene plays, read from its card, in ticks of the project. */

/** @typedef {{ id: string, start: number, duration: number }} Scene */

/** @returns {Scene[]} */
export function scenes() {
  let start = 0;
  const cards = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#scene-list .scene[data-scene]"));
  return [...cards].map((card) => {
    const id = card.dataset.scene ?? "";
    const duration = Number((document.getElementById(`length-${id}`) ?? card).dataset.ticks ?? 0);
    start += duration;
    return { id, start: start - duration, duration };
  });
}
