/** Snapping: the nearest place worth stopping at, if it is near enough. */

/**
 * How much an edge must move to reach the nearest place; null where none is near.
 * @param {readonly number[]} edges ticks
 * @param {readonly number[]} places ticks
 * @param {number} reach ticks
 * @returns {{ by: number, place: number } | null}
 */
export function snapped(edges, places, reach) {
  let best = null;
  for (const edge of edges) {
    for (const place of places) {
      const by = place - edge;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, place };
    }
  }
  return best;
}
