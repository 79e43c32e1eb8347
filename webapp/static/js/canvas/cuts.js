/** A button with `data-shows-cut` plays the moment in which a scene gives way to the next. */

import { scenes } from "./scenes.js";

const AROUND_TICKS = 240_000;

export function openCuts() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-shows-cut]") : null;
    const scene = scenes().find(({ id }) => id === button?.getAttribute("data-shows-cut"));
    if (!scene) return;
    const cut = scene.start + scene.duration;
    const detail = { from: Math.max(scene.start, cut - AROUND_TICKS), until: cut + AROUND_TICKS };
    document.dispatchEvent(new CustomEvent("piying:play-range", { detail }));
  });
}
