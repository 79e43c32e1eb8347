/** How htmx behaves here: typed text survives a morph, refusals become toasts, a lost connection is told. */

import { showToast } from "./toasts.js";

/** @type {{ Idiomorph?: { defaults: { ignoreActiveValue: boolean } } }} */
const scope = /** @type {any} */ (globalThis);
if (scope.Idiomorph) scope.Idiomorph.defaults.ignoreActiveValue = true;

const REFUSED = 400;

/** @typedef {{ xhr: XMLHttpRequest, shouldSwap: boolean, isError: boolean }} Swap */

document.addEventListener("htmx:beforeSwap", (event) => {
  const swap = /** @type {CustomEvent<Swap>} */ (event).detail;
  if (swap.xhr.status < REFUSED) return;
  swap.shouldSwap = swap.xhr.getResponseHeader("HX-Reswap") !== null;
});

document.addEventListener("htmx:sendError", () => showToast("toast-lost"));
document.addEventListener("htmx:timeout", () => showToast("toast-lost"));

/** The header that proves to the server that a request comes from our own page. @returns {Record<string, string>} */
export function formToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}
