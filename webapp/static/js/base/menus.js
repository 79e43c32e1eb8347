/** Menus are details elements: one is open at a time; Escape or a click elsewhere closes it. */

/** @param {EventTarget | null} [except] the element a menu may hold to stay open */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!(except instanceof Node && menu.contains(except))) menu.removeAttribute("open");
  }
}

document.addEventListener("pointerdown", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  closeMenus();
  if (open?.contains(document.activeElement)) open.querySelector("summary")?.focus();
});
