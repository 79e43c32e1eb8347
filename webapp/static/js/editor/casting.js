/** A button with `data-casts` opens the dialog of presenters; whoever is picked there goes into the scene with shot and outfit. */

import { known } from "./follow.js";
import { enqueue } from "./queue.js";

/** Where the choice goes, and the outfit that is worn now. */
let address = "";
let worn = "";

/** @type {any} */
const { htmx } = globalThis;

export function openCasting() {
  const form = document.getElementById("casting-form");
  if (!(form instanceof HTMLFormElement)) return;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-casts]") : null;
    if (button instanceof HTMLElement) ask(button.dataset, form);
  });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) picked(form);
  });
  form.addEventListener("dblclick", (event) => {
    if (event.target instanceof Element && event.target.closest("label.choice")) form.requestSubmit();
  });
  form.addEventListener("submit", () => cast(form));
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element && event.target.id === "casting-people") picked(form);
  });
}

/** @param {DOMStringMap} wish @param {HTMLFormElement} form */
function ask({ casts = "", picked = "", shot, outfit = "" }, form) {
  address = casts;
  worn = outfit;
  const search = /** @type {HTMLFormElement} */ (document.getElementById("casting-search"));
  search.reset();
  /** @type {HTMLInputElement} */ (search.elements.namedItem("picked")).value = picked;
  form.reset();
  if (shot) field(form, "shot").value = shot;
  dialog().showModal();
  htmx.trigger(search, "casting:open");
}

/** Show the outfits of whoever is picked. @param {HTMLFormElement} form */
function picked(form) {
  const radio = form.querySelector("input[name=value]:checked");
  const outfits = /** @type {[string, string][]} */ (
    radio instanceof HTMLElement ? JSON.parse(radio.dataset.outfits ?? "[]") : []
  );
  const select = field(form, "outfit");
  const [first] = select.options;
  select.replaceChildren(...(first ? [first] : []), ...outfits.map(([id, name]) => new Option(name, id)));
  select.value = outfits.some(([id]) => id === worn) ? worn : "";
  /** @type {HTMLElement} */ (document.getElementById("casting-outfits")).hidden = !outfits.length;
  /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]")).disabled = !radio;
}

/** @param {HTMLFormElement} form */
function cast(form) {
  const radio = form.querySelector("input[name=value]:checked");
  if (!(radio instanceof HTMLInputElement)) return;
  const wish = { value: radio.value, shot: field(form, "shot").value, outfit: field(form, "outfit").value };
  enqueue({ kind: "gesture", address, form: wish, base: known.revision });
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  return /** @type {HTMLSelectElement} */ (form.elements.namedItem(name));
}

function dialog() {
  return /** @type {HTMLDialogElement} */ (document.getElementById("casting"));
}
