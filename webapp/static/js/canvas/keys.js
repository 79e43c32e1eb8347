/** Keys in the picture: arrows move what is chosen, plus and minus scale it, brackets turn it, Delete takes it out, Escape lets it go. */

import { setField } from "../editor/controls.js";
import { known } from "../editor/follow.js";
import { enqueue } from "../editor/queue.js";
import { hideCaption, isCaption, kept, putCaption } from "./captions.js";
import { choose, chosenRow, nameOf, placeOf, putAside } from "./layers.js";

const STEP = 50;
const LEAP = 500;
const GROWTH = 1.05;
const TURN = 5_000;

/** @typedef {import("./boxes.js").Place} Place */

/** @type {Record<string, (place: Place, step: number) => Partial<Place>>} */
const MOVES = {
  ArrowLeft: ({ x }, step) => ({ x: x - step }),
  ArrowRight: ({ x }, step) => ({ x: x + step }),
  ArrowUp: ({ y }, step) => ({ y: y - step }),
  ArrowDown: ({ y }, step) => ({ y: y + step }),
  "+": ({ scale }) => ({ scale: Math.min(20_000, Math.round(scale * GROWTH)) }),
  "=": ({ scale }) => ({ scale: Math.min(20_000, Math.round(scale * GROWTH)) }),
  "-": ({ scale }) => ({ scale: Math.max(10, Math.round(scale / GROWTH)) }),
  "[": ({ rotation }) => ({ rotation: rotation - TURN }),
  "]": ({ rotation }) => ({ rotation: rotation + TURN }),
};

/** @param {HTMLElement} canvas */
export function openKeys(canvas) {
  canvas.addEventListener("keydown", (event) => {
    const row = chosenRow();
    const onBox = event.target instanceof HTMLElement && event.target.dataset.box !== undefined;
    if (!row || !(onBox || event.key === "Escape") || event.ctrlKey || event.metaKey || !pressed(row, event, canvas))
      return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Whether the key meant something. @param {HTMLElement} row @param {KeyboardEvent} event @param {HTMLElement} canvas */
function pressed(row, event, canvas) {
  const target = nameOf(row);
  const isDelete = event.key === "Delete" || event.key === "Backspace";
  if (event.key === "Escape") choose(null);
  else if ("still" in row.dataset) return false;
  else if (isCaption(row) && isDelete) hideCaption(row);
  else if (isDelete)
    enqueue({ kind: "edit", edit: { kind: "remove-item", id: target }, base: known.revision, removes: true });
  else if (MOVES[event.key]) nudge(row, event, canvas);
  else return false;
  return true;
}

/** @param {HTMLElement} row @param {KeyboardEvent} event @param {HTMLElement} canvas */
function nudge(row, event, canvas) {
  const place = placeOf(row);
  const wished = { ...place, ...MOVES[event.key]?.(place, event.shiftKey ? LEAP : STEP) };
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const changed = isCaption(row) ? kept({ ...wished, rotation: 0 }, size) : wished;
  putAside(row, changed);
  if (isCaption(row)) putCaption(row, place, changed);
  else setField(nameOf(row), "transform", changed);
  document.dispatchEvent(new CustomEvent("canvas:draw", { detail: { row, place: changed } }));
}
