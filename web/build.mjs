// SPDX-License-Identifier: EUPL-1.2
// Makes the folder of what a browser asks for beside the pages: `node build.mjs OUTPUT SOURCES…`.
//
// Only what the sources of the pages name is kept: style rules, icons. Each file carries the hash of what it holds in its name,
// so that it may be kept for ever; `manifest.json` ties the plain names to those. Nothing outside OUTPUT is written.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const [output, ...sources] = process.argv.slice(2);
if (output === undefined || sources.length === 0) {
  console.error("usage: node build.mjs OUTPUT SOURCES…");
  process.exit(2);
}

const read = (...parts) => readFileSync(join(...parts), "utf8").replace(/^\uFEFF/, "");

/** The Rust files of a folder, one text. */
function rust(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return rust(path);
      return entry.name.endsWith(".rs") ? read(path) : "";
    })
    .join("\n");
}

const manifest = {};

/** Writes a file under its hashed name, with its gzipped twin where that is clearly shorter; gives the hashed name. */
function put(name, body) {
  const bytes = Buffer.from(body);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}.${hash}${extension}`;
  writeFileSync(join(output, hashed), bytes);
  const packed = gzipSync(bytes, { level: 9 });
  if (packed.length < bytes.length * 0.9) writeFileSync(join(output, `${hashed}.gz`), packed);
  manifest[name] = hashed;
  return hashed;
}

/** The faces of Titillium Web; those with rarer letters are fetched only by a page that holds one. */
function faces() {
  const family = join(packages, "@fontsource", "titillium-web");
  const ranges = JSON.parse(read(family, "unicode.json"));
  const face = (weight, subset) => {
    const file = readFileSync(join(family, "files", `titillium-web-${subset}-${weight}-normal.woff2`));
    const name = put(`titillium-web-${subset}-${weight}.woff2`, file);
    return (
      `@font-face{font-family:"Titillium Web";font-style:normal;font-weight:${weight};font-display:swap;` +
      `src:url(${name}) format("woff2");unicode-range:${ranges[subset]}}\n`
    );
  };
  return [400, 600, 700].flatMap((weight) => [face(weight, "latin-ext"), face(weight, "latin")]).join("");
}

async function style(words) {
  const [kept] = await new PurgeCSS().purge({
    content: [{ raw: words, extension: "rs" }],
    css: [{ raw: read(packages, "bootstrap-italia", "dist", "css", "bootstrap-italia.min.css") }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  const own = read(here, "lepre.css").replace(/\/\*[^]*?\*\//g, "").replace(/\s+/g, " ");
  return `${kept.css}\n${faces()}${own}\n`;
}

/** The icons that the sources name, in the order of the sprite. */
function icons(words) {
  const sprite = read(packages, "bootstrap-italia", "dist", "svg", "sprites.svg");
  const all = new Map([...sprite.matchAll(/<symbol id="([^"]+)".*?<\/symbol>/gs)].map(([symbol, id]) => [id, symbol]));
  const named = new Set(words.match(/\bit-[a-z-]+/g));
  const kept = [...all].filter(([id]) => named.has(id)).map(([, symbol]) => symbol);
  return `<svg xmlns="http://www.w3.org/2000/svg">${kept.join("")}</svg>\n`;
}

/** The same letters for documents, which carry their own: whole files, never served. */
function paper() {
  const family = join(packages, "@expo-google-fonts", "titillium-web");
  const files = { regular: "400Regular", bold: "600SemiBold", italic: "400Regular_Italic" };
  for (const [name, style] of Object.entries(files)) {
    copyFileSync(join(family, style, `TitilliumWeb_${style}.ttf`), join(output, `paper-${name}.ttf`));
  }
}

function licences() {
  const named = [
    ["bootstrap-italia", "LICENSE"],
    ["htmx.org", "LICENSE"],
    ["@fontsource/titillium-web", "LICENSE"],
    ["@expo-google-fonts/titillium-web", "LICENSE_FONT"],
  ];
  return named
    .map(([name, file]) => `${name}\n\n${read(packages, name, file).trim()}\n`)
    .join(`\n${"-".repeat(72)}\n\n`);
}

for (const source of sources) statSync(source);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const safe = read(here, "safelist.txt").replace(/^#.*$/gm, "");
const words = [safe, ...sources.map(rust)].join("\n");
put("lepre.css", await style(words));
put("lepre.js", read(here, "lepre.js"));
put("htmx.js", read(packages, "htmx.org", "dist", "htmx.min.js"));
put("icons.svg", icons(words));
put("favicon.svg", read(here, "favicon.svg"));
put("licenze.txt", licences());
paper();
writeFileSync(join(output, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
