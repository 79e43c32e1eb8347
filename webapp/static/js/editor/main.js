/** The editor: one document, edited live by several people. */

import { openCanvas } from "../canvas/canvas.js";
import { openCuts } from "../canvas/cuts.js";
import { openActing } from "./acting.js";
import { openCasting } from "./casting.js";
import { openControls } from "./controls.js";
import { openDeck } from "./deck.js";
import { openExchange, wake } from "./exchange.js";
import { openFollow } from "./follow.js";
import { openGestures } from "./gestures.js";
import { openPictures } from "./pictures.js";
import { openPlain } from "./plain.js";
import { openPresence } from "./presence.js";
import { openRecorder } from "./recorder.js";
import { openShapes } from "./shapes.js";
import { openSubtitles } from "./subtitles.js";
import { openTexts } from "./text.js";
import { openTongues } from "./tongues.js";
import { openVersions } from "./versions.js";

const editor = /** @type {HTMLElement} */ (document.getElementById("editor"));
const { project = "", revision = "0", user = "" } = editor.dataset;

openTexts(Number(revision));
openControls();
openActing();
openCanvas();
openCasting();
openCuts();
openShapes(project);
openTongues();
openDeck();
openGestures(project);
openPictures();
openPlain();
openVersions();
openSubtitles();
openRecorder();
openPresence(project, user);
openFollow(project, Number(revision), wake);
openExchange(project);
