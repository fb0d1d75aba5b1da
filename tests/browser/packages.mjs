// SPDX-License-Identifier: EUPL-1.2
// The packages that `setup` has put outside the tree, the browser, and where pictures go.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = process.env.LEPRE_BROWSER;
if (folder === undefined) throw new Error("run the specs with tests/browser/run: it sets LEPRE_BROWSER");
const require = createRequire(join(folder, "package.json"));

/** A package of the lock, whatever its kind of module. */
export async function load(name) {
  const module = await import(pathToFileURL(require.resolve(name)).href);
  return module.default ?? module;
}

/** The file of a package, such as `axe-core/axe.min.js`, or a program of one, such as `.bin/spectral`. */
export const file = (path) => (path.startsWith(".bin/") ? join(folder, "node_modules", path) : require.resolve(path));

/** How Chromium is started; as root it has no sandbox. */
export const launch = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
};

/** Where a picture of that name is left. */
export function picturePath(name) {
  const pictures = join(folder, "pictures");
  mkdirSync(pictures, { recursive: true });
  return join(pictures, `${name.replace(/[^a-z0-9-]+/gi, "-")}.png`);
}
