/**
 * A film's line (`data-film`): pictures of it, its actions, and the part that is being chosen. Whoever goes along it scrubs the film; the
 * part's edges are dragged, moved by keys, put where the film stands, or typed as seconds. All places are frames.
 */

const FRAME_RATE = 25;
const CHOSEN_FRAMES = 2 * FRAME_RATE;
const LEAST_FRAMES = 10;
const PICTURES_MAX = 12;
const STEPS = new Map([
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
  ["ArrowRight", 1],
  ["ArrowUp", 1],
  ["PageDown", -FRAME_RATE],
  ["PageUp", FRAME_RATE],
]);

/** @typedef {{ card: HTMLElement, film: HTMLVideoElement, place: HTMLInputElement, frames: number, until: number }} Line */

for (const card of document.querySelectorAll("[data-film]")) open(/** @type {HTMLElement} */ (card));

/** @param {HTMLElement} card */
function open(card) {
  const film = /** @type {HTMLVideoElement} */ (card.querySelector("video"));
  const place = /** @type {HTMLInputElement} */ (card.querySelector("[data-film-place]"));
  const line = { card, film, place, frames: 0, until: Infinity };
  const begin = () => measure(line);
  if (film.readyState >= HTMLMediaElement.HAVE_METADATA) begin();
  else film.addEventListener("loadedmetadata", begin, { once: true });
}

/** The film's length is known: everything finds its place. @param {Line} line */
function measure(line) {
  const { card, film, place } = line;
  line.frames = Math.floor(film.duration * FRAME_RATE);
  place.max = String(Math.max(0, line.frames - 1));
  for (const act of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-film-act]"))) {
    lay(act, Number(act.dataset.first), Number(act.dataset.end), line.frames);
  }
  for (const name of ["start", "end"]) field(card, name).max = seconds(line.frames);
  if (!field(card, "start").value) choose(line, 0, Math.min(line.frames, CHOSEN_FRAMES));
  listen(line);
  follow(line);
  show(line);
  /** @type {HTMLElement} */ (card.querySelector("[data-film-line]")).hidden = false;
  draw(line);
}

/** @param {Line} line */
function listen(line) {
  const { card, film, place } = line;
  place.addEventListener("input", () => seek(line, Number(place.value)));
  for (const event of ["timeupdate", "seeked"]) film.addEventListener(event, () => follow(line));
  card.addEventListener("input", (event) => event.target !== place && show(line));
  card.addEventListener("click", (event) => pressed(line, /** @type {Element} */ (event.target)));
  for (const edge of edges(card)) {
    edge.addEventListener("pointerdown", (event) => edge.setPointerCapture(event.pointerId));
    edge.addEventListener("pointermove", (event) => {
      if (edge.hasPointerCapture(event.pointerId)) put(line, edge, frameAt(line, event.clientX));
    });
    edge.addEventListener("keydown", (event) => {
      const step = STEPS.get(event.key);
      if (step === undefined) return;
      event.preventDefault();
      put(line, edge, frameOf(line, edge) + step);
    });
  }
}

/** @param {Line} line @param {Element} target */
function pressed(line, target) {
  const takes = target.closest("[data-takes]");
  if (takes) put(line, takes, frameNow(line));
  const plays = target.closest("[data-plays]");
  if (plays instanceof HTMLElement) {
    const [first, end] = plays.dataset.first
      ? [Number(plays.dataset.first), Number(plays.dataset.end)]
      : [frameOf(line, "start"), frameOf(line, "end")];
    play(line, first, end);
  }
}

/** Play a part, to its last frame. @param {Line} line @param {number} first @param {number} end */
async function play(line, first, end) {
  seek(line, first);
  const plays = await line.film.play().then(
    () => true,
    () => false,
  );
  if (plays) line.until = end;
  while (line.until === end && !line.film.paused) {
    follow(line);
    await new Promise(requestAnimationFrame);
  }
}

/** Where the film stands is where the line's place is. @param {Line} line */
function follow(line) {
  const frame = frameNow(line);
  if (frame >= line.until) {
    line.film.pause();
    return seek(line, line.until - 1);
  }
  line.place.value = String(frame);
  line.place.setAttribute("aria-valuetext", seconds(frame));
}

/** @param {Line} line @param {number} frame */
function seek(line, frame) {
  line.until = Infinity;
  line.film.currentTime = (frame + 0.5) / FRAME_RATE;
}

/** Put an edge somewhere, no nearer to the other than an action is long, and show what is there. @param {Line} line @param {Element} edge @param {number} frame */
function put(line, edge, frame) {
  const [start, end] = [frameOf(line, "start"), frameOf(line, "end")];
  const isStart = nameOf(edge) === "start";
  const at = isStart
    ? Math.min(Math.max(0, frame), Math.max(0, line.frames - LEAST_FRAMES))
    : Math.max(Math.min(frame, line.frames), Math.min(LEAST_FRAMES, line.frames));
  if (isStart) choose(line, at, Math.max(end, at + LEAST_FRAMES));
  else choose(line, Math.min(start, at - LEAST_FRAMES), at);
  seek(line, isStart ? at : at - 1);
  show(line);
}

/** @param {Line} line @param {number} start @param {number} end */
function choose(line, start, end) {
  field(line.card, "start").value = seconds(Math.max(0, start));
  field(line.card, "end").value = seconds(Math.min(line.frames, end));
}

/** The part as its fields say; the browser tells of an end that cannot be. @param {Line} line */
function show(line) {
  const [start, end] = [frameOf(line, "start"), frameOf(line, "end")];
  field(line.card, "end").min = seconds(start + LEAST_FRAMES);
  lay(/** @type {HTMLElement} */ (line.card.querySelector("[data-film-chosen]")), start, end, line.frames);
  for (const edge of edges(line.card)) {
    const frame = nameOf(edge) === "start" ? start : end;
    edge.setAttribute("aria-valuenow", String(frame));
    edge.setAttribute("aria-valuetext", seconds(frame));
    edge.setAttribute("aria-valuemax", String(line.frames));
  }
}

/** @param {HTMLElement} bar @param {number} first @param {number} end @param {number} frames */
function lay(bar, first, end, frames) {
  bar.style.setProperty("--first", String(first / frames));
  bar.style.setProperty("--end", String(end / frames));
}

/** Small pictures of the film from its beginning to its end, by a second player that nobody sees. @param {Line} line */
async function draw(line) {
  const canvas = /** @type {HTMLCanvasElement} */ (line.card.querySelector("canvas"));
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  const wide = Math.round((height * line.film.videoWidth) / line.film.videoHeight);
  const count = Math.min(PICTURES_MAX, Math.ceil(width / wide));
  [canvas.width, canvas.height] = [width, height];
  const paper = canvas.getContext("2d");
  const seen = document.createElement("video");
  Object.assign(seen, { muted: true, preload: "auto", src: line.film.currentSrc });
  for (let number = 0; number < count && paper && canvas.isConnected; number += 1) {
    seen.currentTime = ((number + 0.5) / count) * line.film.duration;
    if (!(await isThere(seen))) return;
    paper.drawImage(seen, Math.round(((number + 0.5) * width) / count - wide / 2), 0, wide, height);
  }
}

/** Whether the player came to where it was sent. @param {HTMLVideoElement} player @returns {Promise<boolean>} */
function isThere(player) {
  return new Promise((resolve) => {
    player.onseeked = () => resolve(true);
    player.onerror = () => resolve(false);
  });
}

/** @param {Line} line */
function frameNow(line) {
  return Math.min(Math.floor(line.film.currentTime * FRAME_RATE + 0.01), Math.max(0, line.frames - 1));
}

/** @param {Line} line @param {Element | string} edge */
function frameOf(line, edge) {
  const told = Number(field(line.card, typeof edge === "string" ? edge : nameOf(edge)).value) * FRAME_RATE;
  return Math.min(Math.max(0, Math.round(told)), line.frames);
}

/** @param {Line} line @param {number} x */
function frameAt(line, x) {
  const box = /** @type {HTMLElement} */ (line.card.querySelector("[data-film-line]")).getBoundingClientRect();
  return Math.round(((x - box.left) / box.width) * line.frames);
}

/** @param {Element} edge */
function nameOf(edge) {
  return edge.getAttribute("data-edge") ?? edge.getAttribute("data-takes") ?? "";
}

/** @param {HTMLElement} card @returns {NodeListOf<HTMLElement>} */
function edges(card) {
  return card.querySelectorAll("[data-edge]");
}

/** @param {HTMLElement} card @param {string} name */
function field(card, name) {
  return /** @type {HTMLInputElement} */ (card.querySelector(`input[name=${name}]`));
}

/** @param {number} frame */
function seconds(frame) {
  return (frame / FRAME_RATE).toFixed(2);
}
