/**
 * Captions in the picture: the one that stands at the playhead has a box like a layer. What is done to the box is done to all captions,
 * or to this one alone. Where captions stand is asked of the server, scene by scene, while nothing plays.
 */

import { known } from "../editor/follow.js";
import { enqueue } from "../editor/queue.js";
import { view } from "../editor/view.js";
import { halves, PARTS } from "./boxes.js";
import { choose, chosenRow } from "./layers.js";
import { scenes } from "./scenes.js";

/** @typedef {import("./boxes.js").Place} Place */

const QUIET_MS = 250;
/** What the renderer keeps free at the edges, of the shorter side. */
const MARGIN = 400;
const SIZES = /** @type {const} */ ([50, 4_000]);

let ticks = 0;
let alone = false;
let stale = true;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;
/** @type {(fresh: boolean) => void} */
let changed = () => {};

/** @param {HTMLElement} canvas @param {(fresh: boolean) => void} draw is told when other captions are to be shown; `fresh` where they were asked for */
export function openCaptions(canvas, draw) {
  changed = draw;
  document.addEventListener("piying:playhead", (event) => {
    const { ticks: at, playing } = /** @type {CustomEvent<{ ticks: number, playing: boolean }>} */ (event).detail;
    ticks = at;
    if (!playing && (stale || sceneAt()?.id !== spots().dataset.of)) soon(canvas);
  });
  document.addEventListener("editor:placed", () => {
    stale = true;
    soon(canvas);
  });
  canvas.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = chosenRow();
    if (!row || !isCaption(row) || !button) return;
    if (button.dataset.captionScope) alone = button.dataset.captionScope === "one";
    if ("captionBack" in button.dataset) backToOthers(row);
    showScope(canvas, row);
  });
  document.addEventListener("click", (event) => {
    const row = chosenRow();
    if (row && isCaption(row) && event.target instanceof Element && !event.target.closest("#canvas, .bar"))
      choose(null);
  });
  soon(canvas);
}

/** The caption at the playhead. @returns {HTMLElement[]} */
export function captionRows() {
  const scene = sceneAt();
  if (!scene || spots().dataset.of !== scene.id) return [];
  const at = ticks - scene.start;
  return rows().filter((row) => at >= Number(row.dataset.from) && at < Number(row.dataset.until));
}

/** @param {HTMLElement} row */
export function isCaption(row) {
  return row.dataset.kind === "caption";
}

/** A caption has just been chosen: one that has a place of its own goes on having it. @param {HTMLElement} row */
export function begin(row) {
  alone = "own" in row.dataset;
}

/** What can be moved of the chosen caption, and how. @param {HTMLElement} canvas @param {HTMLElement | null} row */
export function showScope(canvas, row) {
  const scope = /** @type {HTMLElement} */ (canvas.querySelector("#caption-scope"));
  scope.hidden = !row || !isCaption(row);
  if (!row || scope.hidden) return;
  scope.toggleAttribute("data-below", JSON.parse(row.dataset.transform ?? "{}").y < PARTS / 2);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (scope.querySelectorAll("[data-caption-scope]")))
    button.ariaPressed = String((button.dataset.captionScope === "one") === alone);
  const back = /** @type {HTMLElement} */ (scope.querySelector("[data-caption-back]"));
  back.hidden = !("own" in row.dataset);
}

/** Whether the letters may grow by the handles: in a shape those of one caption are everybody's. */
export function grows() {
  return !(alone && shape());
}

/** Where the renderer would keep it: inside the picture. @param {Place} place @param {import("./boxes.js").Size} size @returns {Place} */
export function kept(place, size) {
  const half = halves(place, size);
  const margin = (MARGIN * Math.min(size.width, size.height)) / PARTS;
  return {
    ...place,
    x: within(place.x, (half.x * PARTS) / size.width),
    y: within(place.y, ((half.y + margin) * PARTS) / size.height),
  };
}

/** A caption, or all of them, is put somewhere. @param {HTMLElement} row @param {Place} from @param {Place} place */
export function putCaption(row, from, place) {
  const size = Math.round(Math.min(Math.max((Number(row.dataset.size) * place.scale) / 1_000, SIZES[0]), SIZES[1]));
  if (alone) {
    const form = { x: String(place.x), y: String(place.y) };
    return post(row, "place", size === Number(row.dataset.size) ? form : { ...form, size: String(size) });
  }
  const fields = { x: place.x, y: place.y, ...(size === Number(row.dataset.size) ? {} : { "style.size": size }) };
  const before = /** @type {Record<string, number>} */ ({ x: from.x, y: from.y });
  const edits = Object.entries(fields)
    .filter(([field, value]) => value !== before[field])
    .map(([field, value]) => ({ kind: "set-field", target: "document", field: `captions.${field}`, value }));
  if (edits.length) enqueue({ kind: "edit", edit: { kind: "group", edits }, base: known.revision });
}

/** Take one caption out of the picture; all of them go by their settings. @param {HTMLElement} row */
export function hideCaption(row) {
  if (!alone) return;
  choose(null);
  post(row, "hide", {});
}

/** @param {HTMLElement} row */
function backToOthers(row) {
  alone = false;
  post(row, "unplace", {});
}

/** @param {HTMLElement} row @param {string} what @param {Record<string, string>} form */
function post(row, what, form) {
  const address = `${row.dataset.address}/${what}`;
  enqueue({ kind: "gesture", address, form: { ...form, shape: shape() }, base: known.revision });
}

/** @param {HTMLElement} canvas */
function soon(canvas) {
  clearTimeout(alarm);
  alarm = setTimeout(() => ask(canvas), QUIET_MS);
}

/** Ask where the captions of the scene at the playhead stand. @param {HTMLElement} canvas */
async function ask(canvas) {
  const scene = sceneAt();
  if (!scene || "dragging" in canvas.dataset) return;
  stale = false;
  const project = document.getElementById("editor")?.dataset.project ?? "";
  const address = `/projects/${project}/scenes/${encodeURIComponent(scene.id)}/captions`;
  const answer = await fetch(address, { headers: view.headers([]) }).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  if (!html || stale || "dragging" in canvas.dataset) return;
  spots().outerHTML = html;
  changed(true);
}

function sceneAt() {
  const all = scenes();
  return all.find((scene) => ticks < scene.start + scene.duration) ?? all.at(-1);
}

function rows() {
  return /** @type {HTMLElement[]} */ ([...spots().children]);
}

function spots() {
  return /** @type {HTMLElement} */ (document.getElementById("caption-spots"));
}

/** The shape that the cards show; nothing for the main one. */
function shape() {
  return document.getElementById("shapes")?.dataset.shape ?? "";
}

/** @param {number} middle @param {number} half */
function within(middle, half) {
  return Math.round(half * 2 >= PARTS ? PARTS / 2 : Math.min(Math.max(middle, half), PARTS - half));
}
