/** What the apps of chosen platforms cover of the picture. The choice is this person's own: a cookie keeps it, and the server reads it there. */

import { wake } from "../editor/exchange.js";
import { refetch } from "../editor/follow.js";

/** @typedef {{ name: string, top: number, right: number, bottom: number, left: number }} Cover parts per 10,000 of the picture */

const COOKIE = "piying_platforms";
const YEAR_S = 365 * 24 * 3600;
const EDGES = /** @type {const} */ (["top", "right", "bottom", "left"]);

/** @param {HTMLElement} canvas */
export function openCovers(canvas) {
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset.platform) choose();
  });
  document.addEventListener("editor:placed", () => draw(canvas));
  draw(canvas);
}

function choose() {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-platform]:checked"));
  const names = [...boxes].map((box) => box.dataset.platform).join(".");
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser that the studio serves
  document.cookie = `${COOKIE}=${names}; path=/; max-age=${YEAR_S}; samesite=lax`;
  refetch(["shapes"]);
  wake();
}

/** @param {HTMLElement} canvas */
function draw(canvas) {
  /** @type {Cover[]} */
  const covers = JSON.parse(document.getElementById("platforms")?.dataset.covered ?? "[]");
  const strips = covers.flatMap((cover) => EDGES.filter((edge) => cover[edge] > 0).map((edge) => strip(cover, edge)));
  canvas.querySelector(".canvas__covers")?.replaceChildren(...strips);
}

/** @param {Cover} cover @param {(typeof EDGES)[number]} edge */
function strip(cover, edge) {
  const element = document.createElement("div");
  element.className = `cover cover--${edge}`;
  const upright = edge === "left" || edge === "right";
  element.style[upright ? "width" : "height"] = `${cover[edge] / 100}%`;
  if (upright) {
    element.style.top = `${cover.top / 100}%`;
    element.style.bottom = `${cover.bottom / 100}%`;
  } else {
    element.textContent = edge === "bottom" ? cover.name : "";
  }
  return element;
}
