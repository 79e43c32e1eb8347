/**
 * Splices of text: how one text becomes another, and how a change goes past somebody else's. The same rules as the server's
 * (`render/timeline/splices.py`). Places count characters as code points, never UTF-16 units.
 *
 * @typedef {{ at: number, delete: number, insert: string }} Splice
 */

/** Beyond this many differing characters, two texts are told apart by one splice. */
const DIFFERENCES_MAX = 240;

/** How many characters a text has. @param {string} text */
export function characters(text) {
  return [...text].length;
}

/**
 * The splices, from the last place to the first, that turn one text into another; none where they are equal.
 * @param {string} old
 * @param {string} now
 * @returns {Splice[]}
 */
export function between(old, now) {
  if (old === now) return [];
  const [was, is] = [[...old], [...now]];
  let head = 0;
  while (head < was.length && head < is.length && was[head] === is[head]) head++;
  let tail = 0;
  const most = Math.min(was.length, is.length) - head;
  while (tail < most && was[was.length - 1 - tail] === is[is.length - 1 - tail]) tail++;
  const [a, b] = [was.slice(head, was.length - tail), is.slice(head, is.length - tail)];
  const inner = a.length && b.length ? shortest(a, b) : null;
  const splices = inner ?? [{ at: 0, delete: a.length, insert: b.join("") }];
  return splices.map((splice) => ({ ...splice, at: splice.at + head }));
}

/**
 * The text after splices that stand in the order in which they are applied.
 * @param {string} text
 * @param {readonly Splice[]} splices
 */
export function applied(text, splices) {
  const letters = [...text];
  for (const splice of splices) letters.splice(splice.at, splice.delete, ...splice.insert);
  return letters.join("");
}

/**
 * What `mine` (made from `old`) becomes once the text is `theirs`: both keep what they inserted. Theirs, which the server had first,
 * stands left where both inserted at one place.
 * @param {string} old
 * @param {string} mine
 * @param {string} theirs
 */
export function merged(old, mine, theirs) {
  if (mine === old || mine === theirs) return theirs;
  if (theirs === old) return mine;
  let others = between(old, theirs);
  let text = theirs;
  for (const splice of between(old, mine)) {
    const moved = past([splice], others);
    text = applied(text, moved.mine);
    others = moved.theirs;
  }
  return text;
}

/**
 * Where a caret goes: it stays with the character before it, unless that is gone.
 * @param {number} place
 * @param {readonly Splice[]} splices in the order in which they are applied
 */
export function carried(place, splices) {
  let moved = place;
  for (const splice of splices) {
    if (moved <= splice.at) continue;
    moved =
      Math.max(splice.at, moved - splice.delete) + (moved >= splice.at + splice.delete ? [...splice.insert].length : 0);
  }
  return moved;
}

/**
 * Two runs of splices from one text: each as it follows the other.
 * @param {Splice[]} mine
 * @param {Splice[]} theirs
 * @returns {{ mine: Splice[], theirs: Splice[] }}
 */
function past(mine, theirs) {
  let others = theirs;
  /** @type {Splice[]} */
  const done = [];
  for (const splice of mine) {
    let moved = [splice];
    /** @type {Splice[]} */
    const beyond = [];
    for (const other of others) {
      const met = meet(moved, other);
      moved = met.mine;
      beyond.push(...met.theirs);
    }
    done.push(...moved);
    others = beyond;
  }
  return { mine: done, theirs: others };
}

/**
 * @param {Splice[]} mine
 * @param {Splice} other
 * @returns {{ mine: Splice[], theirs: Splice[] }}
 */
function meet(mine, other) {
  const [only] = mine;
  if (mine.length !== 1 || !only) return mine.length ? past(mine, [other]) : { mine, theirs: [other] };
  return { mine: transformed(only, other, false), theirs: transformed(other, only, true) };
}

/**
 * What `mine` becomes once `theirs`, made from the same text, has been applied: one splice, or two in the order to apply them.
 * (The inclusion transformation of Ellis and Gibbs, 1989, on ranges.)
 * @param {Splice} mine
 * @param {Splice} theirs
 * @param {boolean} mineFirst
 * @returns {Splice[]}
 */
function transformed(mine, theirs, mineFirst) {
  const growth = [...theirs.insert].length - theirs.delete;
  const [mineEnd, theirEnd] = [mine.at + mine.delete, theirs.at + theirs.delete];
  const left = Math.max(0, Math.min(mineEnd, theirs.at) - mine.at);
  const right = Math.max(0, mineEnd - Math.max(mine.at, theirEnd));
  const before = mine.at < theirs.at || (mine.at === theirs.at && mineFirst);
  const place = before ? mine.at : Math.max(mine.at, theirEnd) + growth;
  const rest = Math.max(mine.at, theirEnd) + growth;
  if (!right || rest === place + left) return [{ at: place, delete: left + right, insert: mine.insert }];
  if (!left && !mine.insert) return [{ at: rest, delete: right, insert: "" }];
  return [
    { at: rest, delete: right, insert: "" },
    { at: place, delete: left, insert: mine.insert },
  ];
}

/**
 * The splices of the shortest difference, from the last place to the first; null where it is too long to look for.
 * (Myers, "An O(ND) Difference Algorithm", 1986.)
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 * @returns {Splice[] | null}
 */
function shortest(a, b) {
  const reach = new Map([[1, 0]]);
  /** @type {Map<number, number>[]} */
  const trace = [];
  for (let differences = 0; differences <= DIFFERENCES_MAX; differences++) {
    trace.push(new Map(reach));
    for (let line = -differences; line <= differences; line += 2) {
      let x = stepsDown(reach, line, differences) ? at(reach, line + 1) : at(reach, line - 1) + 1;
      while (x < a.length && x - line < b.length && a[x] === b[x - line]) x++;
      reach.set(line, x);
      if (x >= a.length && x - line >= b.length) return walked(trace, a, b);
    }
  }
  return null;
}

/**
 * @param {readonly Map<number, number>[]} trace
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 */
function walked(trace, a, b) {
  /** @type {Splice[]} */
  const splices = [];
  let [x, y] = [a.length, b.length];
  for (let differences = trace.length - 1; differences > 0; differences--) {
    const reach = /** @type {Map<number, number>} */ (trace[differences]);
    const down = stepsDown(reach, x - y, differences);
    const line = x - y + (down ? 1 : -1);
    const [fromX, fromY] = [at(reach, line), at(reach, line) - line];
    note(splices, down ? { at: fromX, delete: 0, insert: b[fromY] ?? "" } : { at: fromX, delete: 1, insert: "" });
    [x, y] = [fromX, fromY];
  }
  return splices;
}

/**
 * Add a step before the splices found so far, joined to the last where they touch.
 * @param {Splice[]} splices
 * @param {Splice} step
 */
function note(splices, step) {
  const last = splices.at(-1);
  if (last && step.at + step.delete === last.at) {
    splices[splices.length - 1] = { at: step.at, delete: step.delete + last.delete, insert: step.insert + last.insert };
  } else {
    splices.push(step);
  }
}

/**
 * @param {Map<number, number>} reach
 * @param {number} line
 * @param {number} differences
 */
function stepsDown(reach, line, differences) {
  return line === -differences || (line !== differences && at(reach, line - 1) < at(reach, line + 1));
}

/**
 * @param {Map<number, number>} reach
 * @param {number} line
 */
function at(reach, line) {
  return reach.get(line) ?? 0;
}
