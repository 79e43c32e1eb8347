/** 128 random bits in hexadecimal, as the server's ids are. (`crypto.randomUUID` is not there without TLS.) */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
