/** Parts of the page that the server sent take the place of the old ones, without touching what somebody is doing there. */

import { meet, receive } from "./text.js";

/** @type {{ morph: (old: Element, now: Element, options: object) => void }} */
const idiomorph = /** @type {any} */ (globalThis).Idiomorph;

/**
 * Put parts in their places, by the ids of their roots.
 * @param {string} html
 * @param {number} revision
 * @returns {boolean} whether every part had a place
 */
export function place(html, revision) {
  const sent = document.createElement("template");
  sent.innerHTML = html;
  let placed = true;
  document.dispatchEvent(new CustomEvent("editor:placing"));
  for (const part of [...sent.content.children]) {
    const old = document.getElementById(part.id);
    if (old)
      idiomorph.morph(old, part, {
        morphStyle: "outerHTML",
        ignoreActiveValue: false,
        callbacks: callbacks(revision),
      });
    else placed = false;
  }
  document.dispatchEvent(new CustomEvent("editor:placed", { detail: { revision } }));
  return placed;
}

/**
 * @param {number} revision
 */
function callbacks(revision) {
  return {
    /** @param {Node} old @param {Node} now */
    beforeNodeMorphed: (old, now) => morphable(old, now, revision),
    /** @param {Node} node */
    afterNodeAdded: (node) => {
      for (const area of areasIn(node)) meet(area, revision);
    },
    /** What is open, and where scripts have put something, is the page's own. @param {string} name */
    beforeAttributeUpdated: (name) => name !== "open" && name !== "style",
  };
}

/**
 * @param {Node} old
 * @param {Node} now
 * @param {number} revision
 */
function morphable(old, now, revision) {
  if (!(old instanceof HTMLElement && now instanceof HTMLElement)) return true;
  if (old.hasAttribute("data-kept")) return false;
  if ("same" in now.dataset) return stays(old, now);
  if (old.dataset.scene) keepHeight(old, now);
  if (old instanceof HTMLTextAreaElement && now instanceof HTMLTextAreaElement && old.dataset.block) {
    exchange(old, now, revision);
    return false;
  }
  if (old.dataset.counts) return false;
  const written = old instanceof HTMLInputElement || old instanceof HTMLTextAreaElement;
  return !(old === document.activeElement && written && isBusy(old));
}

/**
 * @param {HTMLTextAreaElement} old
 * @param {HTMLTextAreaElement} now
 * @param {number} revision
 */
function exchange(old, now, revision) {
  const same = old.dataset.block === now.dataset.block && old.dataset.language === now.dataset.language;
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (same) return receive(old, now.defaultValue, revision);
  old.defaultValue = now.defaultValue;
  old.value = now.defaultValue;
  meet(old, revision);
}

/**
 * What is sent by its name alone is as it was; how long it lasts may be new, and what it tells of its place may be old.
 * @param {HTMLElement} old
 * @param {HTMLElement} now
 */
function stays(old, now) {
  if (old.dataset.place && now.dataset.place)
    old.toggleAttribute("data-misplaced", old.dataset.place !== now.dataset.place);
  if (old.dataset.ticks && now.dataset.ticks) old.dataset.ticks = now.dataset.ticks;
  return false;
}

/** A card that goes away leaves a place as high as it was. @param {HTMLElement} old @param {HTMLElement} now */
function keepHeight(old, now) {
  const isAway = now.classList.contains("scene--away");
  if (!isAway) old.style.removeProperty("min-height");
  else if (!old.classList.contains("scene--away")) old.style.minHeight = `${old.offsetHeight}px`;
}

/** Somebody is in the middle of writing or dragging. @param {HTMLInputElement | HTMLTextAreaElement} input */
function isBusy(input) {
  return input.type === "range" || input.type === "color" || input.value !== input.defaultValue;
}

/** @param {Node} node @returns {HTMLTextAreaElement[]} */
function areasIn(node) {
  if (!(node instanceof Element)) return [];
  const inside = [...node.querySelectorAll("textarea[data-block]")];
  return /** @type {HTMLTextAreaElement[]} */ (node.matches("textarea[data-block]") ? [node, ...inside] : inside);
}
