/** What the server must know of a page to answer with the parts that this page shows. Scene view says nothing: it is what is meant then. */
export const view = {
  /** @type {(what: readonly string[]) => Record<string, string>} for a request of these parts; of none for an edit */
  headers: () => ({}),
  /** @type {() => string | undefined} where edits go; to the project's own address where it says nothing */
  edits: () => undefined,
};
