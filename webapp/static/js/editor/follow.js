/** What others changed: a nudge says which parts, they are fetched together; a nudge that was missed shows as a gap in the revisions. */

import { ask, connection } from "../socket.js";

const GAP_MS = 400;
const WHOLE = ["scenes", "settings"];

/** The newest revision that this page has seen, and up to which it has heard of every one. */
export const known = { revision: 0, heard: 0 };

/** @type {Set<number>} */
const ahead = new Set();
/** What is to be fetched, with the first revision that changed it; 0 for what no answer to an edit makes good. @type {Map<string, number>} */
const stale = new Map();
/** @type {() => void} */
let wake = () => {};
/** @type {ReturnType<typeof setTimeout> | undefined} */
let gapAlarm;

/**
 * Follow a project from a revision on.
 * @param {string} project
 * @param {number} revision
 * @param {() => void} awake is told when there is something to fetch
 */
export function openFollow(project, revision, awake) {
  known.revision = known.heard = revision;
  wake = awake;
  document.addEventListener("socket:nudge", (event) => {
    const { what, revision } = /** @type {CustomEvent<{ what?: string, revision?: number }>} */ (event).detail;
    if (typeof what === "string" && typeof revision === "number") nudged(what, revision);
  });
  document.addEventListener("socket:connect", () => join(project));
  if (connection().connected) join(project);
}

/**
 * A revision that this page made itself. The nudge about it may have been quicker than its answer, which holds all that it changed.
 * @param {number} revision
 * @param {readonly string[]} changed
 */
export function seen(revision, changed) {
  known.revision = Math.max(known.revision, revision);
  note(revision);
  for (const part of changed) if (stale.get(part) === revision) stale.delete(part);
}

/** Fetch these parts when there is time. @param {readonly string[]} parts @param {number} [revision] */
export function refetch(parts, revision = 0) {
  for (const part of parts) stale.set(part, Math.min(revision, stale.get(part) ?? revision));
}

/** Whether something is to be fetched. */
export function unfetched() {
  return stale.size > 0;
}

/** What is to be fetched now. */
export function freshParts() {
  const parts = [...stale.keys()];
  stale.clear();
  return parts.includes("scenes") ? parts.filter((part) => !part.startsWith("scene:")) : parts;
}

/**
 * @param {string} what
 * @param {number} revision
 */
function nudged(what, revision) {
  if (what === "voiced") {
    refetch(["lengths"]);
    return wake();
  }
  if (revision <= known.heard || ahead.has(revision)) return;
  note(revision);
  refetch(
    what.split(" ").filter((part) => /^(scene:.+|scenes|settings|tracks|shapes)$/.test(part)),
    revision,
  );
  wake();
}

/** @param {number} revision */
function note(revision) {
  if (revision > known.heard) ahead.add(revision);
  while (ahead.delete(known.heard + 1)) known.heard++;
  clearTimeout(gapAlarm);
  if (ahead.size) gapAlarm = setTimeout(() => catchUp(Math.max(...ahead)), GAP_MS);
}

/** @param {number} revision */
function catchUp(revision) {
  if (revision <= known.heard) return;
  known.heard = revision;
  for (const late of ahead) if (late <= revision) ahead.delete(late);
  refetch(WHOLE);
  wake();
}

/** After every connection: compare revisions, fetch all where some were missed. @param {string} project */
async function join(project) {
  const answer = await ask("join_project", { project }).catch(() => null);
  if (!answer) return;
  document.documentElement.dataset.followed = "yes";
  if (answer.revision > known.heard) catchUp(answer.revision);
}
