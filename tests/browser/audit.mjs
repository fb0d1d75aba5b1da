// SPDX-License-Identifier: EUPL-1.2
// What is wrong with a page: accessibility by axe and by pa11y, and what the browser complains of.

import { readFileSync } from "node:fs";
import { file, launch, load } from "./packages.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
const AXE = readFileSync(file("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds on the page as it stands: lines `rule: where: what to do`; none is right. Where scripts are off they are let
 * run for axe alone: the page has been read without them, and its own do not start.
 */
export async function axe(page) {
  if (await page.evaluate(() => matchMedia("(scripting: enabled)").matches)) return judged(page);
  if (!switches.has(page)) switches.set(page, await page.context().newCDPSession(page));
  const off = (value) => switches.get(page).send("Emulation.setScriptExecutionDisabled", { value });
  // The browser heeds a session's `false` only after its `true`.
  await off(true);
  await off(false);
  try {
    return await judged(page);
  } finally {
    await off(true);
  }
}

/** Sessions kept as long as their page: ending one would let scripts run. */
const switches = new WeakMap();

async function judged(page) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run({ runOnly: { type: "tag", values } });
    const told = ({ target, failureSummary }) => [target.join(" "), failureSummary];
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(told) }));
  }, TAGS);
  return violations.flatMap(({ id, nodes }) => nodes.map(([where, what]) => `axe ${id}: ${where}: ${squeezed(what)}`));
}

const squeezed = (text) => text.replace(/\s+/g, " ").trim();

let puppet;

/**
 * What pa11y (HTML CodeSniffer, WCAG2AA) finds at an address: lines, none is right. `cookies` are those of
 * `context.cookies()`; with `html`, that text is judged as the page of the address, for an answer to a form.
 */
export async function pa11yRun(url, cookies = [], html) {
  puppet ??= (await load("puppeteer")).launch(launch);
  const pa11y = await load("pa11y");
  const browser = await puppet;
  const context = await browser.createBrowserContext();
  try {
    const kept = cookies.map(({ name, value, domain, path }) => ({ name, value, domain, path }));
    if (kept.length > 0) await context.setCookie(...kept);
    const page = await context.newPage();
    if (html !== undefined) {
      await page.setRequestInterception(true);
      page.on("request", (request) => {
        const answer = { contentType: "text/html; charset=utf-8", body: html };
        return request.isNavigationRequest() ? request.respond(answer) : request.continue();
      });
    }
    await page.goto(url, { waitUntil: "load" });
    const { issues } = await pa11y(url, { browser, page, ignoreUrl: true, standard: "WCAG2AA", timeout: 120_000 });
    return issues
      .filter((issue) => issue.type === "error")
      .map((issue) => `pa11y ${issue.code}: ${issue.selector}: ${squeezed(issue.message)}`);
  } finally {
    await context.close();
  }
}

/** Both, on the page as it stands, which may be the answer to a form. */
export async function audited(page) {
  const found = await axe(page);
  const html = await page.content();
  return [...found, ...(await pa11yRun(page.url(), await page.context().cookies(), html))];
}

/** Ends the browser of pa11y. */
export async function endAudit() {
  const browser = await puppet;
  puppet = undefined;
  await browser?.close();
}

/** What a page carries in itself, and the browser's own reader of documents, which comes late. */
const OWN = ["data:", "blob:", "chrome:", "chrome-extension:"];

/**
 * Everything the browser complains of from now on: errors of scripts, refusals of the content security policy, files that
 * do not come, requests to another host. The status of the page itself is no complaint.
 */
export function watch(page, origin) {
  const faults = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && !/content security policy/i.test(message.text())) return;
    const where = message.location().url;
    if (/^Failed to load resource/.test(message.text()) && where === page.url()) return;
    faults.push(`console: ${message.text()} (${where})`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !OWN.includes(url.protocol)) faults.push(`another host: ${url.href}`);
  });
  return faults;
}

/** How far the page is wider than its window, in CSS pixels; 0 is right. */
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
