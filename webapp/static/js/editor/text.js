/**
 * Text areas: what is typed becomes splices; what others type is merged in, the caret stays with its words.
 *
 * Of every text the page knows `shadow`, as the server had it at revision `base`; the entries that wait turn it into what was typed.
 * Whatever the server says next moves all of them along, so that an idle text area always equals the server's text.
 */

import { enqueue, last, textsOf, touch } from "./queue.js";
import { between, carried, characters, merged } from "./splices.js";

/** @typedef {import("./queue.js").Entry} Entry */
/** @typedef {{ shadow: string, base: number }} Known */

/** @type {Map<string, Known>} */
const texts = new Map();

/** Is somebody composing (an input method's window is open)? @type {HTMLTextAreaElement | null} */
let composing = null;
/** @type {(() => void)[]} */
const waiters = [];

/** Look after the text areas of the page as it was loaded. @param {number} revision */
export function openTexts(revision) {
  for (const area of document.querySelectorAll("textarea[data-block]"))
    meet(/** @type {HTMLTextAreaElement} */ (area), revision);
  document.addEventListener("input", (event) => {
    const area = areaOf(event.target);
    if (area && !(/** @type {InputEvent} */ (event).isComposing)) typed(area);
  });
  document.addEventListener("compositionstart", (event) => {
    composing = areaOf(event.target);
  });
  document.addEventListener("compositionend", (event) => {
    const area = areaOf(event.target);
    composing = null;
    if (area) typed(area);
    for (const waiter of waiters.splice(0)) waiter();
  });
}

/** Resolves when nobody is composing: nothing may touch the page before. @returns {Promise<void>} */
export function composed() {
  return composing ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve();
}

/** What somebody has in a text area, fit to be sent. @param {HTMLTextAreaElement} area */
export function textIn(area) {
  return area.value
    .replaceAll("\0", "")
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}

/**
 * A text area is on the page now. One that comes again, or is made anew at another place, shows what was typed in it.
 * @param {HTMLTextAreaElement} area
 * @param {number} revision
 */
export function meet(area, revision) {
  if (!texts.has(keyOf(area))) texts.set(keyOf(area), { shadow: area.defaultValue, base: revision });
  receive(area, area.defaultValue, revision);
}

/**
 * The server's text at a revision.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 * @param {number} revision
 */
export function receive(area, text, revision) {
  const { shadow, base } = knownOf(area);
  if (revision >= base) {
    moveAlong(area.dataset.block ?? "", area.dataset.language ?? "", shadow, text, revision, null);
    texts.set(keyOf(area), { shadow: text, base: revision });
    if (area.defaultValue !== text) setDefault(area, text);
  }
  show(area, standing(area));
}

/**
 * What was typed in a text was taken: the server's text holds it now, whether or not its text area is on the page.
 * @param {Entry} entry
 * @param {string} text the server's
 * @param {number} revision
 */
export function taken(entry, text, revision) {
  moveAlong(entry.block ?? "", entry.language ?? "", entry.text ?? "", text, revision, entry);
  if (!entry.adopted) texts.set(`${entry.block}:${entry.language}`, { shadow: text, base: revision });
}

/**
 * What was typed in a text was refused and waits no more: its text area shows what the server has.
 * @param {string} block
 * @param {string} language
 */
export function giveUp(block, language) {
  for (const area of document.querySelectorAll(`textarea[data-block="${CSS.escape(block)}"]`)) {
    if (area instanceof HTMLTextAreaElement && area.dataset.language === language) show(area, standing(area));
  }
}

/** The revision of the text that the page knows, and that text. @param {HTMLTextAreaElement} area @returns {Known} */
export function knownOf(area) {
  return texts.get(keyOf(area)) ?? { shadow: area.defaultValue, base: 0 };
}

/**
 * Entries that wait for the same text are moved past what changed under them.
 * @param {string} block
 * @param {string} language
 * @param {string} from
 * @param {string} to
 * @param {number} revision
 * @param {Entry | null} answered
 */
export function moveAlong(block, language, from, to, revision, answered) {
  let before = to;
  for (const entry of textsOf(block, language)) {
    if (entry === answered || Boolean(entry.adopted) !== Boolean(answered?.adopted)) continue;
    entry.text = merged(from, entry.text ?? "", to);
    entry.old = before;
    entry.base = revision;
    before = entry.text;
  }
}

/** @param {HTMLTextAreaElement} area */
function typed(area) {
  const live = textIn(area);
  const [block, language] = [area.dataset.block ?? "", area.dataset.language ?? ""];
  const known = knownOf(area);
  const own = ownOf(area);
  const before = standing(area);
  count(area);
  if (live === before) return;
  const open = last();
  if (open && open === own.at(-1)) {
    open.text = live;
    touch(open);
  } else {
    enqueue({ kind: "text", block, language, old: before, text: live, base: known.base });
  }
}

/** What a text area shows: the last that was typed and waits, or else the server's text. @param {HTMLTextAreaElement} area */
function standing(area) {
  return ownOf(area).at(-1)?.text ?? knownOf(area).shadow;
}

/** What was typed on this page and waits. @param {HTMLTextAreaElement} area */
function ownOf(area) {
  return textsOf(area.dataset.block ?? "", area.dataset.language ?? "").filter((entry) => !entry.adopted);
}

/**
 * Show a text, with caret and selection where they were among the words.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
function show(area, text) {
  const before = area.value;
  if (before !== text) {
    const splices = between(before, text);
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = area;
    area.value = text;
    if (document.activeElement === area) {
      area.setSelectionRange(
        moved(before, text, selectionStart, splices),
        moved(before, text, selectionEnd, splices),
        selectionDirection,
      );
      area.scrollTop = scrollTop;
    }
  }
  count(area);
}

/**
 * A place in UTF-16 units, as the browser counts, after splices that count characters.
 * @param {string} before
 * @param {string} after
 * @param {number} place
 * @param {import("./splices.js").Splice[]} splices
 */
function moved(before, after, place, splices) {
  const character = carried(characters(before.slice(0, place)), splices);
  return [...after].slice(0, character).join("").length;
}

/** Change what a form would go back to, without a change of what is shown. @param {HTMLTextAreaElement} area @param {string} text */
function setDefault(area, text) {
  const { value, selectionStart, selectionEnd, selectionDirection } = area;
  area.defaultValue = text;
  if (area.value === value) return;
  area.value = value;
  if (document.activeElement === area) area.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
}

/** @param {HTMLTextAreaElement} area */
function count(area) {
  const place = document.querySelector(`[data-counts="${CSS.escape(area.id)}"]`);
  const words = (place?.getAttribute("data-words") ?? "{n}").replace("{n}", String(characters(area.value)));
  if (place && place.textContent !== words) place.textContent = words;
}

/** @param {EventTarget | null} target */
function areaOf(target) {
  return target instanceof HTMLTextAreaElement && target.dataset.block ? target : null;
}

/** @param {HTMLTextAreaElement} area */
function keyOf(area) {
  return `${area.dataset.block}:${area.dataset.language}`;
}
