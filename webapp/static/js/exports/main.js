/** Exports: a quote is asked for again when the project was saved, a card when the server says that its export has changed. */

document.addEventListener("piying:saved", () => {
  const dialog = document.querySelector("[data-export-dialog][open]");
  const wish = dialog?.querySelector("#export-wish");
  if (wish && !dialog?.querySelector("[data-export]")) wish.dispatchEvent(new CustomEvent("piying:offer"));
});

document.addEventListener("socket:nudge", (event) => {
  const { what, id } = /** @type {CustomEvent<{ what: string, id?: string }>} */ (event).detail;
  if (what === "export") document.getElementById(`export-${id}`)?.dispatchEvent(new CustomEvent("piying:changed"));
});
