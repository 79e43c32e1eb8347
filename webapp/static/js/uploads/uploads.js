/**
 * Files on their way in, as a list: some at a time, each with its progress and a way to cancel it. After a reload they go on by themselves.
 * When one has become an asset, the drop zone gives a DOM event `uploaded` with the asset's id.
 */

import { newId } from "../editor/ids.js";
import { forget, keep, markOf, unfinished } from "./kept.js";
import { announce, end, Gone, Refused, transfer } from "./tus.js";

const AT_ONCE = 3;
const STAY_MS = 2_500;

/** @typedef {{ id: string, file: File | null, mark: string, name: string, size: number, address: string, row: HTMLElement, stop: AbortController }} Coming */

/** @type {Coming[]} */
const waiting = [];
/** @type {Set<Coming>} */
const running = new Set();
/** @type {Map<string, Coming>} */
const orphans = new Map();

/** @param {HTMLElement} zone the element of `uploads/_bring.html` */
export function openUploads(zone) {
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (zone.querySelectorAll("input[type=file]"))) {
    input.addEventListener("change", () => {
      take(zone, [...(input.files ?? [])]);
      input.value = "";
    });
  }
  openDrop(zone);
  addEventListener("paste", (event) => take(zone, [...(event.clipboardData?.files ?? [])]));
  addEventListener("beforeunload", (event) => {
    if ([...running].some((coming) => !coming.address)) event.preventDefault();
  });
  takeUp(zone);
}

/** @param {HTMLElement} zone */
function openDrop(zone) {
  let depth = 0;
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) zone.toggleAttribute("data-over", ++depth > 0);
  });
  document.addEventListener("dragleave", (event) => {
    if (holdsFiles(event)) zone.toggleAttribute("data-over", --depth > 0);
  });
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    zone.removeAttribute("data-over");
    take(zone, [...(event.dataTransfer?.files ?? [])]);
  });
}

/**
 * Begin with files; one that was begun before and lost goes on.
 * @param {HTMLElement} zone
 * @param {File[]} files
 */
function take(zone, files) {
  for (const file of files) {
    const orphan = orphans.get(markOf(file));
    orphans.delete(markOf(file));
    if (orphan) orphan.file = file;
    waiting.push(
      orphan ?? entered(zone, { id: newId(), file, mark: markOf(file), name: file.name, size: file.size, address: "" }),
    );
  }
  next(zone);
}

/** Go on with what an earlier page did not finish. @param {HTMLElement} zone */
async function takeUp(zone) {
  for (const kept of await unfinished(serverOf(zone))) {
    const coming = entered(zone, kept);
    if (coming.file) waiting.push(coming);
    else {
      orphans.set(coming.mark, coming);
      say(coming, words().missing ?? "");
    }
  }
  next(zone);
}

/** @param {HTMLElement} zone */
function next(zone) {
  while (running.size < AT_ONCE && waiting.length) {
    const coming = /** @type {Coming} */ (waiting.shift());
    if (coming.stop.signal.aborted) continue;
    running.add(coming);
    run(zone, coming).finally(() => {
      running.delete(coming);
      next(zone);
    });
  }
}

/**
 * @param {HTMLElement} zone
 * @param {Coming} coming
 */
async function run(zone, coming) {
  const file = /** @type {File} */ (coming.file);
  try {
    show(coming, 0);
    const asset = await sent(zone, coming, file);
    await forget(coming.id);
    finish(coming, words().sent ?? "");
    zone.dispatchEvent(new CustomEvent("uploaded", { detail: asset, bubbles: true }));
  } catch (error) {
    if (coming.stop.signal.aborted) return;
    await forget(coming.id);
    refuse(coming, (error instanceof Refused && error.message) || words().refused || "");
  }
}

/**
 * @param {HTMLElement} zone
 * @param {Coming} coming
 * @param {File} file
 * @returns {Promise<string>}
 */
async function sent(zone, coming, file) {
  coming.address ||= await announced(zone, coming, file);
  const { signal } = coming.stop;
  const hold = (/** @type {boolean} */ broken) => say(coming, broken ? (words().broken ?? "") : "");
  try {
    return await transfer(coming.address, file, (bytes) => show(coming, bytes), hold, signal);
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    coming.address = await announced(zone, coming, file);
    return transfer(coming.address, file, (bytes) => show(coming, bytes), hold, signal);
  }
}

/**
 * @param {HTMLElement} zone
 * @param {Coming} coming
 * @param {File} file
 */
async function announced(zone, coming, file) {
  const { id, mark, name, size, stop } = coming;
  const address = await announce(serverOf(zone), file, stop.signal);
  await keep({ id, server: serverOf(zone), address, mark, name, size, file });
  return address;
}

/**
 * @param {HTMLElement} zone
 * @param {Omit<Coming, "row" | "stop">} known
 * @returns {Coming}
 */
function entered(zone, known) {
  const template = /** @type {HTMLTemplateElement} */ (zone.querySelector("#coming-file"));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (copy.firstElementChild);
  const coming = { ...known, row, stop: new AbortController() };
  part(row, ".coming__name").textContent = known.name;
  part(row, ".coming__end").addEventListener("click", () => cancel(coming));
  zone.querySelector("#coming")?.append(row);
  say(coming, words().waiting ?? "");
  return coming;
}

/** @param {Coming} coming */
function cancel(coming) {
  coming.stop.abort();
  coming.row.remove();
  orphans.delete(coming.mark);
  forget(coming.id);
  if (coming.address) end(coming.address);
}

/**
 * @param {Coming} coming
 * @param {number} bytes
 */
function show(coming, bytes) {
  const percent = coming.size ? Math.floor((100 * bytes) / coming.size) : 0;
  /** @type {HTMLProgressElement} */ (part(coming.row, "progress")).value = percent;
  say(coming, `${percent}%`);
}

/**
 * @param {Coming} coming
 * @param {string} sentence
 */
function say(coming, sentence) {
  part(coming.row, ".coming__state").textContent = sentence;
}

/**
 * @param {Coming} coming
 * @param {string} sentence
 */
function finish(coming, sentence) {
  show(coming, coming.size);
  say(coming, sentence);
  coming.row.dataset.done = "";
  part(coming.row, ".coming__end").remove();
  setTimeout(() => coming.row.remove(), STAY_MS);
}

/**
 * @param {Coming} coming
 * @param {string} sentence
 */
function refuse(coming, sentence) {
  say(coming, sentence);
  coming.row.dataset.refused = "";
  part(coming.row, "progress").remove();
}

/** @param {HTMLElement} zone */
function serverOf(zone) {
  return zone.dataset.uploads ?? "";
}

function words() {
  return /** @type {HTMLElement} */ (document.getElementById("upload-words")).dataset;
}

/**
 * @param {HTMLElement} row
 * @param {string} selector
 */
function part(row, selector) {
  return /** @type {HTMLElement} */ (row.querySelector(selector));
}
