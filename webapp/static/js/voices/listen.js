/**
 * Buttons with `data-listens="address"` play the sound at that address, one at a time; a second press stops it. Where the sound is still
 * being made (202), the address is asked again until it is there. `data-listens-to` names a select whose value fills `{id}`.
 */

import { whenMade } from "../base/made.js";
import { showToast } from "../base/toasts.js";

/** @type {{ button: HTMLElement, audio: HTMLAudioElement } | null} */
let playing = null;

export function openListening() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-listens]") : null;
    if (button instanceof HTMLElement) press(button);
  });
}

/** @param {HTMLElement} button */
function press(button) {
  const again = playing?.button === button;
  stop();
  if (!again) play(button);
}

function stop() {
  playing?.audio.pause();
  if (playing) show(playing.button, "false");
  playing = null;
}

/** @param {HTMLElement} button */
async function play(button) {
  const mine = { button, audio: new Audio() };
  playing = mine;
  show(button, "true");
  button.setAttribute("aria-busy", "true");
  const sound = await whenMade(addressOf(button), () => playing === mine);
  button.removeAttribute("aria-busy");
  if (playing !== mine) return;
  if (!sound) return fail();
  mine.audio.src = sound;
  mine.audio.addEventListener("ended", () => playing === mine && stop());
  await mine.audio.play().catch(() => playing === mine && fail());
}

function fail() {
  stop();
  showToast("toast-voice");
}

/** @param {HTMLElement} button */
function addressOf(button) {
  const { listens = "", listensTo, usual = "" } = button.dataset;
  const chooser = listensTo ? document.getElementById(listensTo) : null;
  return chooser instanceof HTMLSelectElement ? listens.replace("{id}", chooser.value || usual) : listens;
}

/**
 * @param {HTMLElement} button
 * @param {"true" | "false"} pressed
 */
function show(button, pressed) {
  button.setAttribute("aria-pressed", pressed);
}
