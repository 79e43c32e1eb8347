/** What clips look like: a picture itself, a film's thumbnails, a sound's waveform. They are there once the material was looked through. */

import { sheet, startOf, TICKS } from "./sheet.js";

const PEAK_TICKS = TICKS / 50;
const QUIET = 3;
const SILENCE_PEAKS = 15;
const WAVE_PX_MAX = 4_000;

/** @type {Map<string, Promise<Int8Array | null>>} */
const known = new Map();
/** @type {Map<string, Promise<number>>} how long films are, in ticks; 0 where that is not known yet */
const lengths = new Map();

/** Draw what is known of the clips on the page. */
export function drawSounds() {
  for (const clip of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".tracks-clip[data-asset]"))) {
    if (clip.matches(".tracks-clip--audio")) drawWave(clip);
    else if (clip.matches(".tracks-clip--video")) showStrip(clip);
    else showPicture(clip);
  }
}

/**
 * Where a clip is silent for a while: the middle of each silence, in ticks of the project.
 * @param {HTMLElement} clip
 * @returns {Promise<number[]>}
 */
export async function silences(clip) {
  const peaks = await peaksOf(clip.dataset.asset ?? "");
  if (!peaks) return [];
  const [from, until] = heard(clip, peaks);
  const found = [];
  for (let at = from, quiet = from; at <= until; at++) {
    const loud = at === until || Math.max(-(peaks[2 * at] ?? 0), peaks[2 * at + 1] ?? 0) > QUIET;
    if (!loud) continue;
    if (at - quiet >= SILENCE_PEAKS && quiet > from && at < until) found.push((quiet + at) / 2);
    quiet = at + 1;
  }
  return found.map((peak) => startOf(clip) + (peak * PEAK_TICKS - Number(clip.dataset.source ?? 0)) / speedOf(clip));
}

/** @param {HTMLElement} clip */
function showPicture(clip) {
  const address = addressOf(clip.dataset.asset ?? "", "poster");
  if (clip.style.backgroundImage.includes(address)) return;
  clip.style.backgroundImage = `url("${address}")`;
}

/**
 * The film's thumbnails, each under the time it shows. Their places are told in the sheet's scale, so that zooming needs no drawing.
 * @param {HTMLElement} clip
 */
async function showStrip(clip) {
  const asset = clip.dataset.asset ?? "";
  const ticks = await lengthOf(asset);
  if (!ticks) {
    lengths.delete(asset);
    showPicture(clip);
    return;
  }
  const [length, from] = [ticks, Number(clip.dataset.source ?? 0)].map((time) => time / TICKS / speedOf(clip));
  clip.style.backgroundImage = `url("${addressOf(asset, "strip")}")`;
  clip.style.backgroundSize = `calc(${length} * var(--scale) * 1px) 100%`;
  clip.style.backgroundPosition = `calc(${-(from ?? 0)} * var(--scale) * 1px) center`;
}

/** @param {string} asset @returns {Promise<number>} */
function lengthOf(asset) {
  const length = lengths.get(asset) ?? fetchLength(asset);
  lengths.set(asset, length);
  return length;
}

/** @param {string} asset */
async function fetchLength(asset) {
  const response = await fetch(addressOf(asset, "strip"), { method: "HEAD" }).catch(() => null);
  return response?.ok ? Number(response.headers.get("X-Film-Ticks")) : 0;
}

/** @param {HTMLElement} clip */
async function drawWave(clip) {
  const peaks = await peaksOf(clip.dataset.asset ?? "");
  const width = Math.min(WAVE_PX_MAX, Math.round((Number(clip.dataset.for) / TICKS) * sheet.scale));
  if (!peaks || !clip.isConnected || clip.querySelector("canvas")?.width === width) return;
  const canvas = clip.querySelector("canvas") ?? clip.appendChild(document.createElement("canvas"));
  Object.assign(canvas, { className: "wave", width, height: 32 });
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const [from, until] = heard(clip, peaks);
  pen.fillStyle = getComputedStyle(clip).color;
  for (let x = 0; x < width; x++) {
    const peak = Math.floor(from + ((until - from) * x) / width);
    const [low, high] = [peaks[2 * peak] ?? 0, peaks[2 * peak + 1] ?? 0];
    pen.fillRect(x, 16 - (high * 15) / 127, 1, Math.max(1, ((high - low) * 15) / 127));
  }
}

/** The peaks that a clip plays. @param {HTMLElement} clip @param {Int8Array} peaks */
function heard(clip, peaks) {
  const from = Number(clip.dataset.source ?? 0) / PEAK_TICKS;
  const until = from + (Number(clip.dataset.for) * speedOf(clip)) / PEAK_TICKS;
  return /** @type {[number, number]} */ ([Math.floor(from), Math.min(peaks.length / 2, Math.ceil(until))]);
}

/** @param {HTMLElement} clip */
function speedOf(clip) {
  return Number(clip.dataset.speed ?? 1_000) / 1_000;
}

/** @param {string} asset @returns {Promise<Int8Array | null>} */
function peaksOf(asset) {
  if (!/^[0-9a-f]{64}$/.test(asset)) return Promise.resolve(null);
  const peaks = known.get(asset) ?? fetchPeaks(asset);
  known.set(asset, peaks);
  return peaks;
}

/** @param {string} asset */
async function fetchPeaks(asset) {
  const response = await fetch(addressOf(asset, "peaks")).catch(() => null);
  return response?.ok ? new Int8Array(await response.arrayBuffer()) : null;
}

/** @param {string} asset @param {"poster" | "peaks" | "strip"} made */
function addressOf(asset, made) {
  return `/assets/${asset}/${made}`;
}
