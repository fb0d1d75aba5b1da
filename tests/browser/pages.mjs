// SPDX-License-Identifier: EUPL-1.2
// Every page that one can reach by links, judged: nothing to say for axe, pa11y, the browser, or a narrow window.

import { axe, NARROW, overflow, pa11yRun, picture, watch, WIDE } from "./lib.mjs";

/** The kind of page an address stands for: what names one thing among many becomes `:x`. */
export function pattern(url) {
  const { pathname, searchParams } = new URL(url);
  const path = pathname
    .split("/")
    .map((part) => (/\d/.test(part) && !/^v\d$/.test(part) ? ":x" : part))
    .join("/");
  const asked = [...new Set(searchParams.keys())].sort().join("&");
  return asked === "" ? path : `${path}?${asked}`;
}

/** Pages that one template makes of many texts: the first of each are judged whole, of the others what their text can break. */
const ALIKE = [/^\/diagnostica\/[^/?]+$/, /^\/specifiche\/[^/?]+(\?.*)?$/, /^\/pratiche\/:x\/perche\/[^/?]+$/];
const WHOLE = 4;

/**
 * Follows the links of the same origin from where the page is. Of every kind of page at least one is judged, at most `each`;
 * `skip(url)` leaves an address out. Gives `{ faults, kinds: Map(kind → address), left }`; `left` are kinds that the bound
 * `most` has left unvisited, and should be none. With `pictures`, a name, each page judged whole leaves one narrow and one wide.
 */
export async function crawl(page, { each = 1, most = 300, skip = () => false, pictures } = {}) {
  const origin = new URL(page.url()).origin;
  const queue = [page.url()];
  const seen = new Set(queue);
  const kinds = new Map();
  const count = new Map();
  const faults = [];
  const complaints = watch(page, origin);
  const alike = new Map();
  let visited = 0;
  while (queue.length > 0 && visited < most) {
    const url = queue.shift();
    const kind = pattern(url);
    if ((count.get(kind) ?? 0) >= each) continue;
    count.set(kind, (count.get(kind) ?? 0) + 1);
    kinds.set(kind, kinds.get(kind) ?? url);
    visited += 1;
    await page.setViewportSize(WIDE);
    const answer = await visit(page, url);
    if (answer === undefined) continue;
    if (answer.status() >= 400) {
      faults.push(`${url}: answers ${answer.status()}`);
      continue;
    }
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) {
      complaints.length = 0;
      continue;
    }
    faults.push(...complaints.splice(0).map((said) => `${url}: ${said}`));
    const family = ALIKE.findIndex((pages) => pages.test(kind));
    alike.set(family, (alike.get(family) ?? 0) + 1);
    const whole = family < 0 || alike.get(family) <= WHOLE;
    const found = whole ? [...(await axe(page)), ...(await pa11yRun(url, await page.context().cookies()))] : [];
    if (pictures && whole) await picture(page, `${pictures}-${kind}-1440`);
    await page.setViewportSize(NARROW);
    const wider = await overflow(page);
    if (wider > 0) found.push(`${wider} px wider than a window of ${NARROW.width}`);
    if (pictures && whole) await picture(page, `${pictures}-${kind}-360`);
    complaints.length = 0;
    faults.push(...found.map((said) => `${url}: ${said}`));
    for (const link of await links(page)) {
      const { origin: theirs } = new URL(link);
      if (theirs === origin && !seen.has(link) && !skip(link)) {
        seen.add(link);
        queue.push(link);
      }
    }
  }
  const left = [...new Set(queue.map(pattern))].filter((kind) => !kinds.has(kind));
  return { faults, kinds, left };
}

/** The answer of an address, or undefined if it is a file to keep. */
async function visit(page, url) {
  try {
    return await page.goto(url);
  } catch (error) {
    if (/Download is starting|ERR_ABORTED/.test(error.message)) return undefined;
    throw error;
  }
}

async function links(page) {
  const all = await page.locator("a[href]").evaluateAll((found) => found.map((a) => a.href));
  return all.filter((href) => /^https?:/.test(href)).map((href) => href.replace(/#.*$/, ""));
}
