/** Snapping: a box that is moved stops where its edges or its middle meet the picture's, the safe area's or another box's. */

import { snapped } from "../timeline/snap.js";
import { PARTS } from "./boxes.js";

/** @typedef {import("./boxes.js").Place} Place */
/** @typedef {{ place: Place, x: number | null, y: number | null }} Snap `x` and `y` are where the guides lie */

const SAFE = 500;
const REACH_PX = 7;
const STILL = [0, SAFE, PARTS / 2, PARTS - SAFE, PARTS];

/**
 * @param {Place} place
 * @param {readonly Place[]} others
 * @param {import("./boxes.js").Size} size
 * @returns {Snap}
 */
export function snappedPlace(place, others, size) {
  const across = snapped(edges(place, "x", "width"), placesOf(others, "x", "width"), (REACH_PX * PARTS) / size.width);
  const down = snapped(edges(place, "y", "height"), placesOf(others, "y", "height"), (REACH_PX * PARTS) / size.height);
  return {
    place: { ...place, x: Math.round(place.x + (across?.by ?? 0)), y: Math.round(place.y + (down?.by ?? 0)) },
    x: across?.place ?? null,
    y: down?.place ?? null,
  };
}

/** What of a box meets something: a turned one only its middle. @param {Place} place @param {"x" | "y"} middle @param {"width" | "height"} side */
function edges(place, middle, side) {
  const half = (place[side] * place.scale) / 2_000;
  return place.rotation ? [place[middle]] : [place[middle], place[middle] - half, place[middle] + half];
}

/** @param {readonly Place[]} others @param {"x" | "y"} middle @param {"width" | "height"} side */
function placesOf(others, middle, side) {
  return [...STILL, ...others.flatMap((other) => edges(other, middle, side))];
}
