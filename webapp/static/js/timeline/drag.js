/** Dragging: a clip is moved or trimmed under the pointer; at the end one gesture is sent. By touch only what is chosen is dragged. */

import { hold } from "../editor/exchange.js";
import { choices, choose, chosenClips, nameOf } from "./choice.js";
import { moveBy, moveScene, snapping, trimBy } from "./commands.js";
import { places } from "./places.js";
import { frame, heightOf, part, put, rowAt, startOf, TICKS, ticksIn, wholeFrames } from "./sheet.js";
import { snapped } from "./snap.js";

const SLACK_PX = 4;
const EDGE_PX = { mouse: 8, pen: 12, touch: 20 };
const REACH_PX = 9;
const BORDER_PX = 36;
const SCROLL_PX = 14;

/**
 * @typedef {object} Drag
 * @property {"move" | "start" | "end" | "scene"} what
 * @property {HTMLElement} thing
 * @property {HTMLElement[]} clips
 * @property {number} x where it began, in pixels of the sheet
 * @property {number} clientX
 * @property {number} clientY
 * @property {number[]} places
 * @property {number} by ticks
 * @property {string} row
 * @property {boolean} begun
 * @property {() => void} end
 */

/** @type {Drag | null} */
let drag = null;

export function openDrag() {
  const lanes = part("lanes");
  lanes.addEventListener("pointerdown", press);
  lanes.addEventListener("pointermove", hover);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
}

/** @param {PointerEvent} event */
function press(event) {
  const thing =
    event.target instanceof Element ? event.target.closest(".tracks-clip[data-clip], .tracks-column__head") : null;
  if (!(thing instanceof HTMLElement) || event.button !== 0 || !event.isPrimary) return;
  const isChosen = choices().includes(nameOf(thing));
  if ((event.pointerType === "touch" && !isChosen) || "locked" in thing.dataset) return;
  const what = thing.matches(".tracks-clip") ? edgeAt(thing, event) : "scene";
  const clips = isChosen && what === "move" ? chosenClips() : [thing];
  const x = sheetX(event.clientX);
  const { clientX, clientY } = event;
  drag = { what, thing, clips, x, clientX, clientY, places: [], by: 0, row: "", begun: false, end: () => {} };
}

/** The part of a clip under the pointer. @param {HTMLElement} clip @param {PointerEvent} event @returns {"move" | "start" | "end"} */
function edgeAt(clip, event) {
  const { left, right, width } = clip.getBoundingClientRect();
  const edge = Math.min(EDGE_PX[/** @type {"mouse"} */ (event.pointerType)] ?? EDGE_PX.mouse, width / 4);
  if (event.clientX - left < edge) return "start";
  return right - event.clientX < edge ? "end" : "move";
}

/** @param {PointerEvent} event */
function hover(event) {
  const clip = event.target instanceof Element ? event.target.closest(".tracks-clip[data-clip]") : null;
  if (drag || !(clip instanceof HTMLElement) || event.pointerType === "touch") return;
  const edge = edgeAt(clip, event);
  clip.dataset.edge = edge === "move" ? "" : edge;
}

/** @param {PointerEvent} event */
function follow(event) {
  if (!drag || !event.isPrimary) return;
  if (!drag.begun && Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY) < SLACK_PX) return;
  if (!drag.begun) begin(drag);
  scrollAtBorders(event.clientX);
  const by = ticksIn(sheetX(event.clientX) - drag.x);
  if (drag.what === "scene") return carryScene(drag, by);
  drag.by = magnetic(drag, by, event.altKey);
  drag.row = drag.what === "move" && drag.clips.length === 1 ? rowFor(drag, event.clientY) : "";
  show(drag);
}

/** @param {Drag} current */
function begin(current) {
  current.begun = true;
  hold(new Promise((resolve) => (current.end = () => resolve(null))));
  if (current.what !== "scene" && !choices().includes(nameOf(current.thing))) choose(nameOf(current.thing));
  current.places = places(new Set(current.clips));
  for (const clip of current.clips) clip.dataset.dragged = "";
  part("timeline").dataset.dragging = current.what;
}

/** The way that was gone, in whole frames, stopped where an edge comes near a place. @param {Drag} current @param {number} by @param {boolean} free */
function magnetic(current, by, free) {
  const edges = current.clips.flatMap((clip) => {
    const start = startOf(clip);
    const end = start + Number(clip.dataset.for);
    return current.what === "move" ? [start + by, end + by] : [(current.what === "start" ? start : end) + by];
  });
  const near = snapping.on && !free ? snapped(edges, current.places, ticksIn(REACH_PX)) : null;
  const line = part("snap-line");
  line.hidden = !near;
  if (near) line.style.setProperty("--at", String(near.place / TICKS));
  return near ? by + near.by : wholeFrames(by);
}

/** @param {Drag} current @param {number} clientY */
function rowFor(current, clientY) {
  const key = rowAt(clientY)?.dataset.row ?? "";
  const sound = current.thing.classList.contains("tracks-clip--audio");
  const audible = key.startsWith("a") || part(`head-${key}`)?.classList.contains("tracks-head--audio");
  return /^[avt]/.test(key) && audible === sound && key !== current.thing.dataset.row ? key : "";
}

/** @param {Drag} current */
function show(current) {
  for (const clip of current.clips) {
    const [at, length] = [Number(clip.dataset.at), Number(clip.dataset.for)];
    const by = current.by;
    if (current.what === "move") put(clip, Math.max(at + by, at - startOf(clip)), length);
    if (current.what === "start") put(clip, Math.min(at + by, at + length - frame()), Math.max(length - by, frame()));
    if (current.what === "end") put(clip, at, Math.max(length + by, frame()));
    if (current.row) clip.style.setProperty("--line-at", String(heightOf(current.row)));
  }
}

/** @param {Drag} current @param {number} by */
function carryScene(current, by) {
  current.by = by;
  const column = /** @type {HTMLElement} */ (current.thing.closest(".tracks-column"));
  column.dataset.dragged = "";
  column.style.setProperty("--shift", String(by / TICKS));
}

function drop() {
  const current = drag;
  if (!current) return;
  finish();
  if (!current.begun) return;
  swallowClick();
  if (current.what === "move") moveBy(current.by, current.row);
  else if (current.what === "scene") dropScene(current);
  else trimBy(current.what, current.by);
}

/** The click that follows the end of a drag chooses nothing. */
function swallowClick() {
  const over = new AbortController();
  addEventListener("click", (event) => event.stopPropagation(), { capture: true, signal: over.signal });
  setTimeout(() => over.abort());
}

/** @param {Drag} current */
function dropScene(current) {
  const column = /** @type {HTMLElement} */ (current.thing.closest(".tracks-column"));
  const middle = Number(column.dataset.at) + Number(column.dataset.for) / 2 + current.by;
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".tracks-column")]);
  const others = all.filter((other) => other !== column);
  const before = others.filter((other) => Number(other.dataset.at) + Number(other.dataset.for) / 2 < middle);
  const after = before.at(-1);
  if (all[all.indexOf(column) - 1] === after || (!after && column.dataset.at !== "0" && all[0]?.dataset.at !== "0"))
    return;
  moveScene(column.dataset.scene ?? "", after?.dataset.scene ?? "");
}

function cancel() {
  const current = drag;
  if (!current) return;
  finish();
  for (const clip of current.clips) put(clip);
}

function finish() {
  const current = /** @type {Drag} */ (drag);
  drag = null;
  for (const clip of current.clips) delete clip.dataset.dragged;
  const column = /** @type {HTMLElement | null} */ (current.thing.closest(".tracks-column"));
  column?.style.removeProperty("--shift");
  if (column) delete column.dataset.dragged;
  delete part("timeline").dataset.dragging;
  part("snap-line").hidden = true;
  current.end();
}

/** @param {number} clientX */
function scrollAtBorders(clientX) {
  const scroll = part("scroll");
  const { left, right } = scroll.getBoundingClientRect();
  if (clientX > right - BORDER_PX) scroll.scrollLeft += SCROLL_PX;
  else if (clientX < left + part("heads").offsetWidth + BORDER_PX) scroll.scrollLeft -= SCROLL_PX;
}

/** @param {number} clientX */
function sheetX(clientX) {
  return clientX - part("lanes").getBoundingClientRect().left;
}
