/** The player: what is shown and heard of a project, always at one place, in one revision. */

import { Controls } from "./controls.js";
import { frameTicks, relocated, sceneAt } from "./places.js";
import { Screen } from "./screen.js";
import { Session } from "./session.js";
import { Sound } from "./sound.js";

/** @typedef {import("./places.js").Program} Program */

const CLOCK_MS = 200;
const HIDDEN_MS = 8_000;
const IDLE_MS = 5 * 60_000;
const TAKE_MS = 4_000;
const SPARING_SIDE = 240;

export class Player {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.controls = new Controls(root);
    this.screen = new Screen(/** @type {HTMLCanvasElement} */ (this.controls.part("canvas")));
    this.sound = new Sound();
    const { project, language, shape, ratio } = /** @type {HTMLElement} */ (root.closest("[data-project]")).dataset;
    if (ratio) root.style.setProperty("--ratio", ratio);
    this.session = new Session(project ?? "", language ?? "", shape ?? "");
    /** @type {Program | undefined} */
    this.program = undefined;
    /** @type {Program | undefined} the next one, taken up together with its sound */
    this.coming = undefined;
    /** @type {Map<string, import("./sound.js").Pieces>} */
    this.pieces = new Map();
    this.ticks = 0;
    this.playing = false;
    this.starting = 0;
    this.stopAt = Infinity;
    this.told = 0;
    this.takeTimer = 0;
    this.restTimer = 0;
    this.listen();
    this.measure();
    this.session.open();
    this.stir();
  }

  listen() {
    const { controls, session } = this;
    session.onFrame = (frame, drawn) => this.take(frame, drawn);
    on(session, "opened", ({ again }) => (again ? this.stand() : this.follow()));
    on(session, "state", ({ state, place }) => this.setState(state, place));
    on(session, "program", (facts) => this.hearProgram({ ...facts, key: `${facts.revision}:${facts.manifest}` }));
    on(session, "sound", (facts) => this.hearSound(facts));
    on(session, "problem", () => this.setState("problem"));
    on(controls, "seek", (ticks) => this.seek(ticks));
    on(controls, "toggle", () => (this.playing ? this.pause() : this.play()));
    on(controls, "volume", (volume) => this.sound.setVolume(volume));
    on(controls, "scene-before", () => this.jump(-1));
    on(controls, "scene-after", () => this.jump(1));
    on(controls, "wake", () => this.stir());
    on(document, "piying:play-scene", ({ sceneId }) => this.playScene(sceneId));
    on(document, "piying:play-range", ({ from, until }) => this.play(from, until));
    on(document, "piying:seek", ({ ticks }) => this.seek(ticks));
    on(document, "piying:shape", ({ shape, ratio }) => this.showShape(shape, ratio));
    on(document, "piying:plain", ({ plain }) => this.showPlain(plain));
    on(document, "piying:saved", ({ revision }) => this.refresh(revision));
    on(document, "socket:nudge", ({ revision }) => this.refresh(revision));
    document.addEventListener("visibilitychange", () => this.stir());
    addEventListener("pagehide", () => this.session.close());
    addEventListener("pageshow", ({ persisted }) => persisted && this.stir());
    for (const gesture of ["pointerdown", "keydown"])
      document.addEventListener(gesture, () => this.stir(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(controls.part("frame"));
  }

  /** Ask for the newest revision. @param {number} revision */
  refresh(revision) {
    this.stir();
    if (revision > ((this.coming ?? this.program)?.revision ?? -1)) this.say({ type: "revision", revision });
  }

  /** @param {Program} program */
  hearProgram(program) {
    if (this.program && program.generation !== this.program.generation) this.follow();
    if (!this.program || !this.playing)
      this.adopt(program, this.program ? relocated(this.ticks, this.program, program) : this.ticks);
    else this.expect(program);
  }

  /** Another session, or another worker for it: it stands at the start and counts its frames anew. */
  follow() {
    this.screen.restart();
    this.stand();
  }

  /** Say where one stands, and what is looked at. */
  stand() {
    const { shape, plain } = this.session;
    this.say({ type: "shape", shape }, { type: "plain", plain }, { type: "seek", ticks: this.ticks });
  }

  /** Look at another shape of the ad, at the same place. @param {string} shape @param {string} ratio width to height */
  showShape(shape, ratio) {
    this.session.shape = shape;
    this.root.style.setProperty("--ratio", ratio);
    this.stir();
    this.say({ type: "shape", shape });
  }

  /** See presenters without what flatters them, or with it again. @param {boolean} plain */
  showPlain(plain) {
    this.session.plain = plain;
    this.stir();
    this.say({ type: "plain", plain });
  }

  /** From now on this is the program. @param {Program} program @param {number} ticks */
  adopt(program, ticks) {
    this.program = program;
    this.coming = undefined;
    this.ticks = ticks;
    this.controls.setProgram(program);
    this.controls.setTicks(ticks);
    if (!program.duration) this.setState("empty");
    else if (this.screen.drawn) this.setState("ready");
    this.root.dataset.revision = String(program.revision);
    this.root.dataset.missing = String(program.missing);
    this.root.dataset.program = program.key;
  }

  /** While playing: the next program waits for its sound, though not for ever. @param {Program} program */
  expect(program) {
    this.coming = program;
    clearTimeout(this.takeTimer);
    this.takeTimer = setTimeout(() => this.takeOver(program), TAKE_MS);
    if (this.pieces.has(program.key)) this.takeOver(program);
  }

  /** @param {Program} program */
  async takeOver(program) {
    const former = this.program;
    if (program !== this.coming || !former) return;
    await this.sound.prepare(this.pieces.get(program.key), relocated(this.sound.ticks, former, program));
    if (program !== this.coming) return;
    clearTimeout(this.takeTimer);
    const ticks = relocated(this.playing ? this.sound.ticks : this.ticks, former, program);
    this.adopt(program, ticks);
    this.screen.clear();
    if (this.playing) this.sound.start(this.pieces.get(program.key), ticks);
    this.say({ type: this.playing ? "play" : "seek", ticks, program: program.key });
  }

  /** @param {any} facts */
  hearSound(facts) {
    const key = `${facts.revision}:${facts.manifest}`;
    const addresses = facts.pieces.map(
      (/** @type {string} */ digest) => `/projects/${this.session.project}/sound/${digest}.flac`,
    );
    this.pieces.clear();
    this.pieces.set(key, { piece: facts.piece, addresses });
    this.root.dataset.sound = key;
    if (this.coming?.key === key) this.takeOver(this.coming);
    else if (this.program?.key === key && this.playing) this.sound.supply(/** @type {any} */ (this.pieces.get(key)));
  }

  /** @param {import("./frames.js").Frame} frame @param {() => void} drawn */
  async take(frame, drawn) {
    const picture = await createImageBitmap(frame.jpeg).catch(() => null);
    drawn();
    if (!picture) return;
    if (frame.key !== this.program?.key) picture.close();
    else if (frame.timed && this.playing) this.screen.hold({ frame, picture });
    else if (frame.timed) picture.close();
    else this.showStill({ frame, picture });
  }

  /** @param {import("./screen.js").Ready} ready */
  showStill(ready) {
    if (this.playing) return ready.picture.close();
    this.screen.show(ready);
    this.setState("ready");
  }

  /** @param {number} [from] @param {number} [until] */
  async play(from = this.ticks, until = Infinity) {
    const program = this.program;
    if (!program?.duration) return;
    this.starting += 1;
    const attempt = this.starting;
    const ticks = from >= program.duration - frameTicks(program) ? 0 : from;
    this.controls.setPlaying(true);
    await this.sound.wake();
    await this.sound.prepare(this.pieces.get(program.key), ticks);
    if (attempt !== this.starting || !this.program) return;
    this.ticks = ticks;
    this.stopAt = until;
    this.playing = true;
    this.screen.clear();
    this.sound.start(this.pieces.get(this.program.key), ticks);
    this.say({ type: "play", ticks, program: this.program.key });
    requestAnimationFrame(() => this.turn());
  }

  pause() {
    this.starting += 1;
    this.ticks = this.sound.playing ? this.sound.stop() : this.ticks;
    this.playing = false;
    this.controls.setPlaying(false);
    if (this.coming && this.program) this.adopt(this.coming, relocated(this.ticks, this.program, this.coming));
    this.rest("stop");
  }

  /** @param {number} ticks */
  seek(ticks) {
    if (this.playing) return this.play(ticks, Infinity);
    this.ticks = ticks;
    this.controls.setTicks(ticks);
    this.rest("seek");
  }

  /** Stand still here. @param {"seek" | "stop"} type */
  rest(type) {
    const last = this.program ? Math.max(0, this.program.duration - frameTicks(this.program)) : Infinity;
    this.ticks = Math.min(this.ticks, last);
    this.controls.setTicks(this.ticks);
    this.say({ type, ticks: this.ticks });
  }

  /** @param {string} sceneId */
  playScene(sceneId) {
    const scene = this.program?.scenes.find((other) => other.id === sceneId);
    if (scene) this.play(scene.start, scene.start + scene.duration);
  }

  /** @param {number} by scenes */
  jump(by) {
    if (!this.program) return;
    const here = sceneAt(this.program, this.ticks);
    const place = here ? this.program.scenes.indexOf(here) : 0;
    const scene = this.program.scenes[Math.min(Math.max(place + by, 0), this.program.scenes.length - 1)];
    if (scene) this.seek(scene.start);
  }

  /** Once per screen refresh while playing. */
  turn() {
    if (!this.playing || !this.program) return;
    this.ticks = this.sound.ticks;
    if (this.ticks >= Math.min(this.stopAt, this.program.duration)) return this.finish();
    this.screen.advance(this.ticks);
    this.controls.setTicks(this.ticks);
    const now = performance.now();
    if (now - this.told > CLOCK_MS) {
      this.told = now;
      this.say({ type: "clock", ticks: this.ticks });
    }
    requestAnimationFrame(() => this.turn());
  }

  /** The end of the film, or of the scene that was asked for: stand on its last frame. */
  finish() {
    const end = Math.min(this.stopAt, this.program?.duration ?? 0);
    this.pause();
    if (this.program) this.seek(Math.max(0, end - frameTicks(this.program)));
  }

  /** How large the picture is on this screen. */
  measure() {
    const { width, height } = this.controls.part("frame").getBoundingClientRect();
    const sparing = /** @type {any} */ (navigator).connection?.saveData === true;
    const side = sparing ? SPARING_SIDE : Math.round(Math.min(width, height) * devicePixelRatio);
    if (!side || side === this.session.shortSide) return;
    this.session.shortSide = side;
    this.say({ type: "size", short_side_px: side });
  }

  /** Somebody is here; a tab that nobody looks at gives its place to others. */
  stir() {
    clearTimeout(this.restTimer);
    if (!document.hidden && !this.session.wanted) {
      this.setState("warming");
      this.session.open();
    }
    this.restTimer = setTimeout(() => this.leave(), document.hidden ? HIDDEN_MS : IDLE_MS);
  }

  leave() {
    if (this.playing) return this.stir();
    this.session.close();
    this.setState("resting");
  }

  /** @param {string} state @param {number} [place] */
  setState(state, place) {
    if ((state === "lost" || state === "waiting") && this.playing) this.pause();
    this.controls.setState(state, place);
  }

  /** @param {...object} messages */
  say(...messages) {
    this.session.say(...messages);
  }
}

/** @param {EventTarget} target @param {string} name @param {(detail: any) => void} hear */
function on(target, name, hear) {
  target.addEventListener(name, (event) => hear(/** @type {CustomEvent} */ (event).detail ?? {}));
}
