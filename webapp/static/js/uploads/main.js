/** A page on which files are brought and nothing else: the phone's. */

import { openUploads } from "./uploads.js";

openUploads(/** @type {HTMLElement} */ (document.getElementById("bring")));
