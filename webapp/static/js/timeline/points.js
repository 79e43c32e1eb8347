/** Envelopes: the line over the chosen clip. Points are added by a double click, dragged, and dragged out to be taken away. */

import { hold } from "../editor/exchange.js";
import { chosenClips } from "./choice.js";
import { setPoints, ticksFrom } from "./commands.js";
import { playhead } from "./playhead.js";
import { startOf } from "./sheet.js";

/** @typedef {[number, number]} Point ticks from the clip's start, per mille */

const SVG = "http://www.w3.org/2000/svg";
const OUT_PX = 28;
const FULL = { volume: 2_000, opacity: 1_000 };

export function openPoints() {
  document.addEventListener("dblclick", (event) => {
    const clip = event.target instanceof Element ? event.target.closest(".tracks-clip[data-clip]") : null;
    if (clip instanceof HTMLElement && !("locked" in clip.dataset)) addAt(clip, event);
  });
  document.addEventListener("pointerdown", press);
  document.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest("[data-adds-point], [data-removes-point]") : null;
    if (button instanceof HTMLElement) pressed(button);
  });
  document.addEventListener("change", changed);
}

/** Draw the lines of the chosen clips. */
export function drawPoints() {
  const chosen = new Set(chosenClips());
  for (const old of document.querySelectorAll(".envelope"))
    if (!chosen.has(/** @type {HTMLElement} */ (old.parentElement))) old.remove();
  for (const clip of chosen) {
    clip.querySelector(".envelope")?.remove();
    if (pointsOf(clip).length) clip.append(line(clip, pointsOf(clip)));
  }
}

/** @param {HTMLElement} clip @returns {Point[]} */
function pointsOf(clip) {
  return JSON.parse(clip.dataset.points ?? "[]");
}

/** What a clip's top stands for. @param {HTMLElement} clip */
function fullOf(clip) {
  return clip.matches(".tracks-clip--audio, .tracks-clip--video") ? FULL.volume : FULL.opacity;
}

/** @param {HTMLElement} clip @param {Point[]} points */
function line(clip, points) {
  const [length, full] = [Number(clip.dataset.for), fullOf(clip)];
  const places = points.map(([at, value]) => [(100 * at) / length, 100 - (100 * Math.min(value, full)) / full]);
  const [first, last] = [places[0], places[places.length - 1]];
  const way = [[0, first?.[1]], ...places, [100, last?.[1]]].map((place) => place.join(",")).join(" ");
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "envelope");
  drawing.setAttribute("viewBox", "0 0 100 100");
  drawing.setAttribute("preserveAspectRatio", "none");
  const path = document.createElementNS(SVG, "polyline");
  path.setAttribute("points", way);
  drawing.append(path, ...places.map(([x = 0, y = 0], index) => dot(x, y, index)));
  return drawing;
}

/** A point as a stroke without length, so that it stays round. @param {number} x @param {number} y @param {number} index */
function dot(x, y, index) {
  const mark = document.createElementNS(SVG, "path");
  mark.setAttribute("d", `M${x} ${y}h0`);
  mark.dataset.dot = String(index);
  return mark;
}

/** The point under a place on the screen. @param {HTMLElement} clip @param {MouseEvent} event @returns {Point} */
function pointAt(clip, event) {
  const box = clip.getBoundingClientRect();
  const across = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  const up = Math.min(1, Math.max(0, (box.bottom - event.clientY) / box.height));
  return [Math.round(across * Number(clip.dataset.for)), Math.round((up * fullOf(clip)) / 10) * 10];
}

/** @param {HTMLElement} clip @param {MouseEvent} event */
function addAt(clip, event) {
  const dotted = event.target instanceof SVGElement ? event.target.dataset.dot : undefined;
  const points = pointsOf(clip);
  if (dotted === undefined) points.push(pointAt(clip, event));
  else points.splice(Number(dotted), 1);
  send(clip, points);
}

/** @param {PointerEvent} event */
function press(event) {
  const mark = event.target instanceof SVGElement && event.target.dataset.dot !== undefined ? event.target : null;
  const clip = mark?.closest(".tracks-clip");
  if (!mark || !(clip instanceof HTMLElement)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  dragPoint(clip, Number(mark.dataset.dot), event);
}

/** @param {HTMLElement} clip @param {number} index @param {PointerEvent} begun */
function dragPoint(clip, index, begun) {
  const points = pointsOf(clip);
  const over = new AbortController();
  hold(new Promise((resolve) => over.signal.addEventListener("abort", () => resolve(null))));
  let moved = false;
  addEventListener(
    "pointermove",
    (event) => {
      moved ||= Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY) > 3;
      const { top, bottom } = clip.getBoundingClientRect();
      const out = event.clientY < top - OUT_PX || event.clientY > bottom + OUT_PX;
      const shown = points.map((point, place) => (place === index ? pointAt(clip, event) : point));
      clip.dataset.points = JSON.stringify(out ? points.filter((_, place) => place !== index) : shown);
      clip.querySelector(".envelope")?.replaceWith(line(clip, pointsOf(clip)));
    },
    { signal: over.signal },
  );
  addEventListener(
    "pointerup",
    () => {
      over.abort();
      if (moved) send(clip, pointsOf(clip));
    },
    { once: true },
  );
}

/** @param {HTMLElement} button */
function pressed(button) {
  const [clip] = chosenClips();
  if (!clip) return;
  const points = pointsOf(clip);
  if (button.dataset.removesPoint !== undefined) points.splice(Number(button.dataset.removesPoint), 1);
  else {
    const at = Math.min(Math.max(0, playhead.ticks - startOf(clip)), Number(clip.dataset.for));
    points.push([Math.round(at), levelAt(points, at)]);
  }
  send(clip, points);
}

/** What the line says at a time. @param {Point[]} points @param {number} at */
function levelAt(points, at) {
  const before = points.filter((point) => point[0] <= at).at(-1);
  const after = points.find((point) => point[0] > at);
  if (!before || !after) return (before ?? after)?.[1] ?? 1_000;
  return Math.round(before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]));
}

/** @param {Event} event */
function changed(event) {
  const input = event.target;
  const [clip] = chosenClips();
  if (!(input instanceof HTMLInputElement) || input.dataset.point === undefined || !clip) return;
  const points = pointsOf(clip);
  const point = points[Number(input.dataset.point)];
  const value = input.dataset.part === "at" ? ticksFrom(input.value) : Math.round(Number(input.value) * 10);
  if (!point || value === null || Number.isNaN(value)) return;
  point[input.dataset.part === "at" ? 0 : 1] = Math.max(0, value);
  send(clip, points);
}

/** @param {HTMLElement} clip @param {Point[]} points */
function send(clip, points) {
  points.sort((one, two) => one[0] - two[0]);
  clip.dataset.points = JSON.stringify(points);
  drawPoints();
  setPoints(clip.dataset.clip ?? "", points);
}
