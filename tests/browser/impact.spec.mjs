// SPDX-License-Identifier: EUPL-1.2
// The impact of a draft: chosen from the list, with scripts on and off, by who verifies and by who looks after the levels; and
// a confirmation that nothing was meant to change.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audited, chromium, endAudit, NARROW, open, overflow, picture, root, signIn, start, watch } from "./lib.mjs";

const LEVEL = "nazionale/e-orientamento-specialistico.yaml";
const COUNSELLING = /(testo: counseling\s+procedura:\s+obbligo: )offerta/;

let browser;
let service;
let drafts;

before(async () => {
  drafts = mkdtempSync(join(tmpdir(), "lepre-bozze-"));
  for (const name of ["counseling-dovuto", "come-in-uso", "con-errori"]) {
    cpSync(join(root, "specs"), join(drafts, name, "specs"), { recursive: true });
    cpSync(join(root, "scripts"), join(drafts, name, "scripts"), { recursive: true });
  }
  change("counseling-dovuto", (text) => text.replace(COUNSELLING, "$1dovuta"));
  change("con-errori", (text) => text.replace("dopo: [colloquio]", "dopo: [coloquio]"));
  [service, browser] = await Promise.all([start({ args: ["--bozze", drafts] }), chromium()]);
});
after(async () => {
  await Promise.all([browser?.close(), service?.stop(), endAudit()]);
  rmSync(drafts, { recursive: true, force: true });
});

function change(draft, how) {
  const file = join(drafts, draft, "specs", LEVEL);
  const text = readFileSync(file, "utf8");
  assert.notEqual(how(text), text, `${draft} changes nothing`);
  writeFileSync(file, how(text));
}

/** Chooses a draft and waits until its impact is whole. */
async function ask(page, draft) {
  await page.goto("/impatto");
  await page.getByLabel("Bozza").selectOption(draft);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Calcola" }).click()]);
  while ((await page.getByText("La pagina si aggiorna da sola").count()) > 0) await page.waitForEvent("load");
}

async function judged(page, name, faults) {
  assert.deepEqual(await audited(page), []);
  await picture(page, name);
  assert.equal(await overflow(page), 0, "wider than the window");
  assert.deepEqual(faults, []);
}

for (const role of ["verificatore", "amministratore"]) {
  for (const scripts of [true, false]) {
    test(`${role} sees what changes, scripts ${scripts ? "on" : "off"}`, async () => {
      const page = await open(browser, { origin: service.origin, scripts, viewport: NARROW });
      const faults = watch(page, service.origin);
      await signIn(page, service.account(role));
      await ask(page, "counseling-dovuto");
      const main = page.locator("main");
      assert.match(await main.innerText(), /pratiche cambiano/);
      const examples = main.locator("details").first();
      await examples.locator("summary").click();
      const links = await examples.locator('a[href^="/pratiche/"]').count();
      assert.equal(links > 0, role === "verificatore", `${links} links to cases`);
      await judged(page, `impact-${role}-${scripts}`, faults);
      if (role === "verificatore") {
        await Promise.all([page.waitForEvent("load"), examples.locator('a[href^="/pratiche/"]').first().click()]);
        assert.match(page.url(), /\/pratiche\//);
      }
      await page.context().close();
    });
  }
}

test("a draft that changes nothing is confirmed, one with faults shows them", async () => {
  const page = await open(browser, { origin: service.origin, scripts: false, viewport: NARROW });
  const faults = watch(page, service.origin);
  await signIn(page, service.account("amministratore"));
  await ask(page, "come-in-uso");
  await judged(page, "impact-nothing", faults);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Confermo" }).click()]);
  assert.match(await page.locator("main").innerText(), /Confermato: la bozza non doveva cambiare nessuna pratica/);
  await ask(page, "con-errori");
  assert.match(await page.locator("main").innerText(), /finché ci sono non se ne può dire l'impatto/);
  await judged(page, "impact-faulty", faults);
  await page.context().close();
});
