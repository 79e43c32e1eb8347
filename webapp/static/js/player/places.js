/** Where things are in a program: scenes, times, and the same place in another revision. */

import { TICKS_PER_SECOND } from "./sound.js";

/**
 * @typedef {{ id: string, start: number, duration: number }} Scene ticks from the project's start
 * @typedef {object} Program
 * @property {string} key
 * @property {number} generation
 * @property {number} revision
 * @property {number} duration
 * @property {number} frame_rate
 * @property {[number, number]} size
 * @property {Scene[]} scenes
 * @property {boolean} complete
 * @property {number} missing passages that have no voice yet
 * @property {number} ticks
 */

/** Ticks of one frame. @param {Program} program */
export function frameTicks(program) {
  return TICKS_PER_SECOND / program.frame_rate;
}

/** @param {Program} program @param {number} ticks */
export function sceneAt(program, ticks) {
  return program.scenes.find((scene) => scene.start <= ticks && ticks < scene.start + scene.duration);
}

/** The same place in the same scene of another program; the worker reckons alike. @param {number} ticks @param {Program} before @param {Program} after */
export function relocated(ticks, before, after) {
  const last = Math.max(0, after.duration - frameTicks(after));
  const scene = sceneAt(before, ticks);
  const found = scene && after.scenes.find((other) => other.id === scene.id);
  if (!scene || !found) return Math.min(ticks, last);
  return Math.min(found.start + Math.min(ticks - scene.start, found.duration - frameTicks(after)), last);
}

/** @param {number} ticks @returns {string} 1:02.3 */
export function clockText(ticks) {
  const tenths = Math.floor((ticks * 10) / TICKS_PER_SECOND);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${tenths % 10}`;
}
