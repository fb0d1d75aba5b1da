// SPDX-License-Identifier: EUPL-1.2
// Every page that each demonstration account can reach has nothing to be said against it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, endAudit, open, signIn, start } from "./lib.mjs";
import { crawl } from "./pages.mjs";

let browser;
let service;

before(async () => {
  [service, browser] = await Promise.all([start(), chromium()]);
});
after(async () => {
  await Promise.all([browser?.close(), service?.stop(), endAudit()]);
});

for (const role of ["operatore", "responsabile", "amministratore", "verificatore"]) {
  test(`the pages of ${role}`, async (t) => {
    const page = await open(browser, { origin: service.origin });
    await signIn(page, service.account(role));
    const { faults, kinds, left } = await crawl(page, { pictures: role });
    t.diagnostic(`${kinds.size} kinds of page: ${[...kinds.keys()].join(" ")}`);
    assert.deepEqual(faults, []);
    assert.deepEqual(left, []);
    await page.context().close();
  });
}

test("the page of entry", async () => {
  const page = await open(browser, { origin: service.origin });
  await page.goto("/");
  const { faults } = await crawl(page, { pictures: "nobody" });
  assert.deepEqual(faults, []);
  await page.context().close();
});
