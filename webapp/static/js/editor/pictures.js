/**
 * The drawer of the tenant's own material. `data-pictures="target:field"` opens it, and what is chosen becomes the value of that field;
 * `data-kinds` says what is offered: `image`, `video`, `audio`, parted by spaces; pictures if it says nothing. `data-brings` posts what is
 * chosen to an address. Others call `chooseMaterial`.
 */

import { openUploads } from "../uploads/uploads.js";
import { parted, setField } from "./controls.js";
import { known } from "./follow.js";
import { enqueue } from "./queue.js";

/** @typedef {{ digest: string, kind: string, width: number, height: number, ticks: number }} Material */

const PICTURES = "image";

/** @type {(chosen: Material) => void} */
let answer = () => {};
let kinds = PICTURES;

/** @type {any} */
const { htmx } = globalThis;

export function openPictures() {
  openUploads(/** @type {HTMLElement} */ (document.getElementById("bring")));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const asking = event.target.closest("[data-pictures], [data-brings]");
    const chosen = event.target.closest("[data-picture]");
    if (asking instanceof HTMLElement) ask(asking.dataset);
    if (chosen instanceof HTMLElement) choose(chosen);
  });
  document.getElementById("picture-words")?.addEventListener("input", list);
  document.addEventListener("socket:nudge", (event) => {
    if (/** @type {CustomEvent<{ what?: string }>} */ (event).detail.what === "asset") list();
  });
}

/**
 * Open the drawer for somebody who wants material of some kinds.
 * @param {string} wanted kinds parted by spaces
 * @param {(chosen: Material) => void} then
 */
export function chooseMaterial(wanted, then) {
  kinds = wanted;
  answer = then;
  list();
  drawer().showModal();
}

/** @param {DOMStringMap} wish */
function ask({ pictures = "", brings, kinds = PICTURES }) {
  chooseMaterial(kinds, ({ digest }) => {
    if (brings) enqueue({ kind: "gesture", address: brings, form: { value: digest }, base: known.revision });
    else setField(...parted(pictures), digest);
  });
}

/** @param {HTMLElement} button */
function choose(button) {
  const { picture = "", kind = "", width = "0", height = "0", ticks = "0" } = button.dataset;
  drawer().close();
  answer({ digest: picture, kind, width: Number(width), height: Number(height), ticks: Number(ticks) });
}

/** Show what there is now. */
function list() {
  const words = /** @type {HTMLInputElement} */ (document.getElementById("picture-words")).value;
  const address = `/library/choices?${new URLSearchParams({ kinds, words })}`;
  htmx.ajax("GET", address, { target: "#picture-list", swap: "morph:outerHTML" });
}

function drawer() {
  return /** @type {HTMLDialogElement} */ (document.getElementById("pictures"));
}
