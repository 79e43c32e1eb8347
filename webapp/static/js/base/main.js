/** What every page has: menus, dialogs, toasts, times, and how htmx behaves. */

import "./dialogs.js";
import "./exchange.js";
import "./menus.js";
import "./tabs.js";
import "./times.js";
import "./toasts.js";
