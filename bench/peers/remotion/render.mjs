/** `node render.mjs W1 FILM CHROMIUM`: one workload, in the browser that is named. No licence key is told, so no use is reported. */

import { readFileSync } from "node:fs";
import { openBrowser, renderMedia, selectComposition } from "@remotion/renderer";

const [id, outputLocation, browserExecutable] = process.argv.slice(2);
const inputProps = JSON.parse(readFileSync(process.env.PIYING_BENCH_FACTS, "utf8"));
const serveUrl = new URL("bundle", import.meta.url).pathname;
const chromeMode = browserExecutable.endsWith("headless-shell") ? "headless-shell" : "chrome-for-testing";
const logLevel = "error";

const puppeteerInstance = await openBrowser("chrome", { browserExecutable, chromeMode, logLevel });
const shared = { serveUrl, inputProps, puppeteerInstance, logLevel };
const composition = await selectComposition({ id, ...shared });
await renderMedia({
  ...shared,
  composition,
  outputLocation,
  concurrency: 2,
  codec: "h264",
  x264Preset: "veryfast",
  crf: 23,
  pixelFormat: "yuv420p",
  colorSpace: "bt709",
  audioCodec: "aac",
  audioBitrate: "128k",
});
await puppeteerInstance.close({ silent: true });
