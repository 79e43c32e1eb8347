/** Keys: everything that a pointer does has one. They work where nothing is written. */

import { choices, choose, nameOf } from "./choice.js";
import { command, nudge, trimToPlayhead } from "./commands.js";
import { seek } from "./playhead.js";
import { sheet, startOf } from "./sheet.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  s: () => command("split"),
  n: () => command("snap"),
  Delete: () => command("remove"),
  Backspace: () => command("remove"),
  "shift+Delete": () => command("ripple"),
  "shift+Backspace": () => command("ripple"),
  "ctrl+d": () => command("duplicate"),
  "+": () => command("closer"),
  "=": () => command("closer"),
  "-": () => command("farther"),
  0: () => command("whole"),
  ",": () => nudge(-1),
  ".": () => nudge(1),
  "<": () => nudge(-10),
  ">": () => nudge(10),
  "[": () => trimToPlayhead("start"),
  "]": () => trimToPlayhead("end"),
  Home: () => seek(0),
  End: () => seek(sheet.duration),
  Escape: () => choose(""),
  "?": () => /** @type {HTMLDialogElement} */ (document.getElementById("keys")).showModal(),
};
const ARROWS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

export function openKeys() {
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (
      !(target instanceof Element) ||
      target.closest("input, textarea, select, dialog, [data-player]") ||
      event.isComposing
    )
      return;
    const thing = target.closest(".tracks-clip, .tracks-column__head");
    if (thing instanceof HTMLElement && onThing(thing, event)) return event.preventDefault();
    const does = KEYS[named(event)];
    if (!does) return;
    event.preventDefault();
    does();
  });
}

/** @param {KeyboardEvent} event */
function named(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `ctrl+${key}`;
  if (event.altKey) return "";
  return event.shiftKey && key.length > 1 ? `shift+${key}` : key;
}

/** Going about among things, and choosing them. @param {HTMLElement} thing @param {KeyboardEvent} event */
function onThing(thing, event) {
  if (event.key === " ") {
    /** @type {HTMLElement | null} */ (document.querySelector('[data-player="toggle"]'))?.click();
    return true;
  }
  if (event.key === "Enter") {
    choose(nameOf(thing), event.shiftKey && choices().length > 0);
    return true;
  }
  if (!ARROWS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return false;
  const next = neighbour(thing, event.key);
  next?.focus();
  next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/**
 * The next thing on the row, or the nearest in time on the next row.
 * @param {HTMLElement} thing
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
function neighbour(thing, key) {
  const all = /** @type {HTMLElement[]} */ ([
    ...document.querySelectorAll(".timeline__lanes :is(.tracks-clip, .tracks-column__head)"),
  ]);
  const [top, at] = [topOf(thing), startOf(thing.matches(".tracks-clip") ? thing : (thing.parentElement ?? thing))];
  const timed = all.map((other) => ({
    other,
    top: topOf(other),
    at: startOf(other.matches(".tracks-clip") ? other : (other.parentElement ?? other)),
  }));
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const way = key === "ArrowLeft" ? -1 : 1;
    const beside = timed.filter((one) => one.top === top && (one.at - at) * way > 0);
    return beside.sort((one, two) => (one.at - two.at) * way)[0]?.other;
  }
  const way = key === "ArrowUp" ? -1 : 1;
  const beyond = timed.filter((one) => (one.top - top) * way > 0);
  const row = Math.min(...beyond.map((one) => (one.top - top) * way));
  const near = beyond.filter((one) => (one.top - top) * way === row);
  return near.sort((one, two) => Math.abs(one.at - at) - Math.abs(two.at - at))[0]?.other;
}

/** @param {HTMLElement} thing */
function topOf(thing) {
  return Math.round(thing.getBoundingClientRect().top);
}
