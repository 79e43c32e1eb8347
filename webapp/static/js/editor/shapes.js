/**
 * Shapes: which of the ad's shapes this tab shows. The page's address keeps it, the server draws it, the preview hears of it by
 * `piying:shape`; looks that are changed meanwhile are that shape's own.
 */

import { wake } from "./exchange.js";
import { refetch } from "./follow.js";
import { view } from "./view.js";

/** The shape that is wanted; the cards may still be those of another. */
let wanted = "";
/** @type {Set<string> | null} what there was before one was added */
let before = null;

/** @param {string} project */
export function openShapes(project) {
  wanted = drawn();
  const { headers } = view;
  view.headers = (what) => (wanted ? { ...headers(what), "X-Shape": wanted } : headers(what));
  view.edits = () => (drawn() ? `/projects/${project}/shapes/${drawn()}/edits` : undefined);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.showsShape !== undefined) show(button.dataset.showsShape);
    if (button?.dataset.addsShape !== undefined) before = new Set(names());
  });
  document.addEventListener("editor:placed", settle);
}

/** The shape that the cards show. */
function drawn() {
  return bar()?.dataset.shape ?? "";
}

/** @param {string} shape */
function show(shape) {
  if (shape === wanted) return;
  wanted = shape;
  history.replaceState(history.state, "", inShape(location.href));
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".views__one")))
    link.href = inShape(link.href);
  const { ratio } = buttons().find((button) => button.dataset.showsShape === shape)?.dataset ?? {};
  document.dispatchEvent(new CustomEvent("piying:shape", { detail: { shape, ratio } }));
  refetch(["scenes", "settings"]);
  wake();
}

/** An address of the project, in the wanted shape. @param {string} href */
function inShape(href) {
  const address = new URL(href);
  if (wanted) address.searchParams.set("shape", wanted);
  else address.searchParams.delete("shape");
  return address.href;
}

/** One that was just added is shown; one that somebody has removed gives way to the main shape. */
function settle() {
  const fresh = before && names().find((name) => !before?.has(name));
  if (fresh) before = null;
  if (fresh) show(fresh);
  else if (wanted && !names().includes(wanted)) show("");
}

function names() {
  return buttons().map((button) => button.dataset.showsShape ?? "");
}

function buttons() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-shows-shape]"))];
}

function bar() {
  return document.getElementById("shapes");
}
