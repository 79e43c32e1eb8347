/** The tus protocol, 1.0.0, from the browser's side: a file is announced, sent piece by piece, and taken up again where it broke off. */

import { formToken } from "../base/exchange.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" };
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const HTTP_OK_MAX = 299;
const HTTP_CONFLICT = 409;
const HTTP_SERVER = 500;

/** The server will not have this file; its message is in the reader's words. */
export class Refused extends Error {}

/** The server no longer knows this upload. */
export class Gone extends Error {}

/** @typedef {{ address: string, offset: number, asset: string | null }} Progress */

/**
 * Announce a file; the address of its upload.
 * @param {string} server
 * @param {File} file
 * @param {AbortSignal} signal
 */
export async function announce(server, file, signal) {
  const name = btoa(String.fromCodePoint(...new TextEncoder().encode(file.name)));
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` };
  const answer = await persisting(() => send("POST", server, headers, null, signal), signal);
  return /** @type {string} */ (answer.getResponseHeader("Location"));
}

/**
 * Send what is not there yet; the id of the asset it became.
 * @param {string} address
 * @param {File} file
 * @param {(bytes: number) => void} tell how many bytes are there
 * @param {(broken: boolean) => void} hold whether the connection is broken at the moment
 * @param {AbortSignal} signal
 */
export async function transfer(address, file, tell, hold, signal) {
  let { offset, asset } = await persisting(() => state(address, signal), signal, hold);
  while (asset === null) {
    const start = offset;
    ({ offset, asset } = await persisting(
      async (again) => {
        if (again) ({ offset, asset } = await state(address, signal));
        return asset === null ? piece(address, file, offset, tell, signal) : { address, offset, asset };
      },
      signal,
      hold,
    ));
    if (offset <= start && asset === null) throw new Refused("");
    tell(offset);
  }
  return asset;
}

/**
 * Give an upload up.
 * @param {string} address
 */
export async function end(address) {
  await send("DELETE", address, {}, null, new AbortController().signal).catch(() => null);
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Progress>}
 */
async function state(address, signal) {
  return told(address, await send("HEAD", address, {}, null, signal));
}

/**
 * @param {string} address
 * @param {File} file
 * @param {number} offset
 * @param {(bytes: number) => void} tell
 * @param {AbortSignal} signal
 * @returns {Promise<Progress>}
 */
async function piece(address, file, offset, tell, signal) {
  const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  const body = file.slice(offset, offset + PIECE_BYTES);
  return told(address, await send("PATCH", address, headers, body, signal, (bytes) => tell(offset + bytes)));
}

/**
 * @param {string} address
 * @param {XMLHttpRequest} answer
 * @returns {Progress}
 */
function told(address, answer) {
  return {
    address,
    offset: Number(answer.getResponseHeader("Upload-Offset")),
    asset: answer.getResponseHeader("Piying-Asset"),
  };
}

/**
 * Try until it is done or refused; a connection that breaks is waited for.
 * @template T
 * @param {(again: boolean) => Promise<T>} work
 * @param {AbortSignal} signal
 * @param {(broken: boolean) => void} [hold]
 * @returns {Promise<T>}
 */
async function persisting(work, signal, hold = () => {}) {
  for (let attempt = 0; ; attempt++) {
    try {
      const done = await work(attempt > 0);
      if (attempt) hold(false);
      return done;
    } catch (error) {
      if (error instanceof Refused || error instanceof Gone || signal.aborted) throw error;
      hold(true);
      await pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0, signal);
    }
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const alarm = setTimeout(done, ms);
    function done() {
      clearTimeout(alarm);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve(undefined);
    }
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/**
 * One request, with progress on the way up, which fetch does not tell.
 * @param {string} method
 * @param {string} address
 * @param {Record<string, string>} headers
 * @param {Blob | null} body
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} [tell]
 * @returns {Promise<XMLHttpRequest>}
 */
function send(method, address, headers, body, signal, tell) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error("aborted"));
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries({
      ...VERSION,
      ...formToken(),
      Accept: "application/json",
      ...headers,
    })) {
      request.setRequestHeader(name, value);
    }
    if (tell) request.upload.addEventListener("progress", (event) => tell(event.loaded));
    request.addEventListener("load", () =>
      request.status <= HTTP_OK_MAX ? resolve(request) : reject(refusal(request)),
    );
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new Error(name)));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** @param {XMLHttpRequest} request */
function refusal(request) {
  if (request.status === 404) return new Gone();
  if (request.status === HTTP_CONFLICT || request.status === 429) return new Error("again");
  if (request.status >= HTTP_SERVER && words(request).code !== "disk-full") return new Error("again");
  return new Refused(words(request).message);
}

/** @param {XMLHttpRequest} request @returns {{ code: string, message: string }} */
function words(request) {
  try {
    return { code: "", message: "", ...JSON.parse(request.responseText) };
  } catch {
    return { code: "", message: "" };
  }
}
