/** A file input with `data-takes-in="address"` posts the text of the chosen subtitle file there. */

import { known } from "./follow.js";
import { enqueue } from "./queue.js";

export function openSubtitles() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.dataset.takesIn) take(input, input.dataset.takesIn);
  });
}

/** @param {HTMLInputElement} input @param {string} address */
async function take(input, address) {
  const value = await input.files?.[0]?.text();
  input.value = "";
  if (value !== undefined) enqueue({ kind: "gesture", address, form: { value }, base: known.revision });
}
