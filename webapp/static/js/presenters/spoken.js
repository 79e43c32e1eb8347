/**
 * A form with `data-reads` records a sentence: what was recorded is put into its file field, so that it is sent as a chosen file is.
 * Without a microphone, or leave to use it, the field alone remains.
 */

const SECONDS_MAX = 60;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

document.addEventListener("htmx:load", open);
document.addEventListener("DOMContentLoaded", open);
open();

function open() {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-reads] [data-recorder]")
  )) {
    row.hidden = !("MediaRecorder" in window && navigator.mediaDevices);
  }
}

document.addEventListener("click", (event) => {
  const button =
    event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-record]")) : null;
  if (button) void (recording ? recording.stop() : record(button));
});

/** @type {MediaRecorder | undefined} */
let recording;

/** @param {HTMLElement} button */
async function record(button) {
  const form = /** @type {HTMLFormElement} */ (button.closest("[data-reads]"));
  const refused = /** @type {HTMLElement} */ (form.querySelector("[data-no-microphone]"));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    refused.hidden = true;
    begin(form, button, stream);
  } catch {
    refused.hidden = false;
  }
}

/** @param {HTMLFormElement} form @param {HTMLElement} button @param {MediaStream} stream */
function begin(form, button, stream) {
  const recorder = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)) });
  /** @type {Blob[]} */
  const parts = [];
  const words = button.textContent;
  const started = Date.now();
  const clock = setInterval(() => tell(form, recorder, Math.floor((Date.now() - started) / 1000)), 250);
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    recording = undefined;
    for (const track of stream.getTracks()) track.stop();
    button.textContent = words;
    button.setAttribute("aria-pressed", "false");
    keep(form, new Blob(parts, { type: recorder.mimeType }));
  });
  button.textContent = button.dataset.stopWords ?? "";
  button.setAttribute("aria-pressed", "true");
  recording = recorder;
  recorder.start();
}

/** @param {HTMLFormElement} form @param {MediaRecorder} recorder @param {number} seconds */
function tell(form, recorder, seconds) {
  const place = form.querySelector("[data-seconds]");
  if (place) place.textContent = `${seconds} / ${SECONDS_MAX} s`;
  if (seconds >= SECONDS_MAX || !form.isConnected) recorder.stop();
}

/** @param {HTMLFormElement} form @param {Blob} sound */
function keep(form, sound) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[name=recording]"));
  const player = /** @type {HTMLAudioElement} */ (form.querySelector("[data-heard]"));
  const files = new DataTransfer();
  files.items.add(new File([sound], "consent", { type: sound.type }));
  field.files = files.files;
  player.src = URL.createObjectURL(sound);
  player.hidden = false;
}
