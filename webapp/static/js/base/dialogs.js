/** `data-opens="id"` opens a dialog, `data-closes` closes the one it stands in; so does a click on the veil. */

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-opens]");
  if (opener instanceof HTMLElement) return open(opener);
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-closes]"))) dialog.close();
});

/** @param {HTMLElement} opener */
function open(opener) {
  const dialog = document.getElementById(opener.dataset.opens ?? "");
  opener.closest("details[data-menu]")?.removeAttribute("open");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}
