/** Commands: what is done to the clips that are chosen. Each becomes one entry of the outbox, and at the server one edit. */

import { known } from "../editor/follow.js";
import { enqueue, last, touch } from "../editor/queue.js";
import { choices, chosenClips } from "./choice.js";
import { playhead } from "./playhead.js";
import { frame, part, sheet, startOf, TICKS, wholeFrames, zoom, zoomToWhole } from "./sheet.js";
import { silences } from "./sounds.js";

const CLOSER = 1.5;

/** Whether edges stop at places nearby. */
export const snapping = { on: true };

/** @type {Record<string, () => void>} */
const COMMANDS = {
  split: () => split([playhead.ticks]),
  "split-words": () => split(captionStarts()),
  "split-silence": async () => split((await Promise.all(chosenClips().map(silences))).flat()),
  duplicate: () => send("duplicate", {}),
  remove,
  ripple: () => send("remove", { ripple: "1" }, true),
  "to-track": () => sendOne("track"),
  "to-scene": () => sendOne("scene"),
  closer: () => zoom(sheet.scale * CLOSER),
  farther: () => zoom(sheet.scale / CLOSER),
  whole: zoomToWhole,
  snap: toggleSnap,
};

/** Do something by its name. @param {string} name */
export function command(name) {
  COMMANDS[name]?.();
}

/** The chosen clips go earlier or later. Steps that still wait to be sent become one. @param {number} byTicks @param {string} [row] */
export function moveBy(byTicks, row = "") {
  const clips = clipNames();
  const open = last();
  if (!clips || (byTicks === 0 && !row)) return;
  if (open?.form && !row && open.address === address("move") && open.form.clips === clips && !open.form.row) {
    open.form.by = String(Number(open.form.by) + Math.round(byTicks));
    return touch(open);
  }
  send("move", { by: String(Math.round(byTicks)), row });
}

/** @param {"start" | "end"} edge @param {number} byTicks */
export function trimBy(edge, byTicks) {
  if (byTicks) send("trim", { edge, by: String(Math.round(byTicks)) });
}

/** An edge of every chosen clip goes to the playhead. @param {"start" | "end"} edge */
export function trimToPlayhead(edge) {
  const [clip] = chosenClips();
  if (!clip) return;
  const start = startOf(clip);
  trimBy(edge, wholeFrames(playhead.ticks) - (edge === "start" ? start : start + Number(clip.dataset.for)));
}

/** @param {number} frames */
export function nudge(frames) {
  moveBy(frames * frame());
}

/** Something new at the playhead. @param {string} what */
export function add(what) {
  if (what === "scene") return gesture(`/projects/${project()}/scenes`, { after: sceneAtPlayhead() });
  gesture(address("add"), { kind: what, at: String(Math.round(playhead.ticks)) });
}

/** A picture, film or sound at the playhead. @param {import("../editor/pictures.js").Material} material */
export function addMaterial({ digest, kind, ticks }) {
  const at = String(Math.round(playhead.ticks));
  if (kind === "image") return gesture(address("picture"), { asset: digest, at });
  gesture(address(kind === "audio" ? "sound" : "film"), { asset: digest, at, length: String(ticks) });
}

/** The envelope of a clip. @param {string} clip @param {readonly (readonly [number, number])[]} points */
export function setPoints(clip, points) {
  gesture(address(`${clip}/points`), { points: JSON.stringify(points) });
}

/** A scene goes after another. @param {string} id @param {string} after */
export function moveScene(id, after) {
  enqueue({ kind: "edit", edit: { kind: "move-item", id, parent: "document", after }, base: known.revision });
}

function remove() {
  const [name = ""] = choices();
  if (clipNames()) return send("remove", {}, true);
  const thing = document.querySelector(`#column-${CSS.escape(name)}, .tracks-head[data-track="${CSS.escape(name)}"]`);
  if (thing) enqueue({ kind: "edit", edit: { kind: "remove-item", id: name }, base: known.revision, removes: true });
}

/** @param {readonly number[]} places ticks */
function split(places) {
  send("split", { at: places.map((at) => String(Math.round(at))).join(" ") });
}

/** Where captions begin under the chosen clips. */
function captionStarts() {
  const captions = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-clip--caption"));
  return [...captions].map(startOf);
}

function sceneAtPlayhead() {
  const columns = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-column"));
  const under = [...columns].find((column) => Number(column.dataset.at) + Number(column.dataset.for) > playhead.ticks);
  return (under ?? columns[columns.length - 1])?.dataset.scene ?? "";
}

function toggleSnap() {
  snapping.on = !snapping.on;
  document.querySelector('[data-tool="snap"]')?.setAttribute("aria-pressed", String(snapping.on));
}

/** @param {string} verb @param {Record<string, string>} form @param {boolean} [removes] */
function send(verb, form, removes = false) {
  const clips = clipNames();
  if (clips) gesture(address(verb), { clips, ...form }, removes);
}

/** @param {string} where */
function sendOne(where) {
  const [name] = choices();
  if (name) gesture(address(`${name}/${where}`), {});
}

function clipNames() {
  return choices()
    .filter((name) => document.getElementById(`clip-${name}`))
    .join(" ");
}

/** @param {string} where @param {Record<string, string>} form @param {boolean} [removes] */
function gesture(where, form, removes = false) {
  enqueue({ kind: "gesture", address: where, form, base: known.revision, removes });
}

/** @param {string} verb */
function address(verb) {
  return `/projects/${project()}/clips/${verb}`;
}

function project() {
  return part("editor").dataset.project ?? "";
}

/** Seconds as people write them, in ticks; null where they make no sense. @param {string} text */
export function ticksFrom(text) {
  const found = /^\s*(-?)(?:(\d+):)?(\d+(?:[.,]\d+)?)\s*$/.exec(text);
  if (!found) return null;
  const seconds = Number(found[2] ?? 0) * 60 + Number((found[3] ?? "0").replace(",", "."));
  return Math.round((found[1] ? -1 : 1) * seconds * TICKS);
}
