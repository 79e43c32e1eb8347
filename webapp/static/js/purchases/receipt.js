/** A receipt's button opens the browser's own window for printing. */

document.querySelector("[data-prints]")?.addEventListener("click", () => window.print());
