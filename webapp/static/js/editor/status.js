/** What the bar says about saving, and what the page says in toasts. The words come with the page. */

import { showToast } from "../base/toasts.js";

/** @typedef {"saved" | "saving" | "offline" | "failing" | "signedOut"} State */

const SLOW_MS = 250;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let later;

/**
 * Say how it stands. Saving that takes no time is not mentioned.
 * @param {State} state
 * @param {number} revision
 */
export function tell(state, revision) {
  const before = document.documentElement.dataset.saved;
  document.documentElement.dataset.saved = state;
  if (state === "saving" && before === "saved") later = setTimeout(() => write(state, revision), SLOW_MS);
  if (state === "saving") return;
  clearTimeout(later);
  write(state, revision);
}

/** @param {string} templateId */
export function tellToast(templateId) {
  showToast(templateId);
}

/** Hand back words whose place is gone. @param {string} text */
export function tellKept(text) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("toast-words"));
  const toast = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  /** @type {HTMLElement} */ (toast.querySelector("span")).textContent = words().keptText ?? "";
  /** @type {HTMLTextAreaElement} */ (toast.querySelector("textarea")).value = text;
  document.getElementById("toasts")?.append(toast);
}

/**
 * @param {State} state
 * @param {number} revision
 */
function write(state, revision) {
  const place = /** @type {HTMLElement} */ (document.getElementById("saved"));
  const text = (words()[state] ?? "").replace("{n}", String(revision));
  if (place.textContent !== text) place.textContent = text;
  place.dataset.state = state;
}

function words() {
  return /** @type {HTMLElement} */ (document.getElementById("words")).dataset;
}

document.addEventListener("click", (event) => {
  if (event.target instanceof Element) event.target.closest("[data-closes-kept]")?.closest(".toast")?.remove();
});
