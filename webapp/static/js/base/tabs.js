/** The tab one is at stands in view, also where the row of tabs is longer than the screen. */

for (const tab of document.querySelectorAll(".tab[aria-current]")) {
  tab.scrollIntoView({ behavior: "instant", block: "nearest", inline: "center" });
}
