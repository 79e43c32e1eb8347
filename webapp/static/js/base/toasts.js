/** Toasts leave by themselves after a while, unless someone is reading them; problems stay longer. */

const STAY_MS = 6000;
const PROBLEM_STAY_MS = 12000;

const shelf = /** @type {HTMLElement} */ (document.getElementById("toasts"));

/** Show the toast in a template. @param {string} templateId */
export function showToast(templateId) {
  const template = document.getElementById(templateId);
  if (template instanceof HTMLTemplateElement) shelf.append(template.content.cloneNode(true));
}

/** @param {Element} toast */
function expire(toast) {
  const stay = toast.classList.contains("toast--problem") ? PROBLEM_STAY_MS : STAY_MS;
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), stay);
}

new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node instanceof Element && node.matches("[data-toast]")) expire(node);
  }
}).observe(shelf, { childList: true });

shelf.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-closes-toast]")) {
    event.target.closest("[data-toast]")?.remove();
  }
});

for (const toast of shelf.querySelectorAll("[data-toast]")) expire(toast);
