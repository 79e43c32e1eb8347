/** The canvas: boxes of the layers over the preview, each to be chosen, and the handles of the chosen one. */

import { halves } from "./boxes.js";
import { grows, isCaption, openCaptions, showScope } from "./captions.js";
import { openCovers } from "./covers.js";
import { openDrag } from "./drag.js";
import { openKeys } from "./keys.js";
import { captionsSettled, choose, chosenRow, nameOf, openLayers, placeOf, shownRows } from "./layers.js";

/** @typedef {import("./boxes.js").Place} Place */

/** A box that is smaller has no handles where they would cover it. */
const ROOM_PX = 72;

export function openCanvas() {
  const frame = document.querySelector('[data-player="frame"]');
  const template = document.getElementById("canvas-template");
  if (!frame || !(template instanceof HTMLTemplateElement)) return;
  frame.append(template.content.cloneNode(true));
  const canvas = /** @type {HTMLElement} */ (document.getElementById("canvas"));
  const show = () => draw(canvas);
  openLayers(show);
  openCaptions(canvas, (fresh) => {
    if (fresh) captionsSettled();
    show();
  });
  openCovers(canvas);
  openDrag(canvas);
  openKeys(canvas);
  new ResizeObserver(show).observe(canvas);
  canvas.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement && event.target.dataset.box)
      choose(document.getElementById(`layer-${event.target.dataset.box}`));
  });
  document.addEventListener("canvas:draw", (event) => {
    const { row, place } = /** @type {CustomEvent<{ row: HTMLElement, place: Place }>} */ (event).detail;
    put(canvas, row, place);
  });
}

/** @param {HTMLElement} canvas */
function draw(canvas) {
  const boxes = /** @type {HTMLElement} */ (canvas.querySelector(".canvas__boxes"));
  const rows = shownRows();
  const wanted = new Set(rows.map((row) => `canvas-box-${nameOf(row)}`));
  for (const box of [...boxes.children]) if (!wanted.has(box.id)) box.remove();
  rows.forEach((row, index) => {
    const box = boxOf(boxes, row);
    if (boxes.children[index] !== box) boxes.insertBefore(box, boxes.children[index] ?? null);
  });
  const chosen = chosenRow();
  const handles = /** @type {HTMLElement} */ (canvas.querySelector(".canvas__chosen"));
  handles.hidden = !chosen || !rows.includes(chosen);
  const still = chosen !== null && ("still" in chosen.dataset || (isCaption(chosen) && !grows()));
  handles.toggleAttribute("data-still", still);
  handles.dataset.kind = chosen?.dataset.kind ?? "";
  showScope(canvas, chosen && rows.includes(chosen) ? chosen : null);
  for (const row of rows) put(canvas, row, placeOf(row));
}

/** @param {HTMLElement} boxes @param {HTMLElement} row */
function boxOf(boxes, row) {
  const known = document.getElementById(`canvas-box-${nameOf(row)}`);
  const box = known ?? document.createElement("button");
  if (!known) {
    box.id = `canvas-box-${nameOf(row)}`;
    box.className = "box";
    box.setAttribute("type", "button");
    box.dataset.box = nameOf(row);
    boxes.append(box);
  }
  const name = row.querySelector(".layer__name")?.textContent ?? "";
  if (box.ariaLabel !== name) box.ariaLabel = name;
  box.ariaPressed = String(row === chosenRow());
  return box;
}

/** @param {HTMLElement} canvas @param {HTMLElement} row @param {Place} place */
function put(canvas, row, place) {
  const box = document.getElementById(`canvas-box-${nameOf(row)}`);
  const handles = /** @type {HTMLElement} */ (canvas.querySelector(".canvas__chosen"));
  for (const element of row === chosenRow() ? [box, handles] : [box]) if (element) lay(element, canvas, place);
}

/** @param {HTMLElement} element @param {HTMLElement} canvas @param {Place} place */
function lay(element, canvas, place) {
  const half = halves(place, { width: canvas.clientWidth, height: canvas.clientHeight });
  element.toggleAttribute("data-low", 2 * half.y < ROOM_PX);
  element.toggleAttribute("data-narrow", 2 * half.x < ROOM_PX);
  element.style.left = `${place.x / 100}%`;
  element.style.top = `${place.y / 100}%`;
  element.style.width = `${2 * half.x}px`;
  element.style.height = `${2 * half.y}px`;
  element.style.transform = `translate(-50%, -50%) rotate(${place.rotation / 1_000}deg)`;
}
