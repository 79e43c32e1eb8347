/** A select with `data-acts` places the chosen action at the caret of its scene's words, or at the start of the first passage. */

import { known } from "./follow.js";
import { enqueue } from "./queue.js";
import { characters } from "./splices.js";
import { textIn } from "./text.js";

/** The words in the first language: actions, and where a scene is parted, hang on those. */
const FIRST = "[data-block]:not([data-second])";

/** @type {HTMLTextAreaElement | null} */
let written = null;

export function openActing() {
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement && event.target.matches(FIRST)) written = event.target;
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.dataset.acts && event.target.value) act(event.target);
  });
}

/** @param {HTMLSelectElement} select */
function act(select) {
  const { acts = "", blockFirst = "", language = "" } = select.dataset;
  const area =
    written?.isConnected && written.closest("[data-scene]") === select.closest("[data-scene]") ? written : null;
  const text = area ? textIn(area) : undefined;
  const at = area && text !== undefined ? characters(text.slice(0, area.selectionStart)) : 0;
  const form = { value: select.value, language, at: String(at) };
  const address = `${acts}${area?.dataset.block ?? blockFirst}/actions`;
  enqueue({ kind: "gesture", address, form, base: known.revision, ...(text === undefined ? {} : { text }) });
  select.value = "";
}
