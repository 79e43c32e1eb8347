/**
 * The deck: of a long project the page holds the cards that are near what is looked at. The other scenes stand there by their words, as
 * high as they were; a card in which somebody is, or of which a layer is open, stays. Drawers of cards are filled when they are opened.
 */

import { isRunning, wake } from "./exchange.js";
import { refetch } from "./follow.js";
import { view } from "./view.js";

const NEAR = "25% 0px";
const REST_MS = 60;
const SPARE = 1;
const DRAWERS = ":is(.look, .said, .transition, .layer)[open]";

/** @type {Set<string>} scenes in sight or nearly so */
const near = new Set();
/** The scene at the playhead: what it shows can be taken hold of in the picture. */
let played = "";
/** What is looked at, while parts are put in their places. @type {{ card: HTMLElement, top: number } | null} */
let still = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(nameOf(target));
      else near.delete(nameOf(target));
    }
    look();
  },
  { rootMargin: NEAR },
);

export function openDeck() {
  const others = view.headers;
  view.headers = (what) => ({ ...others(what), "X-View": `scenes?${new URLSearchParams(held())}` });
  document.addEventListener("editor:placing", remember);
  document.addEventListener("editor:placed", placed);
  document.addEventListener("focusin", look);
  document.addEventListener("toggle", opened, true);
  document.addEventListener("piying:playhead", (event) => {
    const { ticks } = /** @type {CustomEvent<{ ticks: number }>} */ (event).detail;
    play(ticks);
  });
  placed();
}

/** What the page is to hold. */
function held() {
  const { whole, wanted, far } = standing();
  const names = far.length > SPARE ? wanted : new Set([...whole, ...wanted]);
  const drawers = [...document.querySelectorAll(`#scene-list ${DRAWERS}`)].map(({ id }) => id);
  return { held: [...names].join(" "), open: [...drawers, `look-${played}`].join(" ") };
}

/** What is looked at stays where it is, whatever comes above it. */
function remember() {
  const seen = isDeck() && cards().find((card) => card.getBoundingClientRect().bottom > innerHeight / 4);
  still = seen ? { card: seen, top: seen.getBoundingClientRect().top } : null;
}

/** What has come is looked after; what a difference left out, or what tells an old number, is asked for. */
function placed() {
  if (still?.card.isConnected) scrollBy(0, still.card.getBoundingClientRect().top - still.top);
  still = null;
  for (const card of cards()) watcher.observe(card);
  for (const name of near) if (!document.getElementById(`scene-${name}`)) near.delete(name);
  const missing = document.querySelectorAll("#scene-list > :is([data-same], [data-misplaced])");
  ask([...missing].map(({ id }) => id.replace(/^scene-/, "")));
  look();
}

/** Look again once it rests. */
function look() {
  if (!isDeck()) return;
  clearTimeout(alarm);
  alarm = setTimeout(change, REST_MS);
}

/** What is on its way may bring what is missing: it is waited for. */
function change() {
  if (isRunning()) return look();
  if (!near.size) return;
  const { whole, wanted, far } = standing();
  const missing = [...wanted].filter((name) => !whole.includes(name) && document.getElementById(`scene-${name}`));
  ask([...missing, ...(far.length > SPARE ? far : [])]);
}

/** The scenes whose cards are here, those that should be, and those of the first that need not. */
function standing() {
  const wanted = new Set([...near, ...busy(), ...(played ? [played] : [])]);
  const whole = cards().filter(isWhole).map(nameOf);
  return { whole, wanted, far: whole.filter((name) => !wanted.has(name)) };
}

/** Scenes in which somebody is, or has a layer open. */
function busy() {
  const places = [document.activeElement, ...document.querySelectorAll("#scene-list :is(.layer, .menu)[open]")];
  return places.map((place) => nameOf(place?.closest(".scene") ?? null)).filter(Boolean);
}

/** A drawer that was not filled yet is opened. @param {Event} event */
function opened(event) {
  const drawer = event.target;
  if (drawer instanceof HTMLDetailsElement && drawer.open && "unread" in drawer.dataset) {
    ask([nameOf(drawer.closest(".scene"))]);
  }
}

/** @param {number} ticks */
function play(ticks) {
  if (!isDeck()) return;
  let end = 0;
  const scene = cards().find((card) => {
    const length = document.getElementById(`length-${nameOf(card)}`) ?? card;
    end += Number(length.dataset.ticks ?? 0);
    return ticks < end;
  });
  const name = nameOf(scene ?? null);
  if (!name || name === played) return;
  played = name;
  ask([name]);
}

/** @param {readonly string[]} names */
function ask(names) {
  if (!names.length) return;
  refetch(names.map((name) => `scene:${name}`));
  wake();
}

function isDeck() {
  return document.querySelector("#scene-list[data-deck]") !== null;
}

function cards() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#scene-list > .scene")]);
}

/** @param {Element} card */
function isWhole(card) {
  return !card.classList.contains("scene--away");
}

/** @param {Element | null} card */
function nameOf(card) {
  return card instanceof HTMLElement ? (card.dataset.scene ?? "") : "";
}
