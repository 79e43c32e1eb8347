/**
 * The one connection of a tab, shared by all islands. It says what changed, never to what.
 *
 * Every event from the server becomes a DOM event `socket:<name>` on the document, with the payload as its detail.
 * `subscribe` joins a room and joins it again after every reconnection.
 */

import { io } from "../vendor/socket.io.js";

const ACKNOWLEDGE_MS = 10_000;

/** @type {import("socket.io-client").Socket | undefined} */
let socket;

/** @type {Map<string, object>} */
const subscriptions = new Map();

/** The connection, opened on first use. @returns {import("socket.io-client").Socket} */
export function connection() {
  socket ??= connect();
  return socket;
}

/**
 * Ask for the events of something, now and after every reconnection.
 * @param {string} event what the server calls the subscription
 * @param {object} payload what it is told
 */
export function subscribe(event, payload) {
  subscriptions.set(event, payload);
  const open = connection();
  if (open.connected) open.emit(event, payload);
}

/** @param {string} event */
export function unsubscribe(event) {
  subscriptions.delete(event);
}

/**
 * Send something and wait for the server's answer.
 * @param {string} event
 * @param {unknown} payload
 * @returns {Promise<any>}
 */
export function ask(event, payload) {
  return connection().timeout(ACKNOWLEDGE_MS).emitWithAck(event, payload);
}

function connect() {
  const made = io({ transports: ["websocket"], reconnectionDelayMax: 5_000 });
  made.on("connect", () => {
    for (const [event, payload] of subscriptions) made.emit(event, payload);
    tell("connect", null);
  });
  made.on("disconnect", (reason) => tell("disconnect", reason));
  made.onAny((event, payload) => tell(event, payload));
  return made;
}

/**
 * @param {string} name
 * @param {unknown} detail
 */
function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`socket:${name}`, { detail }));
}
