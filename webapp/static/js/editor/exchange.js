/**
 * The exchange with the server: one thing at a time, edits before news, nothing while somebody composes or drags.
 * What cannot be sent now is kept and tried again; what the server refuses is told, and the words in it are handed back.
 */

import { formToken } from "../base/exchange.js";
import { freshParts, known, refetch, seen, unfetched } from "./follow.js";
import { place } from "./morph.js";
import * as queue from "./queue.js";
import { between, carried } from "./splices.js";
import { tell, tellKept, tellToast } from "./status.js";
import { composed, giveUp, knownOf, taken } from "./text.js";
import { view } from "./view.js";

/** @typedef {import("./queue.js").Entry} Entry */

const QUIET_MS = 120;
const TYPING_MS_MAX = 700;
const RETRY_MS_MIN = 800;
const RETRY_MS_MAX = 15_000;

let project = "";
let running = false;
let retryMs = RETRY_MS_MIN;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;
/** @type {Promise<unknown>} */
let held = Promise.resolve();

/** Begin with what was left behind. @param {string} projectId */
export async function openExchange(projectId) {
  project = projectId;
  for (const event of ["online", "focus"]) addEventListener(event, () => wake());
  document.addEventListener("socket:connect", () => wake());
  await queue.openQueue(projectId, wake);
}

/** Keep the page as it is until `end` resolves. @param {Promise<unknown>} end */
export function hold(end) {
  held = end;
}

/** There may be something to do. */
export function wake() {
  clearTimeout(alarm);
  tell(queue.length() ? "saving" : "saved", known.revision);
  if (!running) run();
}

/** Whether something is on its way. */
export function isRunning() {
  return running;
}

async function run() {
  running = true;
  let works = true;
  while (works && (await next())) works = await step();
  running = false;
  if (!works) {
    alarm = setTimeout(wake, retryMs);
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  } else {
    retryMs = RETRY_MS_MIN;
    if (queue.length()) alarm = setTimeout(wake, QUIET_MS / 2);
  }
}

/** Whether something is due, once the page may be touched. */
async function next() {
  await composed();
  await held;
  const entry = queue.first();
  return (entry && isDue(entry)) || (!entry && unfetched());
}

/** Typing is sent when it rests, or now and then, or when something else waits behind it. @param {Entry} entry */
function isDue(entry) {
  if (entry.kind !== "text" || entry.adopted || queue.length() > 1) return true;
  const now = performance.now();
  return now - entry.touched >= QUIET_MS || now - entry.made >= TYPING_MS_MAX;
}

/** Do the next thing; false where the server cannot be reached. */
async function step() {
  const entry = queue.first();
  if (!entry) return fetchParts();
  const form = formOf(entry);
  if (form === null) {
    queue.done(entry);
    tell(queue.length() ? "saving" : "saved", known.revision);
    return true;
  }
  queue.send(entry);
  return settle(entry, await post(entry.address ?? `/projects/${project}/edits`, form, entry.id));
}

/**
 * @param {Entry} entry
 * @param {Response | null} response
 */
async function settle(entry, response) {
  if (!response || response.status >= 500 || response.status === 429) return keeps(response ? "failing" : "offline");
  if (response.status === 401 || response.status === 400) return keeps("signedOut");
  if (!response.ok) {
    await refused(entry, response);
    return true;
  }
  const html = await response.text();
  await composed();
  const revision = Number(response.headers.get("X-Revision"));
  const saved = JSON.parse(response.headers.get("HX-Trigger") ?? "{}").saved;
  seen(revision, entry.adopted ? [] : (saved?.changed ?? []));
  queue.done(entry);
  follow(entry, html, revision);
  tell(queue.length() ? "saving" : "saved", known.revision);
  document.dispatchEvent(new CustomEvent("piying:saved", { detail: saved }));
  if (entry.removes) tellToast("toast-removed");
  return true;
}

/**
 * @param {Entry} entry
 * @param {string} html
 * @param {number} revision
 */
function follow(entry, html, revision) {
  const text = entry.kind === "text" ? textIn(html, entry) : null;
  if (text !== null) taken(entry, text, revision);
  if (entry.adopted) refetch(["scenes", "settings"]);
  else if (!place(html, revision)) refetch(["scenes"]);
}

/** The server's text that an answer holds for an entry; null where it holds none. @param {string} html @param {Entry} entry */
function textIn(html, entry) {
  const sent = document.createElement("template");
  sent.innerHTML = html;
  const area = sent.content.querySelector(`textarea[data-block="${entry.block}"][data-language="${entry.language}"]`);
  return area instanceof HTMLTextAreaElement ? area.defaultValue : null;
}

/** What is sent for an entry; null where there is nothing left of it. @param {Entry} entry @returns {Record<string, string> | null} */
function formOf(entry) {
  if (entry.kind === "gesture") return { base: String(known.revision), ...entry.form, ...placeOf(entry) };
  const edit = entry.kind === "text" ? textEdit(entry) : entry.edit;
  return edit ? { base: String(entry.base), edit: JSON.stringify(edit) } : null;
}

/** Where a text is to be parted, in the words that the server has by now. @param {Entry} entry @returns {Record<string, string>} */
function placeOf(entry) {
  const area = entry.text === undefined ? null : document.getElementById(`text-${entry.form?.block}`);
  if (!(area instanceof HTMLTextAreaElement)) return {};
  const { shadow, base } = knownOf(area);
  return { base: String(base), at: String(carried(Number(entry.form?.at), between(entry.text ?? "", shadow))) };
}

/** @param {Entry} entry */
function textEdit(entry) {
  const edits = between(entry.old ?? "", entry.text ?? "").map((splice) => {
    return { kind: "splice-text", block: entry.block, language: entry.language, ...splice };
  });
  if (!edits.length) return null;
  return edits.length === 1 ? edits[0] : { kind: "group", edits };
}

/** @returns {Promise<boolean>} */
async function fetchParts() {
  const what = freshParts();
  const response = await get(`/projects/${project}/parts?what=${encodeURIComponent(what.join(" "))}`, what);
  if (!response?.ok) {
    refetch(what);
    if (response && (response.status === 401 || response.status === 404)) return keeps("signedOut");
    return keeps(response ? "failing" : "offline");
  }
  const html = await response.text();
  await composed();
  await held;
  if (queue.first()) {
    refetch(what);
    return true;
  }
  const revision = Number(response.headers.get("X-Revision"));
  known.revision = Math.max(known.revision, revision);
  if (!place(html, revision)) refetch(["scenes"]);
  tell("saved", known.revision);
  return true;
}

/**
 * @param {Entry} entry
 * @param {Response} response
 */
async function refused(entry, response) {
  const words = await response.text();
  await composed();
  queue.done(entry);
  document.getElementById("toasts")?.insertAdjacentHTML("beforeend", response.headers.has("HX-Reswap") ? words : "");
  const lost = [entry, ...queue.textsOf(entry.block ?? "", entry.language ?? "")].at(-1)?.text;
  if (entry.kind === "text") {
    for (const later of queue.textsOf(entry.block ?? "", entry.language ?? "")) queue.done(later);
    if (lost) tellKept(lost);
    if (!entry.adopted) giveUp(entry.block ?? "", entry.language ?? "");
  }
  refetch(["scenes", "settings"]);
}

/** What cannot be sent is kept, which is told once the disk has it. @param {import("./status.js").State} state */
async function keeps(state) {
  await queue.kept();
  tell(state, known.revision);
  return false;
}

/**
 * @param {string} address
 * @param {Record<string, string>} form
 * @param {string} id
 */
async function post(address, form, id) {
  const headers = { ...formToken(), ...view.headers([]), "Idempotency-Key": id, "HX-Request": "true" };
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(form) }).catch(() => null);
}

/** @param {string} address @param {readonly string[]} what */
async function get(address, what) {
  return fetch(address, { headers: { ...view.headers(what), "HX-Request": "true" } }).catch(() => null);
}
