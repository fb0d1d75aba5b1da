// SPDX-License-Identifier: EUPL-1.2
// The door of the harness: what a spec imports.

import { launch, load, picturePath } from "./packages.mjs";

export { audited, axe, endAudit, overflow, pa11yRun, watch } from "./audit.mjs";
export { keyboard } from "./keyboard.mjs";
export { file, load, root } from "./packages.mjs";
export { serve, start } from "./service.mjs";

export const NARROW = { width: 360, height: 740 };
export const WIDE = { width: 1440, height: 900 };

/** Starts Chromium; end it with `browser.close()`. */
export async function chromium() {
  return (await load("playwright-core")).chromium.launch(launch);
}

/** A page of its own session, in Italian and in the time of Rome. */
export async function open(browser, { origin, scripts = true, viewport = WIDE } = {}) {
  const context = await browser.newContext({
    baseURL: origin,
    javaScriptEnabled: scripts,
    viewport,
    locale: "it-IT",
    timezoneId: "Europe/Rome",
  });
  return context.newPage();
}

/** Enters with a local account: the page of entry is found by what its fields are for. */
export async function signIn(page, { username, password }) {
  await page.goto("/");
  await page.locator('input[autocomplete="username"]').fill(username);
  const secret = page.locator('input[autocomplete="current-password"]');
  await secret.fill(password);
  await Promise.all([page.waitForEvent("load"), secret.press("Enter")]);
  if ((await page.locator('input[autocomplete="current-password"]').count()) > 0)
    throw new Error(`${username} was not let in: ${await page.locator("main").innerText()}`);
}

/** Leaves a picture of the whole page; gives its path. */
export async function picture(page, name) {
  const path = picturePath(name);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
  return path;
}
