/** Dragging in the picture: the box goes with the pointer at once, the document hears one edit at the end. By touch only what is chosen is dragged. */

import { setField } from "../editor/controls.js";
import { hold } from "../editor/exchange.js";
import { known } from "../editor/follow.js";
import { enqueue } from "../editor/queue.js";
import { cropped, moved, pointed, scaled, stretched } from "./boxes.js";
import { isCaption, kept, putCaption } from "./captions.js";
import { choose, chosenRow, nameOf, placeOf, putAside, shownRows } from "./layers.js";
import { snappedPlace } from "./snaps.js";

const SLACK_PX = 4;

/** @typedef {import("./boxes.js").Place} Place */

/**
 * @typedef {object} Drag
 * @property {string} handle which of them, or `move`
 * @property {HTMLElement} row
 * @property {Place} from
 * @property {Place} place
 * @property {Place[]} others
 * @property {number} x
 * @property {number} y
 * @property {boolean} begun
 * @property {() => void} end
 */

/** @type {Drag | null} */
let drag = null;

/** @param {HTMLElement} canvas */
export function openDrag(canvas) {
  canvas.addEventListener("pointerdown", press);
  document.addEventListener("pointermove", (event) => follow(event, canvas));
  document.addEventListener("pointerup", () => drop(canvas));
  document.addEventListener("pointercancel", () => leave(canvas));
  document.addEventListener("keydown", (event) => event.key === "Escape" && drag && leave(canvas));
}

/** @param {PointerEvent} event */
function press(event) {
  if (!(event.target instanceof HTMLElement) || event.button !== 0 || !event.isPrimary) return;
  const { handle, box } = event.target.dataset;
  const row = handle ? chosenRow() : document.getElementById(`layer-${box}`);
  if (!row) return;
  const wasChosen = row === chosenRow();
  if (!wasChosen) choose(row);
  if ((event.pointerType === "touch" && !wasChosen) || "still" in row.dataset) return;
  const place = placeOf(row);
  const others = shownRows().filter((other) => other !== row);
  drag = {
    handle: handle ?? "move",
    row,
    from: place,
    place,
    others: others.map(placeOf),
    x: event.clientX,
    y: event.clientY,
    begun: false,
    end: () => {},
  };
}

/** @param {PointerEvent} event @param {HTMLElement} canvas */
function follow(event, canvas) {
  if (!drag || !event.isPrimary) return;
  const by = { x: event.clientX - drag.x, y: event.clientY - drag.y };
  if (!drag.begun && Math.hypot(by.x, by.y) < SLACK_PX) return;
  if (!drag.begun) begin(drag, canvas);
  const bounds = canvas.getBoundingClientRect();
  const at = { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  const place = placed(drag, by, at, canvas, event.altKey);
  drag.place = isCaption(drag.row) ? kept(place, { width: canvas.clientWidth, height: canvas.clientHeight }) : place;
  document.dispatchEvent(new CustomEvent("canvas:draw", { detail: { row: drag.row, place: drag.place } }));
}

/** @param {Drag} current @param {HTMLElement} canvas */
function begin(current, canvas) {
  current.begun = true;
  canvas.dataset.dragging = current.handle;
  hold(new Promise((resolve) => (current.end = () => resolve(null))));
}

/**
 * @param {Drag} current
 * @param {{ x: number, y: number }} by
 * @param {{ x: number, y: number }} at
 * @param {HTMLElement} canvas
 * @param {boolean} free
 * @returns {Place}
 */
function placed({ handle, from, others }, by, at, canvas, free) {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (handle === "turn") return pointed(from, at, size, free);
  if (handle !== "move") return handle.length > 1 ? scaled(from, handle, at, size) : stretched(from, handle, by, size);
  const snap = free
    ? { place: moved(from, by, size), x: null, y: null }
    : snappedPlace(moved(from, by, size), others, size);
  guide(canvas, "x", snap.x);
  guide(canvas, "y", snap.y);
  return snap.place;
}

/** @param {HTMLElement} canvas @param {"x" | "y"} way @param {number | null} at */
function guide(canvas, way, at) {
  const line = /** @type {HTMLElement} */ (canvas.querySelector(`.canvas__guide--${way}`));
  line.hidden = at === null;
  if (at !== null) line.style[way === "x" ? "left" : "top"] = `${at / 100}%`;
}

/** @param {HTMLElement} canvas */
function drop(canvas) {
  const current = drag;
  if (!current?.begun) return leave(canvas);
  putAside(current.row, current.place);
  if (isCaption(current.row)) putCaption(current.row, current.from, current.place);
  else putLayer(current);
  drag = null;
  leave(canvas);
  current.end();
}

/** @param {Drag} current */
function putLayer(current) {
  const isCrop = current.handle.length === 1 && isCropping(current.row);
  if (isCrop) crop(current);
  else setField(nameOf(current.row), "transform", current.place);
}

/** The side was drawn to cut, not to stretch. @param {Drag} current */
function crop({ row, handle, from, place }) {
  const held = JSON.parse(row.dataset.crop ?? "{}");
  const target = nameOf(row);
  const edits = [
    { kind: "set-field", target, field: "transform", value: place },
    { kind: "set-field", target, field: "content.crop", value: cropped(held, handle, from, place) },
  ];
  enqueue({ kind: "edit", edit: { kind: "group", edits }, base: known.revision });
}

/** @param {HTMLElement} row */
function isCropping(row) {
  return row.querySelector("[data-crops]:checked") !== null;
}

/** Nothing was dragged, or it is to be as it was. @param {HTMLElement} canvas */
function leave(canvas) {
  const current = drag;
  drag = null;
  delete canvas.dataset.dragging;
  guide(canvas, "x", null);
  guide(canvas, "y", null);
  if (!current) return;
  document.dispatchEvent(new CustomEvent("canvas:draw", { detail: { row: current.row, place: current.from } }));
  current.end();
}
