/** Buttons, keys and dragging: scenes added, moved, parted, taken out; undo and redo; playing one scene. */

import Sortable from "../../vendor/sortable.js";
import { parted, setField } from "./controls.js";
import { hold } from "./exchange.js";
import { known } from "./follow.js";
import { enqueue } from "./queue.js";
import { characters } from "./splices.js";
import { tellToast } from "./status.js";
import { textIn } from "./text.js";

/** The words in the first language: actions, and where a scene is parted, hang on those. */
const FIRST = "[data-block]:not([data-second])";

/** @type {HTMLTextAreaElement | null} */
let written = null;
const lists = new WeakSet();

/** @param {string} project */
export function openGestures(project) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) pressed(button, project);
  });
  document.addEventListener("keydown", (event) => key(event, project));
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement && event.target.matches(FIRST)) written = event.target;
  });
  document.addEventListener("editor:placed", makeSortable);
  makeSortable();
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} project
 */
function pressed(button, project) {
  const { gesture, moves, removes, sets, splits, plays, does } = button.dataset;
  if (gesture) enqueue({ kind: "gesture", address: gesture, form: formOf(button), base: known.revision });
  if (moves) move(moves, button.dataset.after ?? placeAfter(button));
  if (removes)
    enqueue({ kind: "edit", edit: { kind: "remove-item", id: removes }, base: known.revision, removes: true });
  if (sets) setField(...parted(sets), JSON.parse(button.dataset.value ?? "null"));
  if (splits) split(button, splits);
  if (plays) document.dispatchEvent(new CustomEvent("piying:play-scene", { detail: { sceneId: plays } }));
  if (does) takeBack(does, project);
  if (gesture || moves || removes || splits) button.closest("details[data-menu]")?.removeAttribute("open");
}

/** @param {string} does @param {string} project */
function takeBack(does, project) {
  enqueue({ kind: "gesture", address: `/projects/${project}/${does}`, form: {}, base: known.revision });
}

/** @param {string} id @param {string} after */
function move(id, after) {
  enqueue({ kind: "edit", edit: { kind: "move-item", id, parent: "document", after }, base: known.revision });
}

/**
 * @param {HTMLElement} from something in the scene
 * @param {string} address
 */
function split(from, address) {
  const area = written;
  if (!area?.isConnected || area.closest("[data-scene]") !== from.closest("[data-scene]"))
    return tellToast("toast-caret");
  const text = textIn(area);
  const [block, language] = [area.dataset.block ?? "", area.dataset.language ?? ""];
  const at = characters(text.slice(0, area.selectionStart));
  const form = { block, language, at: String(at) };
  const entry = { kind: /** @type {const} */ ("gesture"), address, form, base: known.revision, text };
  enqueue(entry);
}

/**
 * @param {KeyboardEvent} event
 * @param {string} project
 */
function key(event, project) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
  const area = event.target instanceof HTMLTextAreaElement && event.target.matches(FIRST) ? event.target : null;
  if (area && event.key === "Enter") {
    const button = area.closest("[data-scene]")?.querySelector("[data-splits]");
    if (button instanceof HTMLElement) split(button, button.dataset.splits ?? "");
    return event.preventDefault();
  }
  const writes =
    event.target instanceof Element &&
    event.target.matches("input:not([type=checkbox], [type=range], [type=color]), textarea:not([data-block])");
  if (writes) return;
  const letter = event.key.toLowerCase();
  if (letter !== "z" && letter !== "y") return;
  event.preventDefault();
  takeBack(letter === "y" || event.shiftKey ? "redo" : "undo", project);
}

function makeSortable() {
  const list = document.getElementById("scene-list");
  if (!list || lists.has(list)) return;
  lists.add(list);
  /** @type {() => void} */
  let drop = () => {};
  Sortable.create(list, {
    handle: "[data-grip]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
    ghostClass: "scene--ghost",
    onStart: () => hold(new Promise((resolve) => (drop = () => resolve(null)))),
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) move(item.dataset.scene ?? "", before(item));
      drop();
    },
  });
}

/** The scene after which a card goes that is moved by one place. @param {HTMLButtonElement} button */
function placeAfter(button) {
  const card = button.closest("[data-scene]");
  const elder = button.dataset.way === "up" ? card?.previousElementSibling : card?.nextElementSibling;
  if (!(elder instanceof HTMLElement)) return "";
  return button.dataset.way === "up" ? before(elder) : (elder.dataset.scene ?? "");
}

/** The scene before this one on the page. @param {HTMLElement} item */
function before(item) {
  const elder = item.previousElementSibling;
  return elder instanceof HTMLElement ? (elder.dataset.scene ?? "") : "";
}

/** How many characters stand before the caret. @param {HTMLInputElement} input */
function caretIn(input) {
  return characters(input.value.slice(0, input.selectionStart ?? 0));
}

/** @param {HTMLElement} button @returns {Record<string, string>} */
function formOf(button) {
  const { withAfter, withValue, withCaret } = button.dataset;
  const written = withCaret === undefined ? null : document.getElementById(withCaret);
  return {
    ...(written instanceof HTMLInputElement ? { value: String(caretIn(written)) } : {}),
    ...(withAfter === undefined ? {} : { after: withAfter }),
    ...(withValue === undefined ? {} : { value: withValue }),
  };
}
