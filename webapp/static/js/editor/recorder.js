/**
 * Recording a passage: a button with `data-records="block:language"` opens the dialog. After a count-in the microphone is recorded; what was
 * said is heard, used or said once more. It goes the way of every upload, and becomes the passage's recording once it has been read.
 */

import { announce, transfer } from "../uploads/tus.js";
import { setField } from "./controls.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const COUNT_FROM = 3;
const SECOND_MS = 1_000;
const AGAIN_MS = 700;
const CHECKING = 202;
const SILENCE = 128;

/** @typedef {"ready" | "count" | "recording" | "heard" | "sending" | "checking" | "used" | "broken"} State */

let target = "";
/** @type {Blob | null} */
let sound = null;
/** What is going on with the microphone: ended when it is let go. @type {AbortController} */
let taking = new AbortController();

export function openRecorder() {
  const dialog = document.getElementById("recorder");
  if (!(dialog instanceof HTMLDialogElement)) return;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-records]") : null;
    if (button instanceof HTMLElement) open(dialog, button.dataset.records ?? "");
  });
  dialog.addEventListener("close", () => taking.abort());
  part("record").addEventListener("click", record);
  part("again").addEventListener("click", record);
  part("use").addEventListener("click", () => sound && use(dialog, sound));
  part("file").addEventListener("change", () => {
    const file = /** @type {HTMLInputElement} */ (part("file")).files?.[0];
    if (file) hear(file);
  });
}

/** @param {HTMLDialogElement} dialog @param {string} records */
function open(dialog, records) {
  target = records;
  const [block = "", language = ""] = records.split(":");
  const areas = /** @type {NodeListOf<HTMLTextAreaElement>} */ (document.querySelectorAll("textarea[data-block]"));
  const area = [...areas].find(({ dataset }) => dataset.block === block && dataset.language === language);
  part("words").textContent = area?.value ?? "";
  part("words").lang = language;
  part("refused").hidden = true;
  /** @type {HTMLInputElement} */ (part("file")).value = "";
  show("ready");
  dialog.showModal();
}

async function record() {
  taking.abort();
  taking = new AbortController();
  const { signal } = taking;
  part("refused").hidden = true;
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  if (!stream) {
    part("refused").hidden = false;
    return;
  }
  signal.addEventListener("abort", () => {
    for (const track of stream.getTracks()) track.stop();
  });
  if (signal.aborted) return taking.abort();
  measure(stream, signal);
  for (let left = COUNT_FROM; left > 0 && !signal.aborted; left--) {
    show("count", left);
    await rest(SECOND_MS);
  }
  if (!signal.aborted) take(stream, signal);
}

/** @param {MediaStream} stream @param {AbortSignal} signal */
function take(stream, signal) {
  const recorder = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)) });
  /** @type {Blob[]} */
  const pieces = [];
  const started = performance.now();
  const tell = () => show("recording", Math.floor((performance.now() - started) / SECOND_MS));
  const clock = setInterval(tell, SECOND_MS / 4);
  const stop = () => recorder.state === "recording" && recorder.stop();
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    if (signal.aborted) return;
    taking.abort();
    hear(new Blob(pieces, { type: recorder.mimeType }));
  });
  signal.addEventListener("abort", stop);
  part("stop").addEventListener("click", stop, { signal });
  recorder.start();
  tell();
}

/** Show how loud it is for as long as the microphone is open. @param {MediaStream} stream @param {AbortSignal} signal */
function measure(stream, signal) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const look = () => {
    analyser.getByteTimeDomainData(samples);
    const peak = Math.max(...samples.map((sample) => Math.abs(sample - SILENCE)));
    /** @type {HTMLProgressElement} */ (part("level")).value = signal.aborted ? 0 : (100 * peak) / SILENCE;
    if (signal.aborted) context.close();
    else requestAnimationFrame(look);
  };
  look();
}

/** @param {Blob} heard */
function hear(heard) {
  sound = heard;
  const player = /** @type {HTMLAudioElement} */ (part("heard"));
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(heard);
  show("heard");
}

/** @param {HTMLDialogElement} dialog @param {Blob} chosen */
async function use(dialog, chosen) {
  taking = new AbortController();
  const { signal } = taking;
  const [block, language] = target.split(":");
  const name = chosen instanceof File ? chosen.name : `${document.title}.${chosen.type.split(/[/;]/)[1]}`;
  const file = new File([chosen], name, { type: chosen.type });
  try {
    show("sending", "0%");
    const tell = (/** @type {number} */ bytes) => show("sending", `${Math.floor((100 * bytes) / file.size)}%`);
    const address = await announce(dialog.dataset.uploads ?? "", file, signal);
    const asset = await transfer(address, file, tell, () => {}, signal);
    show("checking");
    const digest = await read(`${dialog.dataset.recordings}${asset}`, signal);
    setField(block ?? "", `recordings.${language}`, digest);
    show("used");
  } catch {
    if (!signal.aborted) show("broken");
  }
}

/** The name of the sound, once it has been read. @param {string} address @param {AbortSignal} signal @returns {Promise<string>} */
async function read(address, signal) {
  for (;;) {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (answer.status !== CHECKING && !answer.ok) throw new Error(answer.statusText);
    if (answer.status !== CHECKING) return (await answer.json()).digest;
    await rest(AGAIN_MS);
  }
}

/** Say how it stands, and offer what can be done then. @param {State} state @param {number | string} [number] */
function show(state, number = 0) {
  const words = part("state").dataset[state] ?? "";
  const said = words.replace("{n}", String(number));
  if (part("state").textContent !== said) part("state").textContent = said;
  part("record").hidden = state !== "ready";
  part("stop").hidden = state !== "recording";
  part("use").hidden = state !== "heard";
  part("again").hidden = !["heard", "broken"].includes(state);
  part("heard").hidden = state !== "heard";
}

/** @param {number} ms */
function rest(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {string} name */
function part(name) {
  return /** @type {HTMLElement} */ (document.getElementById(`recorder-${name}`));
}
