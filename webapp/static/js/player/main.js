/** Every player of the page. */

import { Player } from "./player.js";

for (const root of document.querySelectorAll(".player")) new Player(/** @type {HTMLElement} */ (root));
