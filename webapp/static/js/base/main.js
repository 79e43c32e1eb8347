/** What every page has: menus, dialogs, toasts, times, and how htmx behaves. */

import "./dialogs.js";
import "./exchange.js";
import "./menus.js";
import "./tabs.js";
import "./times.js";
import "./toasts.js";

/* What the page named ahead is on its way by now: of long projects every element counts. */
for (const named of document.querySelectorAll("link[rel=modulepreload]")) named.remove();
