/** The drawer of pictures: one of the tenant's, or a new one, becomes the value of the field that asked. */

import { formToken } from "../base/exchange.js";
import { showToast } from "../base/toasts.js";
import { setField } from "./controls.js";

let wanted = "";

export function openPictures() {
  const drawer = /** @type {HTMLDialogElement} */ (document.getElementById("pictures"));
  const file = /** @type {HTMLInputElement} */ (document.getElementById("picture-file"));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const asking = event.target.closest("[data-pictures]");
    const chosen = event.target.closest("[data-picture]");
    if (asking instanceof HTMLElement) {
      wanted = asking.dataset.pictures ?? "";
      drawer.showModal();
    }
    if (chosen instanceof HTMLElement) choose(drawer, chosen.dataset.picture ?? "");
  });
  file.addEventListener("change", async () => {
    const [picture] = file.files ?? [];
    const digest = picture && (await upload(picture, drawer));
    file.value = "";
    if (digest) choose(drawer, digest);
  });
}

/**
 * @param {HTMLDialogElement} drawer
 * @param {string} digest
 */
function choose(drawer, digest) {
  const [target, field] = wanted.split(":");
  drawer.close();
  if (target && field) setField(target, field, digest);
}

/**
 * @param {File} picture
 * @param {HTMLElement} drawer
 * @returns {Promise<string | null>} the picture's digest, or null where it was refused
 */
async function upload(picture, drawer) {
  const body = new FormData();
  body.append("file", picture);
  drawer.setAttribute("aria-busy", "true");
  const response = await fetch("/assets", {
    method: "POST",
    body,
    headers: { ...formToken(), Accept: "application/json" },
  }).catch(() => null);
  drawer.removeAttribute("aria-busy");
  if (!response) {
    showToast("toast-lost");
    return null;
  }
  const told = await response.json();
  if (!response.ok) {
    refuse(told.message);
    return null;
  }
  document.getElementById("no-pictures")?.remove();
  document.getElementById("picture-list")?.prepend(card(told.digest, told.address, picture.name));
  return told.digest;
}

/**
 * @param {string} digest
 * @param {string} address
 * @param {string} name
 */
function card(digest, address, name) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "pictures__one" });
  button.dataset.picture = digest;
  button.setAttribute("aria-label", name);
  button.append(Object.assign(document.createElement("img"), { src: address, alt: "", width: 120, height: 120 }));
  return button;
}

/** @param {string} words */
function refuse(words) {
  const toast = Object.assign(document.createElement("div"), { className: "toast toast--problem", textContent: words });
  toast.dataset.toast = "";
  document.getElementById("toasts")?.append(toast);
}
