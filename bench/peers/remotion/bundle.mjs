/** `node bundle.mjs MEDIA OUT`: the films as a page, done once for all renderings. The inputs are linked and not copied. */

import { bundle } from "@remotion/bundler";

const [publicDir, outDir] = process.argv.slice(2);
const entryPoint = new URL("films.jsx", import.meta.url).pathname;
await bundle({ entryPoint, outDir, publicDir, symlinkPublicDir: true, enableCaching: false });
