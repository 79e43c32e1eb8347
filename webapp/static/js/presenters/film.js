/** A button with `data-takes` puts the place at which the film beside it stands into the field of that id, in seconds, on a frame. */

const FRAMES_PER_SECOND = 25;

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-takes]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const film = button.closest("[data-film]")?.querySelector("video");
  const field = document.getElementById(button.dataset.takes ?? "");
  if (film && field instanceof HTMLInputElement) {
    field.value = (Math.round(film.currentTime * FRAMES_PER_SECOND) / FRAMES_PER_SECOND).toFixed(2);
  }
});
