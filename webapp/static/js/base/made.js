/** What is made when it is first asked for: until it is there its address answers 202. */

const MAKING = 202;
const AGAIN_MS = 700;
const ASKS_MAX = 240;

/**
 * The address once something is there; null where nothing comes.
 * @param {string} address
 * @param {() => boolean} wanted whether anybody still waits
 */
export async function whenMade(address, wanted) {
  for (let asked = 0; asked < ASKS_MAX && wanted(); asked += 1) {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return null;
    if (answer.status !== MAKING) return address;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  return null;
}
