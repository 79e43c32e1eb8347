/** What is chosen: several clips, or one scene, passage or track. The inspector shows it, as the server knows it. */

import { wake } from "../editor/exchange.js";
import { refetch } from "../editor/follow.js";
import { part } from "./sheet.js";

/** @type {string[]} */
let chosen = [];

export function openChoice() {
  chosen = new URLSearchParams(location.search).get("chosen")?.split(" ").filter(Boolean) ?? [];
  document.addEventListener("click", (event) => {
    const thing = event.target instanceof Element ? event.target.closest("[data-clip], [data-chooses]") : null;
    if (thing instanceof HTMLElement) choose(nameOf(thing), event.shiftKey || event.ctrlKey || event.metaKey);
    else if (event.target === part("lanes") || event.target === part("window")) choose("");
  });
  mark();
}

export function choices() {
  return chosen;
}

/** The clips among what is chosen, as they stand on the page. @returns {HTMLElement[]} */
export function chosenClips() {
  const found = chosen.map((name) => document.getElementById(`clip-${name}`));
  return /** @type {HTMLElement[]} */ (found.filter((clip) => clip));
}

/** @param {string} name empty for nothing @param {boolean} [more] beside what is chosen */
export function choose(name, more = false) {
  const before = chosen;
  const clip = document.getElementById(`clip-${name}`);
  if (!more || !clip) chosen = name ? [name] : [];
  else if (chosen.includes(name)) chosen = chosen.filter((other) => other !== name);
  else chosen = [...chosen.filter((other) => document.getElementById(`clip-${other}`)), name];
  mark();
  if (chosen.join(" ") === before.join(" ")) return;
  refetch(["inspector"]);
  wake();
}

/** Show on the page what is chosen; the last of it can be reached by Tab. */
export function mark() {
  const last = chosen.at(-1);
  for (const thing of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".timeline [data-clip], .timeline [data-chooses]")
  )) {
    const is = chosen.includes(nameOf(thing));
    if (is !== (thing.getAttribute("aria-pressed") === "true")) thing.setAttribute("aria-pressed", String(is));
    if (thing.matches(".tracks-clip, .tracks-column__head")) thing.tabIndex = nameOf(thing) === last ? 0 : -1;
  }
  if (!document.querySelector(".timeline__lanes [tabindex='0']")) {
    const first = document.querySelector(".timeline__lanes .tracks-clip, .timeline__lanes .tracks-column__head");
    if (first instanceof HTMLElement) first.tabIndex = 0;
  }
}

/** @param {HTMLElement} thing */
export function nameOf(thing) {
  return thing.dataset.clip ?? thing.dataset.chooses ?? "";
}
