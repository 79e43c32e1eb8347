/** Who else is here: tabs tell each other by way of the server, which adds the names. */

import { connection } from "../socket.js";

/** @typedef {{ what: "joined" | "here" | "left", id: string, name?: string, user?: string }} Presence */

/** @type {Map<string, { name: string, user: string }>} */
const others = new Map();
const SHOWN_MAX = 4;
const TINTS = 6;

/**
 * @param {string} project
 * @param {string} user whose page this is: her other tabs are not others
 */
export function openPresence(project, user) {
  document.addEventListener("socket:connect", () => {
    others.clear();
    show(user);
  });
  document.addEventListener("socket:presence", (event) => {
    const { what, id, name, user: who } = /** @type {CustomEvent<Presence>} */ (event).detail;
    if (what === "left") others.delete(id);
    else others.set(id, { name: name ?? "", user: who ?? "" });
    if (what === "joined") connection().emit("here", { project, to: id });
    show(user);
  });
}

/** @param {string} user */
function show(user) {
  const people = new Map(
    [...others.values()].filter((other) => other.user !== user).map((other) => [other.user, other.name]),
  );
  const faces = [...people].slice(0, SHOWN_MAX).map(([id, name]) => face(initials(name), name, id));
  const more = people.size - SHOWN_MAX;
  if (more > 0) faces.push(face(`+${more}`, [...people.values()].slice(SHOWN_MAX).join(", "), ""));
  document.getElementById("people")?.replaceChildren(...faces);
}

/**
 * @param {string} letters
 * @param {string} name
 * @param {string} id
 */
function face(letters, name, id) {
  const element = document.createElement("span");
  element.className = "face";
  element.dataset.tint = String(Number.parseInt(id.slice(0, 4) || "0", 16) % TINTS);
  element.textContent = letters;
  element.title = name;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", name);
  return element;
}

/** @param {string} name */
function initials(name) {
  const parts = name.trim().split(/\s+/).slice(0, 2);
  return (
    parts
      .map((part) => [...part][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}
