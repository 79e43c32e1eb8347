/** `<time data-relative>` says how long ago, in the page's language, with the exact local time as its title; `<time data-exact>` says that time. */

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const REFRESH_MS = 30_000;

const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
/** In the calendar of the pages themselves and of their files: left alone, a Thai browser would count years otherwise than the server. */
const exact = new Intl.DateTimeFormat(language, { calendar: "gregory", dateStyle: "medium", timeStyle: "short" });

/** @param {number} seconds before now */
function ago(seconds) {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ["second", 1];
  return relative.format(unit === "second" ? 0 : -Math.floor(seconds / length), unit);
}

/** @param {ParentNode} root */
export function tellTimes(root) {
  for (const element of root.querySelectorAll("time:is([data-relative], [data-exact])")) {
    const moment = new Date(element.getAttribute("datetime") ?? "");
    if (Number.isNaN(moment.getTime())) continue;
    const words = exact.format(moment);
    if (element.hasAttribute("data-exact")) element.textContent = words;
    else element.textContent = ago(Math.max(0, (Date.now() - moment.getTime()) / 1000));
    element.setAttribute("title", words);
  }
}

tellTimes(document);
setInterval(() => tellTimes(document), REFRESH_MS);
document.addEventListener("htmx:afterSettle", () => tellTimes(document));
