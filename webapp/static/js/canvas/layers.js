/** The layers of the scene under the playhead, read from the cards, and the one that is chosen: its row is the one that stands open. */

import { begin, captionRows, isCaption } from "./captions.js";
import { scenes } from "./scenes.js";

/** @typedef {import("./boxes.js").Place} Place */
/** @typedef {import("./scenes.js").Scene} Scene */

const CAPTION = "caption-";
let ticks = 0;
/** The caption that is chosen, if one is. */
let caption = "";
/** @type {() => void} */
let redraw = () => {};
/** Where layers were put that the server has not answered for yet. @type {Map<string, Place>} */
const waiting = new Map();
/** A scene in which something is being added. */
let awaited = "";
/** @type {Set<string>} */
let before = new Set();

/** @param {() => void} changed is told when something else is to be shown */
export function openLayers(changed) {
  redraw = changed;
  document.addEventListener("piying:playhead", (event) => {
    ticks = /** @type {CustomEvent<{ ticks: number }>} */ (event).detail.ticks;
    changed();
  });
  document.addEventListener("editor:placed", () => {
    settle((name) => !name.startsWith(CAPTION));
    welcome();
    changed();
  });
  document.addEventListener("toggle", (event) => isRow(event.target) && told(event.target, changed), true);
  // What the page came with was opened before anybody listened.
  document.addEventListener("DOMContentLoaded", () => {
    const row = chosenRow();
    if (row) lookAt(row);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-adds]") : null;
    if (!(button instanceof HTMLElement)) return;
    awaited = button.dataset.adds ?? "";
    before = new Set(rowsOf(awaited).map(nameOf));
  });
}

/** The rows of what can be seen at the playhead, from the back to the front. */
export function shownRows() {
  const all = scenes();
  const scene = sceneAt(all);
  const layers = scene ? rowsOf(scene.id).filter((row) => isSeen(row, ticks - scene.start)) : [];
  const across = acrossRows().filter((row) => isSeen(row, ticks - (sceneOf(row, all)?.start ?? 0)));
  return [...layers.reverse(), ...across, ...captionRows()];
}

/** The captions' boxes stand where the server has them now. */
export function captionsSettled() {
  settle((name) => name.startsWith(CAPTION));
}

/** The row of the chosen layer. @returns {HTMLElement | null} */
export function chosenRow() {
  return document.querySelector(".layer[open]") ?? document.getElementById(`layer-${caption}`);
}

/** Choose a layer, or nothing. @param {HTMLElement | null} row */
export function choose(row) {
  if (row === chosenRow()) return;
  caption = row && isCaption(row) ? nameOf(row) : "";
  if (row && !caption) {
    row.closest(".look")?.setAttribute("open", "");
    row.setAttribute("open", "");
    return;
  }
  if (row) begin(row);
  document.querySelector(".layer[open]")?.removeAttribute("open");
  redraw();
}

/** @param {HTMLElement} row */
export function nameOf(row) {
  return row.dataset.layer ?? "";
}

/** Where a layer stands, or is about to. @param {HTMLElement} row @returns {Place} */
export function placeOf(row) {
  return waiting.get(nameOf(row)) ?? JSON.parse(row.dataset.transform ?? "{}");
}

/** A layer is put somewhere; the page says so at once. @param {HTMLElement} row @param {Place} place */
export function putAside(row, place) {
  waiting.set(nameOf(row), place);
}

/** @param {HTMLElement} row @param {() => void} changed */
function told(row, changed) {
  if (row.hasAttribute("open")) {
    caption = "";
    lookAt(row);
  }
  changed();
}

/** What was put somewhere stands there now. @param {(name: string) => boolean} which */
function settle(which) {
  for (const name of waiting.keys()) if (which(name)) waiting.delete(name);
}

/** Show the moment at which a layer can be seen. @param {HTMLElement} row */
function lookAt(row) {
  if (row.dataset.kind === "audio") return;
  const isAcross = "across" in row.dataset;
  const scene = sceneOf(row, scenes());
  if (!scene && !isAcross) return;
  const start = scene?.start ?? 0;
  const length = isAcross ? Number.POSITIVE_INFINITY : (scene?.duration ?? 0);
  const here = ticks >= start && ticks < start + length;
  if (here && isThere(row, ticks - start)) return;
  const from = Math.max(0, Number(row.dataset.from ?? 0));
  const until = Math.min(Number(row.dataset.until ?? length), length);
  const middle = start + Math.round((from + until) / 2);
  document.dispatchEvent(new CustomEvent("piying:seek", { detail: { ticks: middle } }));
}

/** The scene from whose start a row counts: of the track view's one, which counts from the project's, none. @param {HTMLElement} row @param {Scene[]} all */
function sceneOf(row, all) {
  const id = row.closest(".scene")?.getAttribute("data-scene");
  return all.find((scene) => scene.id === id);
}

/** What one has just added is chosen. */
function welcome() {
  if (!awaited) return;
  const fresh = rowsOf(awaited).find((row) => !before.has(nameOf(row)));
  if (!fresh) return;
  awaited = "";
  choose(fresh);
  fresh.querySelector("textarea")?.focus({ preventScroll: true });
}

/** @param {Scene[]} all */
function sceneAt(all) {
  return all.find((scene) => ticks < scene.start + scene.duration) ?? all.at(-1);
}

/** The rows of a scene's own layers, the front one first. @param {string} scene @returns {HTMLElement[]} */
function rowsOf(scene) {
  return [...(document.getElementById(`layers-${scene}`)?.querySelectorAll(".layer:not([data-across])") ?? [])].filter(
    isRow,
  );
}

/** What runs across scenes: in the scene view the clips of tracks, in the track view the clip that is chosen. @returns {HTMLElement[]} */
function acrossRows() {
  return [...document.querySelectorAll(".layer[data-across]")].filter(isRow);
}

/** @param {HTMLElement} row @param {number} at ticks */
function isSeen(row, at) {
  return row.dataset.kind !== "audio" && !("hidden" in row.dataset) && isThere(row, at);
}

/** @param {HTMLElement} row @param {number} at ticks from what it counts from */
function isThere(row, at) {
  return !("from" in row.dataset) || (at >= Number(row.dataset.from) && at < Number(row.dataset.until));
}

/** @param {EventTarget | null} target @returns {target is HTMLElement} */
function isRow(target) {
  return target instanceof HTMLElement && target.matches(".layer");
}
