/**
 * Buttons with `data-shows="address"` show the film at that address over the poster beside them, one at a time; a second press, or its end,
 * takes it away. The film is made when it is first asked for.
 */

import { whenMade } from "../base/made.js";
import { showToast } from "../base/toasts.js";

/** @type {{ button: HTMLElement, film: HTMLVideoElement } | null} */
let shown = null;

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-shows]") : null;
  if (!(button instanceof HTMLElement)) return;
  const again = shown?.button === button;
  takeAway();
  if (!again) show(button);
});

/** @param {HTMLElement} button */
async function show(button) {
  const film = document.createElement("video");
  const mine = { button, film };
  shown = mine;
  button.setAttribute("aria-pressed", "true");
  button.setAttribute("aria-busy", "true");
  const address = await whenMade(button.dataset.shows ?? "", () => shown === mine);
  button.removeAttribute("aria-busy");
  if (shown !== mine) return;
  if (!address) return fail();
  film.className = "person__film";
  film.playsInline = true;
  film.src = address;
  film.addEventListener("ended", () => shown === mine && takeAway());
  button.before(film);
  await film.play().catch(() => shown === mine && fail());
}

function fail() {
  takeAway();
  showToast("toast-sample");
}

function takeAway() {
  shown?.film.pause();
  shown?.film.remove();
  shown?.button.setAttribute("aria-pressed", "false");
  shown?.button.removeAttribute("aria-busy");
  shown = null;
}
