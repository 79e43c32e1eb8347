/**
 * This tab's preview session: opened on the socket, opened again when it was lost, given back when nobody looks.
 *
 * It tells `state`, `program`, `sound`, `problem` (their facts as detail) and hands frames to `onFrame` with what to call once drawn.
 */

import { ask, connection } from "../socket.js";
import { readFrame } from "./frames.js";

const RETRY_MS = 2_000;
const EVENTS = /** @type {const} */ (["state", "program", "sound", "problem"]);

export class Session extends EventTarget {
  /** @param {string} project @param {string} language @param {string} shape a variant of the project; empty for itself */
  constructor(project, language, shape) {
    super();
    this.project = project;
    this.language = language;
    this.shape = shape;
    this.plain = false;
    this.shortSide = 360;
    this.wanted = false;
    this.id = "";
    this.opening = false;
    /** @type {(frame: import("./frames.js").Frame, drawn: () => void) => void} */
    this.onFrame = (_frame, drawn) => drawn();
    this.listen();
  }

  /** Show this project until `close`. */
  open() {
    this.wanted = true;
    if (connection().connected) this.begin();
  }

  /** Give the slot back. */
  close() {
    this.wanted = false;
    if (this.id) connection().emit("preview:close", { session: this.id });
    this.id = "";
  }

  /** Steer. @param {...object} messages */
  say(...messages) {
    if (this.id) connection().emit("preview:control", { session: this.id, messages });
  }

  listen() {
    const socket = connection();
    socket.on("connect", () => this.wanted && this.begin());
    socket.on("disconnect", () => this.wanted && this.tell("state", { state: "lost", place: 0 }));
    for (const name of EVENTS) socket.on(`preview:${name}`, (facts) => this.hear(name, facts));
    socket.on("preview:frame", (data, drawn) => (this.wanted ? this.onFrame(readFrame(data), drawn) : drawn()));
  }

  async begin() {
    if (this.opening) return;
    this.opening = true;
    const { project, language, shape, shortSide, id } = this;
    const wish = { project, language, shape, short_side_px: shortSide, session: id };
    const answer = await ask("preview:open", wish).catch(() => null);
    this.opening = false;
    if (answer?.session) this.opened(answer.session);
    else if (answer?.problem !== "not-found") this.later();
  }

  /** @param {string} id */
  opened(id) {
    const again = this.id === id;
    this.id = id;
    if (!this.wanted) this.close();
    else this.tell("opened", { again });
  }

  later() {
    this.tell("state", { state: "lost", place: 0 });
    setTimeout(() => this.wanted && connection().connected && this.begin(), RETRY_MS);
  }

  /** @param {string} name @param {any} facts */
  hear(name, facts) {
    if (!this.wanted || (facts.session !== this.id && !this.opening)) return;
    if (name === "state" && facts.state === "gone") {
      this.id = "";
      this.begin();
    } else this.tell(name, facts);
  }

  /** @param {string} name @param {object} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
