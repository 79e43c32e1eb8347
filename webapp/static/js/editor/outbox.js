/**
 * The outbox: edits that the server has not yet acknowledged, kept in IndexedDB so that a reload or a lost line loses none.
 * Every tab has its own; what a closed tab left behind is taken over by another that has the project open.
 */

import { newId } from "./ids.js";

const DATABASE = "piying-editor";
const STORE = "outbox";
const TAB = "piying-tab";
const PATIENCE_MS = 800;

/** @typedef {import("./queue.js").Entry} Entry */

/** @type {Promise<IDBDatabase | null> | undefined} */
let opened;
let tab = "";

/** Keep an entry, or its newest state: until the disk has it. @param {Entry} entry */
export async function keep(entry) {
  const { adopted: _, ...plain } = entry;
  const entries = await store("readwrite");
  entries?.put({ ...plain, tab });
  if (entries) await ended(entries.transaction);
}

/** Forget an entry. @param {Entry} entry */
export async function forget(entry) {
  (await store("readwrite"))?.delete(entry.id);
}

/**
 * What was left behind for a project, in order, taken over by this tab: at once, and from a tab that is open still when it closes.
 * @param {string} project
 * @param {(entries: Entry[]) => Promise<void>} take
 */
export async function leftBehind(project, take) {
  tab = await ownName();
  const names = new Set((await kept(project)).map((entry) => entry.tab));
  const open = new Set();
  for (const name of names) if (name !== tab && !(await isClosed(name))) open.add(name);
  await take(await kept(project, (name) => !open.has(name)));
  for (const name of open) {
    navigator.locks?.request(lockOf(name), async () => take(await kept(project, (other) => other === name)));
  }
}

/**
 * The entries that tabs keep for a project, in order.
 * @param {string} project
 * @param {(tab: string) => boolean} wanted
 * @returns {Promise<(Entry & { tab: string })[]>}
 */
async function kept(project, wanted = () => true) {
  /** @type {(Entry & { tab: string })[]} */
  const all = await answer((await store("readonly"))?.getAll(), []);
  const own = all.filter((entry) => entry.project === project && wanted(entry.tab));
  return own.sort((one, other) => one.order - other.order).map((entry) => ({ ...entry, adopted: true }));
}

/** This tab's name: the same after a reload, another in a copy of the tab. */
async function ownName() {
  const known = sessionStorage.getItem(TAB) ?? "";
  if (known && (await locked(known))) return known;
  const name = newId();
  sessionStorage.setItem(TAB, name);
  await locked(name);
  return name;
}

/** Take a name for as long as this page lives; false where another tab keeps it. @param {string} name @returns {Promise<boolean>} */
function locked(name) {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(true);
    const taken = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks
      .request(lockOf(name), { signal: AbortSignal.timeout(PATIENCE_MS) }, taken)
      .catch(() => resolve(false));
  });
}

/** Whether no open tab has this name. Without locks (a page without TLS) nobody can tell: only one's own name is free. @param {string} name */
async function isClosed(name) {
  if (!navigator.locks) return name === sessionStorage.getItem(TAB);
  const held = await navigator.locks.query();
  return !held.held?.some((lock) => lock.name === lockOf(name));
}

/** @param {string} name */
function lockOf(name) {
  return `${TAB}-${name}`;
}

/** @param {IDBTransactionMode} mode */
async function store(mode) {
  opened ??= open();
  return (await opened)?.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
}

/** The database, or null where the browser has none: edits then live as long as the page. @returns {Promise<IDBDatabase | null>} */
function open() {
  return new Promise((resolve) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<unknown>} */
function ended(transaction) {
  return new Promise((resolve) => {
    transaction.oncomplete = transaction.onabort = resolve;
  });
}

/**
 * @template T
 * @param {IDBRequest<any> | undefined} request
 * @param {T} otherwise
 * @returns {Promise<T>}
 */
function answer(request, otherwise) {
  return new Promise((resolve) => {
    if (!request) return resolve(otherwise);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(otherwise);
  });
}
