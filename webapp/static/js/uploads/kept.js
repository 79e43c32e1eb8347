/** Uploads that outlive the page: files and the addresses of their uploads, in IndexedDB. Where a browser keeps no files, their marks. */

const NAME = "piying-uploads";
const STORE = "uploads";

/** @typedef {{ id: string, server: string, address: string, mark: string, name: string, size: number, file: File | null }} Kept */

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** What tells a file from others, also when it is chosen again. @param {File} file */
export function markOf(file) {
  return [file.name, file.size, file.lastModified, file.type].join("\n");
}

/** Keep an upload; without the file itself where the browser has no room for it. @param {Kept} kept */
export async function keep(kept) {
  await asked("readwrite", (store) => store.put(kept)).catch(() =>
    asked("readwrite", (store) => store.put({ ...kept, file: null })).catch(() => null),
  );
}

/** @param {string} id */
export async function forget(id) {
  await asked("readwrite", (store) => store.delete(id)).catch(() => null);
}

/** What was not finished, of one server. @param {string} server @returns {Promise<Kept[]>} */
export async function unfinished(server) {
  const all = /** @type {Kept[]} */ (await asked("readonly", (store) => store.getAll()).catch(() => []));
  return all.filter((kept) => kept.server === server);
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} request
 * @returns {Promise<unknown>}
 */
async function asked(mode, request) {
  opened ??= open();
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const answer = request(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(answer.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
