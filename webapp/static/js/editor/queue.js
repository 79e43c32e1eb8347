/**
 * What waits to be sent, in order. An entry stays until the server has answered it.
 *
 * @typedef {{
 *   id: string, project: string, order: number, base: number,
 *   kind: "edit" | "text" | "gesture",
 *   address?: string, form?: Record<string, string>, edit?: object,
 *   block?: string, language?: string, old?: string, text?: string,
 *   removes?: boolean, adopted?: boolean, sent?: boolean, made: number, touched: number,
 * }} Entry
 * `text` entries turn `old` into `text`; `adopted` ones were left behind by a page that is gone; what was `sent` once is changed no more,
 * since the server may have taken it.
 */

import { newId } from "./ids.js";
import * as outbox from "./outbox.js";
import { view } from "./view.js";

/** @type {Entry[]} */
const waiting = [];
let order = Date.now();
let project = "";

/** What is being written to the disk. @type {Promise<unknown>} */
let writing = Promise.resolve();

/** @type {() => void} */
let wake = () => {};

/** Take up what was left behind, and tell `awake` whenever there is something new. @param {string} projectId @param {() => void} awake */
export async function openQueue(projectId, awake) {
  project = projectId;
  wake = awake;
  await outbox.leftBehind(projectId, async (entries) => {
    waiting.unshift(...entries);
    for (const entry of entries) keep(entry);
    await kept();
    wake();
  });
}

/** Until everything that waits is on the disk. */
export async function kept() {
  await writing;
}

/** @param {Entry} entry */
function keep(entry) {
  writing = Promise.all([writing, outbox.keep(entry)]);
}

/**
 * Put something at the end.
 * @param {Omit<Entry, "id" | "project" | "order" | "made" | "touched">} what
 */
export function enqueue(what) {
  const now = performance.now();
  const address = what.address ?? (what.kind === "edit" ? view.edits() : undefined);
  const entry = { ...what, address, id: newId(), project, order: ++order, made: now, touched: now };
  waiting.push(entry);
  keep(entry);
  wake();
}

/** Keep the newest state of an entry. @param {Entry} entry */
export function touch(entry) {
  entry.touched = performance.now();
  keep(entry);
  wake();
}

/** The last one, if it may still be changed. */
export function last() {
  const entry = waiting.at(-1);
  return entry && !entry.sent && !entry.adopted ? entry : null;
}

/** The first one. */
export function first() {
  return waiting[0] ?? null;
}

/** It is on its way. @param {Entry} entry */
export function send(entry) {
  entry.sent = true;
  keep(entry);
}

/** It was answered. @param {Entry} entry */
export function done(entry) {
  const index = waiting.indexOf(entry);
  if (index >= 0) waiting.splice(index, 1);
  outbox.forget(entry);
}

/** How many wait. */
export function length() {
  return waiting.length;
}

/**
 * The entries for one text, in order.
 * @param {string} block
 * @param {string} language
 */
export function textsOf(block, language) {
  return waiting.filter((entry) => entry.kind === "text" && entry.block === block && entry.language === language);
}
