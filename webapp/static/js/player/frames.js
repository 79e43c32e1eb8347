/** A frame as it comes over the socket: a header of fixed layout (see webapp/services/preview_wire.py), then a JPEG. */

const HEADER_BYTES = 72;
const TIMED = 1;
const FINE = 2;

/**
 * @typedef {object} Frame
 * @property {string} key which program it belongs to
 * @property {number} generation
 * @property {number} ticks
 * @property {number} sequence
 * @property {boolean} timed whether it waits for its sound
 * @property {boolean} fine
 * @property {number} begun when the worker began what led to it, in milliseconds since 1970 by the worker's clock
 * @property {number} made when it was made, by the same clock
 * @property {number} received when it came here, by this machine's
 * @property {Blob} jpeg
 */

/** @param {ArrayBuffer} data @returns {Frame} */
export function readFrame(data) {
  const view = new DataView(data);
  const flags = view.getUint16(52, true);
  const manifest = [...new Uint8Array(data, 28, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    key: `${view.getUint32(24, true)}:${manifest}`,
    generation: view.getUint32(20, true),
    ticks: Number(view.getBigInt64(36, true)),
    sequence: view.getUint32(44, true),
    timed: (flags & TIMED) !== 0,
    fine: (flags & FINE) !== 0,
    begun: Number(view.getBigInt64(56, true)) / 1_000,
    made: Number(view.getBigInt64(64, true)) / 1_000,
    received: performance.timeOrigin + performance.now(),
    jpeg: new Blob([new Uint8Array(data, HEADER_BYTES)], { type: "image/jpeg" }),
  };
}
