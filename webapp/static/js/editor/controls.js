/**
 * Controls with `data-edit="target:field"` set that field when they change: the value as it stands, read as JSON with `data-edit-json`,
 * or as a number of which the document counts `data-edit-per` to one. In `data-edit-list="target:field"` the values of all inputs are set.
 * `data-edit-many="target"` sets several fields at once, from JSON. `data-gesture` posts the value to an address.
 */

import { known } from "./follow.js";
import { enqueue, last, touch } from "./queue.js";
import { view } from "./view.js";

const QUIET_MS = 220;
const LIVE = ":is(input:not([type=checkbox]), textarea)[data-edit]";

/** @type {Map<Element, ReturnType<typeof setTimeout>>} */
const alarms = new Map();

export function openControls() {
  document.addEventListener("change", (event) => {
    if (event.target instanceof Element) changed(event.target);
  });
  document.addEventListener("input", (event) => {
    const control = event.target instanceof Element ? event.target : null;
    if (!control?.matches(LIVE) || /** @type {InputEvent} */ (event).isComposing) return;
    clearTimeout(alarms.get(control));
    alarms.set(
      control,
      setTimeout(() => changed(control), QUIET_MS),
    );
  });
}

/**
 * Set a field; what still waits to set the same field is replaced.
 * @param {string} target
 * @param {string} field
 * @param {unknown} value
 */
export function setField(target, field, value) {
  const edit = { kind: "set-field", target, field, value };
  const open = last();
  const before = /** @type {typeof edit | undefined} */ (open?.edit);
  const goesOn = before?.kind === "set-field" && before.target === target && before.field === field;
  if (open && goesOn && open.address === view.edits()) {
    open.edit = edit;
    touch(open);
  } else {
    enqueue({ kind: "edit", edit, base: known.revision });
  }
}

/** @param {Element} control */
function changed(control) {
  clearTimeout(alarms.get(control));
  alarms.delete(control);
  if (!isControl(control) || !isWhole(control)) return;
  const list = /** @type {HTMLElement | null} */ (control.closest("[data-edit-list]"));
  if (list)
    setField(
      ...parted(list.dataset.editList ?? ""),
      [...list.querySelectorAll("input")].map(({ value }) => value),
    );
  const { edit, editMany, gesture } = control.dataset;
  if (gesture) enqueue({ kind: "gesture", address: gesture, form: { value: control.value }, base: known.revision });
  if (editMany) setMany(editMany, JSON.parse(control.value));
  if (!edit || control.value === told.get(control)) return;
  setField(...parted(edit), valueIn(control));
  if (control.matches(LIVE)) told.set(control, control.value);
}

/** What a text control said last: leaving it says nothing new. @type {WeakMap<Element, string>} */
const told = new WeakMap();
document.addEventListener("editor:placed", () => {
  for (const control of document.querySelectorAll(LIVE)) if (control !== document.activeElement) told.delete(control);
});

/**
 * @param {string} target
 * @param {Record<string, unknown>} fields
 */
function setMany(target, fields) {
  const edits = Object.entries(fields).map(([field, value]) => ({ kind: "set-field", target, field, value }));
  enqueue({ kind: "edit", edit: { kind: "group", edits }, base: known.revision });
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {Element} element @returns {element is Control} */
function isControl(element) {
  return [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement].some((kind) => element instanceof kind);
}

/** A number that is half written says nothing yet. @param {Control} control */
function isWhole(control) {
  return control.type !== "number" || (control.value !== "" && control.validity.valid);
}

/** @param {string} edit @returns {[string, string]} */
export function parted(edit) {
  const [target = "", field = ""] = edit.split(":");
  return [target, field];
}

/** @param {Control} control */
function valueIn(control) {
  if (control instanceof HTMLInputElement && control.type === "checkbox") {
    return JSON.parse((control.checked ? control.dataset.on : control.dataset.off) ?? String(control.checked));
  }
  if (control.dataset.editPer) return Math.round(Number(control.value) * Number(control.dataset.editPer));
  return "editJson" in control.dataset ? JSON.parse(control.value) : control.value;
}
