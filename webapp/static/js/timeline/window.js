/** The window: the scenes that the page holds. Going elsewhere, or looking more closely, fetches others. */

import { wake } from "../editor/exchange.js";
import { refetch } from "../editor/follow.js";
import { view } from "../editor/view.js";
import { choices } from "./choice.js";
import { inSight, part, sheet, TICKS } from "./sheet.js";

const REST_MS = 90;
const TOO_WIDE = 5;

/** The stretch that was asked for last. @type {[number, number]} */
let wanted = [0, 0];
let asked = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;

export function openWindow() {
  const others = view.headers;
  view.headers = (what) => ({ ...others(what), ...headers(what) });
  part("scroll").addEventListener("scroll", look, { passive: true });
  document.addEventListener("timeline:scale", look);
  new ResizeObserver(look).observe(part("scroll"));
}

/** Look again once it rests. */
export function look() {
  clearTimeout(alarm);
  alarm = setTimeout(fetchMissing, REST_MS);
}

function fetchMissing() {
  const [from, until] = inSight();
  const width = Math.max(until - from, TICKS);
  const missing = from < sheet.start || (until > sheet.end && sheet.end < sheet.duration);
  const coarse = document.querySelector(".tracks-column--coarse") !== null;
  const wide = sheet.end - sheet.start > width * (coarse ? 2 : TOO_WIDE) && sheet.first !== sheet.last;
  if (missing || wide) ask([Math.max(0, Math.floor(from - width / 3)), Math.ceil(until + width / 3)]);
}

/** Scenes are whole, so an answer may be wider than what was asked for: the same is not asked again and again. @param {[number, number]} stretch */
function ask(stretch) {
  const question = [...stretch, sheet.first, sheet.last].join(" ");
  if (question === asked) return;
  asked = question;
  wanted = stretch;
  refetch(["window"]);
  wake();
}

/** @param {readonly string[]} what */
function headers(what) {
  const seen = new URLSearchParams({ first: sheet.first, last: sheet.last, chosen: choices().join(" ") });
  if (what.includes("window")) {
    seen.set("from", String(wanted[0]));
    seen.set("until", String(wanted[1]));
  }
  return { "X-View": `tracks?${seen}` };
}
