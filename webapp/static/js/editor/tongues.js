/** The language beside the first: which one this tab shows. The page's address keeps it, and every request says it. */

import { wake } from "./exchange.js";
import { refetch } from "./follow.js";
import { view } from "./view.js";

const NAME = "beside";

export function openTongues() {
  const others = view.headers;
  view.headers = (what) => ({ ...others(what), ...wish() });
  document.addEventListener("change", (event) => {
    const select = event.target;
    if (select instanceof HTMLSelectElement && "choosesBeside" in select.dataset) show(select.value);
  });
}

/** @returns {Record<string, string>} */
function wish() {
  const language = new URL(location.href).searchParams.get(NAME);
  return language ? { "X-Beside": language } : {};
}

/** @param {string} language */
function show(language) {
  const address = new URL(location.href);
  address.searchParams.set(NAME, language);
  history.replaceState(history.state, "", address);
  refetch(["scenes"]);
  wake();
}
