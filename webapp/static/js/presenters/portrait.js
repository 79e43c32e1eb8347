/** The portrait that was chosen is shown where it was dropped; one that is too large is told before it travels. */

const area = document.querySelector("[data-portrait]");
const input = area?.querySelector("input");
input?.addEventListener("change", () => show(input));

/** @param {HTMLInputElement} chosen */
function show(chosen) {
  const file = chosen.files?.[0];
  const picture = area?.querySelector("img");
  const name = area?.querySelector("[data-name]");
  const large = document.querySelector("[data-large]");
  if (!file || !picture || !name || !(large instanceof HTMLElement)) return;
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(file);
  picture.hidden = false;
  name.textContent = file.name;
  large.hidden = file.size <= Number(chosen.dataset.bytesMax);
  chosen.setCustomValidity(large.hidden ? "" : (large.textContent ?? ""));
}
