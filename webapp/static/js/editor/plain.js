/**
 * Before and after: a button with `data-shows-plain` shows presenters without what flatters them, and with it again. Whoever moves a slider
 * wants to see what it does.
 */

let plain = false;

export function openPlain() {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-shows-plain]")) show(!plain);
  });
  document.addEventListener("input", (event) => {
    if (plain && event.target instanceof Element && event.target.closest(".beauty")) show(false);
  });
  document.addEventListener("editor:placed", mark);
}

/** @param {boolean} wanted */
function show(wanted) {
  plain = wanted;
  mark();
  document.dispatchEvent(new CustomEvent("piying:plain", { detail: { plain } }));
}

function mark() {
  for (const button of document.querySelectorAll("[data-shows-plain]"))
    button.setAttribute("aria-pressed", String(plain));
}
