/** The sound, which is also the clock: pieces of the mix, fetched by name and scheduled ahead of the playhead. */

export const TICKS_PER_SECOND = 240_000;
const RATE_HZ = 48_000;
const AHEAD_S = 4;
const LEAD_S = 0.06;
const TURN_MS = 250;
const PIECES_KEPT = 24;
const PATIENCE_MS = 2_500;

/** @typedef {{ piece: number, addresses: string[] }} Pieces `piece` is how many ticks one lasts */

export class Sound {
  constructor() {
    /** @type {AudioContext | undefined} */
    this.context = undefined;
    /** @type {GainNode | undefined} */
    this.gain = undefined;
    this.volume = 1;
    /** @type {Map<string, Promise<AudioBuffer | null>>} */
    this.loaded = new Map();
    /** @type {Map<number, AudioBufferSourceNode>} */
    this.scheduled = new Map();
    /** @type {Pieces | undefined} */
    this.pieces = undefined;
    this.from = 0;
    this.startsAt = 0;
    this.playing = false;
    this.run = 0;
    this.timer = 0;
  }

  /** Must be called by a gesture once: browsers let nothing sound before. */
  wake() {
    this.context ??= new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
    if (!this.gain) {
      this.gain = new GainNode(this.context, { gain: this.volume });
      this.gain.connect(this.context.destination);
    }
    return this.context.resume();
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.volume = volume;
    if (this.gain && this.context) this.gain.gain.setTargetAtTime(volume, this.context.currentTime, 0.02);
  }

  /** Where the playhead is by what is heard. */
  get ticks() {
    if (!this.playing || !this.context) return this.from;
    const heard = this.context.currentTime - this.startsAt - (this.context.outputLatency || 0);
    return this.from + Math.max(0, Math.round(heard * TICKS_PER_SECOND));
  }

  /** Load what is heard at `ticks`, or give up waiting for it. @param {Pieces | undefined} pieces @param {number} ticks */
  async prepare(pieces, ticks) {
    if (!pieces) return;
    const address = pieces.addresses[Math.floor(ticks / pieces.piece)];
    if (!address || !this.context) return;
    await Promise.race([this.load(address), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  }

  /** Play from `ticks`. @param {Pieces | undefined} pieces @param {number} ticks */
  start(pieces, ticks) {
    this.silence();
    if (!this.context) return;
    this.pieces = pieces;
    this.from = ticks;
    this.startsAt = this.context.currentTime + LEAD_S;
    this.playing = true;
    this.timer = setInterval(() => this.schedule(), TURN_MS);
    this.schedule();
  }

  /** Stop where it is. @returns {number} the ticks it has come to */
  stop() {
    const ticks = this.ticks;
    this.silence();
    this.from = ticks;
    return ticks;
  }

  /** The sound arrived while playing without it. @param {Pieces} pieces */
  supply(pieces) {
    this.pieces = pieces;
    if (this.playing) this.schedule();
  }

  silence() {
    this.playing = false;
    this.run += 1;
    clearInterval(this.timer);
    for (const source of this.scheduled.values()) source.stop();
    this.scheduled.clear();
  }

  async schedule() {
    const { pieces, run } = this;
    if (!pieces) return;
    const first = Math.floor(this.ticks / pieces.piece);
    const last = Math.floor((this.ticks + AHEAD_S * TICKS_PER_SECOND) / pieces.piece);
    for (let index = first; index <= last && index < pieces.addresses.length; index++) {
      const buffer = await this.load(/** @type {string} */ (pieces.addresses[index]));
      if (run !== this.run || pieces !== this.pieces) return;
      if (buffer && !this.scheduled.has(index)) this.place(index, buffer, pieces.piece);
    }
  }

  /** @param {number} index @param {AudioBuffer} buffer @param {number} piece */
  place(index, buffer, piece) {
    if (!this.context || !this.gain) return;
    const at = this.startsAt + (index * piece - this.from) / TICKS_PER_SECOND;
    const late = Math.max(0, this.context.currentTime - at, this.startsAt - at);
    if (late >= buffer.duration) return;
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.gain);
    source.start(at + late, late);
    this.scheduled.set(index, source);
  }

  /** @param {string} address @returns {Promise<AudioBuffer | null>} */
  load(address) {
    const known = this.loaded.get(address);
    if (known) return known;
    const loading = this.fetched(address).catch(() => {
      this.loaded.delete(address);
      return null;
    });
    this.loaded.set(address, loading);
    for (const old of this.loaded.keys()) {
      if (this.loaded.size <= PIECES_KEPT) break;
      this.loaded.delete(old);
    }
    return loading;
  }

  /** @param {string} address */
  async fetched(address) {
    const answer = await fetch(address);
    if (!answer.ok || !this.context) return null;
    return this.context.decodeAudioData(await answer.arrayBuffer());
  }
}
