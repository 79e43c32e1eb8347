/** The sheet: times as places on the screen. The server says ticks and rows; where that is in pixels is decided here, by the zoom. */

export const TICKS = 240_000;
const SCALE_MIN = 0.5;
const SCALE_MAX = 800;
const FIRST_SCALE_MIN = 40;
const FIRST_SCALE_MAX = 110;

/** What the page knows of the whole; `scale` is in pixels for a second. */
export const sheet = { duration: 0, rate: 25, start: 0, end: 0, first: "", last: "", scale: 60 };

/** @type {Map<string, number>} the row keys and how far from the top they are */
const heights = new Map();

/** @param {string} id @returns {HTMLElement} */
export function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Ticks of a frame. */
export function frame() {
  return TICKS / sheet.rate;
}

/** @param {number} ticks */
export function wholeFrames(ticks) {
  return Math.round(ticks / frame()) * frame();
}

/** @param {number} px @returns {number} ticks */
export function ticksIn(px) {
  return (px / sheet.scale) * TICKS;
}

/** The tick under a place on the screen. @param {number} clientX */
export function ticksAt(clientX) {
  return Math.max(0, ticksIn(clientX - part("lanes").getBoundingClientRect().left));
}

/** The stretch of time that can be seen. @returns {[number, number]} */
export function inSight() {
  const { left, right } = part("scroll").getBoundingClientRect();
  const from = Math.max(left + part("heads").offsetWidth, part("lanes").getBoundingClientRect().left);
  return [ticksAt(from), ticksAt(right)];
}

/** Put everything where it belongs. */
export function lay() {
  readFrame();
  readRows();
  let at = sheet.start;
  for (const column of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-column"))) {
    column.dataset.at = String(at);
    put(column);
    at += Number(column.dataset.for);
    for (const clip of /** @type {NodeListOf<HTMLElement>} */ (column.querySelectorAll(":scope > .tracks-clip")))
      put(clip);
  }
  sheet.end = at;
  for (const clip of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#strip > .tracks-clip")))
    put(clip);
  const strip = part("strip");
  strip.style.setProperty("--at", String(sheet.start / TICKS));
  strip.style.setProperty("--for", String((at - sheet.start) / TICKS));
}

/** @param {HTMLElement} element @param {number} [at] ticks @param {number} [length] ticks */
export function put(element, at = Number(element.dataset.at), length = Number(element.dataset.for)) {
  element.style.setProperty("--at", String(at / TICKS));
  element.style.setProperty("--for", String(length / TICKS));
  const height = heights.get(element.dataset.row ?? "");
  if (height !== undefined) element.style.setProperty("--line-at", String(height));
}

/** Where a clip starts in the project. @param {HTMLElement} clip */
export function startOf(clip) {
  const column = /** @type {HTMLElement | null} */ (clip.closest(".tracks-column"));
  return Number(clip.dataset.at) + Number(column && column !== clip ? column.dataset.at : 0);
}

/** The row under a place on the screen. @param {number} clientY @returns {HTMLElement | null} */
export function rowAt(clientY) {
  for (const head of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-head"))) {
    const { top, bottom } = head.getBoundingClientRect();
    if (clientY >= top && clientY < bottom) return head;
  }
  return null;
}

/** @param {string} key */
export function heightOf(key) {
  return heights.get(key) ?? 0;
}

/**
 * Look more closely or from farther; what is under `clientX` stays there.
 * @param {number} scale pixels for a second
 * @param {number} [clientX]
 */
export function zoom(scale, clientX) {
  const scroll = part("scroll");
  const { left, width } = scroll.getBoundingClientRect();
  const middle = clientX ?? left + (width + part("heads").offsetWidth) / 2;
  const ticks = ticksAt(middle);
  sheet.scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
  tellScale();
  scroll.scrollLeft += part("lanes").getBoundingClientRect().left + (ticks / TICKS) * sheet.scale - middle;
}

/** All of it at once. */
export function zoomToWhole() {
  const width = part("scroll").clientWidth - part("heads").offsetWidth - 24;
  zoom((width / Math.max(sheet.duration, TICKS)) * TICKS);
  part("scroll").scrollLeft = 0;
}

/** At first as much as can be shown and still be cut. */
export function zoomToStart() {
  const width = part("scroll").clientWidth - part("heads").offsetWidth - 24;
  zoom(Math.min(FIRST_SCALE_MAX, Math.max(FIRST_SCALE_MIN, (width / Math.max(sheet.duration, TICKS)) * TICKS)));
  part("scroll").scrollLeft = 0;
}

/** Bring a tick into sight. @param {number} ticks */
export function reveal(ticks) {
  const [from, until] = inSight();
  if (ticks >= from && ticks <= until) return;
  part("scroll").scrollLeft = Math.max(
    0,
    (ticks / TICKS) * sheet.scale - (part("scroll").clientWidth - part("heads").offsetWidth) / 3,
  );
}

function tellScale() {
  part("timeline").style.setProperty("--scale", String(sheet.scale));
  document.dispatchEvent(new CustomEvent("timeline:scale"));
}

function readFrame() {
  const { duration, rate, start, first, last } = part("frame").dataset;
  Object.assign(sheet, {
    duration: Number(duration),
    rate: Number(rate),
    start: Number(start),
    first: first ?? "",
    last: last ?? "",
  });
  part("timeline").style.setProperty("--total", String(sheet.duration / TICKS));
}

function readRows() {
  heights.clear();
  for (const head of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-head"))) {
    heights.set(head.dataset.row ?? "", heights.size);
  }
  part("timeline").style.setProperty("--rows", String(heights.size));
}
