/** The library: uploads become cards, cards follow the ingest, a card opens. */

import { connection } from "../socket.js";
import { openUploads } from "../uploads/uploads.js";

/** @type {any} */
const { htmx } = globalThis;

openUploads(/** @type {HTMLElement} */ (document.getElementById("bring")));

document.addEventListener("socket:nudge", (event) => {
  const { what, id } = /** @type {CustomEvent<{ what?: string, id?: string }>} */ (event).detail;
  if (what === "asset" && typeof id === "string") refresh(id);
});
document.addEventListener("uploaded", (event) => refresh(/** @type {CustomEvent<string>} */ (event).detail));
connection();
document.body.addEventListener("storage-changed", () => {
  if (!document.querySelector("#library :is(.asset, .empty)")) htmx.trigger("#library-tools", "submit");
});

document.addEventListener("htmx:afterSwap", (event) => {
  const about = /** @type {HTMLDialogElement} */ (document.getElementById("about"));
  if (event.target === about && !about.open) about.showModal();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  const { successful } = /** @type {CustomEvent<{ successful: boolean }>} */ (event).detail;
  if (successful && form instanceof HTMLFormElement && form.querySelector("[data-closes-after]"))
    form.closest("dialog")?.close();
});
document.getElementById("about")?.addEventListener("close", (event) => {
  for (const playing of /** @type {HTMLElement} */ (event.target).querySelectorAll("video, audio")) {
    /** @type {HTMLMediaElement} */ (playing).pause();
  }
});

/** The cards that are being fetched, and whether each changed once more meanwhile. @type {Map<string, boolean>} */
const asked = new Map();

/** Fetch a card anew, put a new one first, or take out one that no longer belongs here. @param {string} id */
async function refresh(id) {
  if (asked.has(id)) return void asked.set(id, true);
  const template = document.createElement("template");
  do {
    asked.set(id, false);
    const answer = await fetch(`/library/${id}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    template.innerHTML = answer?.ok ? await answer.text() : "";
  } while (asked.get(id));
  asked.delete(id);
  place(id, template.content.firstElementChild);
  htmx.trigger(document.body, "storage-changed");
}

/**
 * @param {string} id
 * @param {Element | null} card
 */
function place(id, card) {
  const known = document.getElementById(`asset-${id}`);
  const belongs = card instanceof HTMLElement && "trashed" in card.dataset === tools().has("trashed");
  if (!belongs) return known?.remove();
  if (known) known.replaceWith(card);
  else if (isOnFirstPage()) {
    document.getElementById("library-empty")?.remove();
    document.getElementById("assets")?.prepend(card);
  }
  htmx.process(card);
}

/** Whether what is new belongs at the top of what is shown. */
function isOnFirstPage() {
  return !tools().get("words") && tools().get("kind") === "all";
}

function tools() {
  return new FormData(/** @type {HTMLFormElement} */ (document.getElementById("library-tools")));
}
