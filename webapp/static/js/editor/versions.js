/** The drawer of versions: its list is fetched when it opens, and again when a state was given a name. */

import { formToken } from "../base/exchange.js";
import { tellTimes } from "../base/times.js";

export function openVersions() {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("name-version"));
  const address = form.dataset.versions ?? "";
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[data-opens="versions"]')) fetchList(address, {});
  });
  document.addEventListener("toggle", openChanges, { capture: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams([["name", String(new FormData(form).get("name"))]]);
    if (await fetchList(address, { method: "POST", body })) form.reset();
  });
  document.addEventListener("piying:saved", () => {
    const dialog = document.getElementById("versions");
    if (dialog instanceof HTMLDialogElement && dialog.open) fetchList(address, {});
  });
}

/** What has changed since a version, when somebody wants to know. @param {Event} event */
async function openChanges(event) {
  const drawer = event.target;
  if (!(drawer instanceof HTMLDetailsElement) || !drawer.open || !drawer.dataset.changes) return;
  const response = await fetch(drawer.dataset.changes, { headers: { "HX-Request": "true" } }).catch(() => null);
  const place = drawer.lastElementChild;
  if (response?.ok && place) place.outerHTML = await response.text();
}

/**
 * @param {string} address
 * @param {RequestInit} request
 */
async function fetchList(address, request) {
  const headers = { ...formToken(), "HX-Request": "true" };
  const response = await fetch(address, { ...request, headers }).catch(() => null);
  const html = (await response?.text()) ?? "";
  if (response?.ok) {
    const list = /** @type {HTMLElement} */ (document.getElementById("version-list"));
    list.outerHTML = html;
    tellTimes(/** @type {HTMLElement} */ (document.getElementById("version-list")));
  } else if (response?.headers.has("HX-Reswap")) {
    document.getElementById("toasts")?.insertAdjacentHTML("beforeend", html);
  }
  return response?.ok ?? false;
}
