/**
 * Boxes: where a layer stands, and how handles change that. Lengths are parts per 10,000 of the picture's width (x) or height (y),
 * scale is per mille, rotation thousandths of a degree, clockwise. Pointers move in pixels of the picture as it is shown.
 */

/** @typedef {{ x: number, y: number, width: number, height: number, scale: number, rotation: number }} Place */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Crop */
/** @typedef {{ width: number, height: number }} Size pixels of the picture as it is shown */
/** @typedef {{ x: number, y: number }} Point pixels */

export const PARTS = 10_000;
const SCALE_MIN = 10;
const SCALE_MAX = 20_000;
const SIDE_MIN = 50;
const KEPT_MIN = 100;
const QUARTER = 90_000;
const TURN_STEP = 15_000;
const TURN_REACH = 3_000;

/** The sides of a crop that a handle draws, and across. */
const ENDS = /** @type {const} */ ({
  n: ["top", "bottom"],
  e: ["right", "left"],
  s: ["bottom", "top"],
  w: ["left", "right"],
});

/** The place moved by pixels. @param {Place} place @param {Point} by @param {Size} size @returns {Place} */
export function moved(place, by, size) {
  return {
    ...place,
    x: bounded(place.x + (by.x * PARTS) / size.width, -100_000, 100_000),
    y: bounded(place.y + (by.y * PARTS) / size.height, -100_000, 100_000),
  };
}

/**
 * The place scaled by the handle of a corner; the corner across stays where it is.
 * @param {Place} place
 * @param {string} corner nw, ne, se or sw
 * @param {Point} at where the pointer is, from the picture's top left
 * @param {Size} size
 * @returns {Place}
 */
export function scaled(place, corner, at, size) {
  const half = halves(place, size);
  const toCorner = turned({ x: half.x * sideOf(corner).x, y: half.y * sideOf(corner).y }, place.rotation);
  const middle = centre(place, size);
  const fixed = { x: middle.x - toCorner.x, y: middle.y - toCorner.y };
  const length = 4 * (toCorner.x ** 2 + toCorner.y ** 2);
  const along = ((at.x - fixed.x) * 2 * toCorner.x + (at.y - fixed.y) * 2 * toCorner.y) / Math.max(length, 1);
  const scale = bounded(place.scale * along, SCALE_MIN, SCALE_MAX);
  const ratio = scale / Math.max(place.scale, 1);
  return {
    ...moved(place, { x: toCorner.x * (ratio - 1), y: toCorner.y * (ratio - 1) }, size),
    scale,
  };
}

/**
 * The place stretched by the handle of a side; the side across stays where it is.
 * @param {Place} place
 * @param {string} side n, e, s or w
 * @param {Point} by
 * @param {Size} size
 * @returns {Place}
 */
export function stretched(place, side, by, size) {
  const away = sideOf(side);
  const own = turned(by, -place.rotation);
  const grown = away.x ? own.x * away.x : own.y * away.y;
  const name = away.x ? "width" : "height";
  const whole = size[name];
  const old = (place[name] * place.scale * whole) / PARTS / 1_000;
  const now = Math.max(old + grown, (SIDE_MIN * whole) / PARTS);
  const shift = turned({ x: (away.x * (now - old)) / 2, y: (away.y * (now - old)) / 2 }, place.rotation);
  const extent = bounded((now * PARTS * 1_000) / whole / Math.max(place.scale, 1), 1, 100_000);
  return { ...moved(place, shift, size), [name]: extent };
}

/**
 * What is cut from a source when a side of its box is drawn from `before` to `after`.
 * @param {Crop} crop
 * @param {string} side
 * @param {Place} before
 * @param {Place} after
 * @returns {Crop}
 */
export function cropped(crop, side, before, after) {
  const [near, far] = ENDS[/** @type {keyof typeof ENDS} */ (side)];
  const name = sideOf(side).x ? "width" : "height";
  const kept = ((PARTS - crop[near] - crop[far]) * after[name]) / before[name];
  return { ...crop, [near]: bounded(PARTS - crop[far] - kept, 0, PARTS - KEPT_MIN - crop[far]) };
}

/** The place turned so that its handle above points at the pointer; it stops at every 15 degrees. @param {Place} place @param {Point} at @param {Size} size @param {boolean} free @returns {Place} */
export function pointed(place, at, size, free) {
  const middle = centre(place, size);
  const angle = (Math.atan2(at.y - middle.y, at.x - middle.x) * 180_000) / Math.PI + QUARTER;
  const upright = ((((angle + 2 * QUARTER) % (4 * QUARTER)) + 4 * QUARTER) % (4 * QUARTER)) - 2 * QUARTER;
  const near = Math.round(upright / TURN_STEP) * TURN_STEP;
  return { ...place, rotation: Math.round(!free && Math.abs(near - upright) < TURN_REACH ? near : upright) };
}

/** Half the size at which a box is shown. @param {Place} place @param {Size} size @returns {Point} */
export function halves(place, size) {
  const scale = place.scale / 2_000 / PARTS;
  return { x: place.width * scale * size.width, y: place.height * scale * size.height };
}

/** @param {Place} place @param {Size} size @returns {Point} */
function centre(place, size) {
  return { x: (place.x * size.width) / PARTS, y: (place.y * size.height) / PARTS };
}

/** Which way a handle lies from the middle. @param {string} handle @returns {Point} */
function sideOf(handle) {
  const x = handle.includes("e") ? 1 : handle.includes("w") ? -1 : 0;
  return { x, y: handle.includes("s") ? 1 : handle.includes("n") ? -1 : 0 };
}

/** @param {Point} point @param {number} rotation @returns {Point} */
function turned({ x, y }, rotation) {
  const angle = (rotation * Math.PI) / 180_000;
  return { x: x * Math.cos(angle) - y * Math.sin(angle), y: x * Math.sin(angle) + y * Math.cos(angle) };
}

/** @param {number} value @param {number} least @param {number} most */
function bounded(value, least, most) {
  return Math.round(Math.min(Math.max(value, least), most));
}
