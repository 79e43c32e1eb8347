/** The toolbar, the buttons of the inspector, and looking closer by wheel or fingers. */

import { chooseMaterial } from "../editor/pictures.js";
import { add, addMaterial, command, moveBy, ticksFrom } from "./commands.js";
import { part, sheet, zoom } from "./sheet.js";

const WHEEL = 0.002;

export function openTools() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const { tool, adds, addsMaterial } = button.dataset;
    if (tool) command(tool);
    if (adds) add(adds);
    if (addsMaterial) chooseMaterial(addsMaterial, addMaterial);
    if (adds || addsMaterial) button.closest("details[data-menu]")?.removeAttribute("open");
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset.toolValue !== "move") return;
    moveBy(ticksFrom(input.value) ?? 0);
    input.value = "0";
  });
  openZoom();
}

function openZoom() {
  const scroll = part("scroll");
  scroll.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(sheet.scale * Math.exp(-event.deltaY * WHEEL), event.clientX);
    },
    { passive: false },
  );
  let apart = 0;
  scroll.addEventListener("touchstart", (event) => (apart = spread(event)), { passive: true });
  scroll.addEventListener(
    "touchmove",
    (event) => {
      const now = spread(event);
      if (!now || !apart) return;
      event.preventDefault();
      zoom((sheet.scale * now) / apart, middle(event));
      apart = now;
    },
    { passive: false },
  );
}

/** How far two fingers are apart; 0 where there are not two. @param {TouchEvent} event */
function spread(event) {
  const [one, two] = event.touches;
  return one && two && event.touches.length === 2
    ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY)
    : 0;
}

/** @param {TouchEvent} event */
function middle(event) {
  const [one, two] = event.touches;
  return one && two ? (one.clientX + two.clientX) / 2 : 0;
}
