/** The track view: the editor, and with it everything by time. */

import "../editor/main.js";
import { mark, openChoice } from "./choice.js";
import { openDrag } from "./drag.js";
import { openKeys } from "./keys.js";
import { openPlayhead } from "./playhead.js";
import { drawPoints, openPoints } from "./points.js";
import { drawRuler } from "./ruler.js";
import { lay, part, zoomToStart } from "./sheet.js";
import { drawSounds } from "./sounds.js";
import { openTools } from "./tools.js";
import { look, openWindow } from "./window.js";

openWindow();
openPoints();
openChoice();
openDrag();
openKeys();
openTools();
openPlayhead();
document.addEventListener("editor:placed", () => {
  draw();
  look();
});
document.addEventListener("timeline:scale", drawRuler);
part("scroll").addEventListener("scroll", drawRuler, { passive: true });
new ResizeObserver(drawRuler).observe(part("scroll"));
draw();
zoomToStart();

function draw() {
  lay();
  mark();
  drawPoints();
  drawSounds();
  drawRuler();
}
