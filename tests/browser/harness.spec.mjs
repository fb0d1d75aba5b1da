// SPDX-License-Identifier: EUPL-1.2
// The harness sees what it is there to see: each planted fault is found, and a page without faults is left in peace.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { audited, axe, chromium, endAudit, keyboard, NARROW, open, pa11yRun, serve, signIn, start, watch } from "./lib.mjs";
import { crawl, pattern } from "./pages.mjs";

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

const whole = (body, head = "") =>
  `<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Prova</title>${head}</head><body><main>${body}</main></body></html>`;

const entry = whole(
  `<h1>Entra</h1><form method="post" action="/entra"><label for="u">Nome utente</label><input id="u" name="u" type="text" autocomplete="username">
   <label for="p">Parola d’ordine</label><input id="p" name="p" type="password" autocomplete="current-password">
   <fieldset><legend>Sede</legend><input type="radio" id="a" name="s" value="a" checked><label for="a">Asti</label>
   <input type="radio" id="c" name="s" value="c"><label for="c">Cuneo</label></fieldset><button>Entra</button></form>`,
);

const PAGES = {
  "/": whole(
    '<h1>Indice</h1><ul><li><a href="/pratiche/1">Una</a></li><li><a href="/pratiche/2">Due</a></li>' +
      '<li><a href="/elenco.csv">Elenco</a></li></ul>',
  ),
  "/pratiche/1": whole('<h1>Una pratica</h1><p><a href="/">Indice</a></p>'),
  "/pratiche/2": whole('<h1>Un’altra</h1>'),
  "/entra": entry,
  // axe knows that an image must have a text; the placeholder that names a field satisfies it, and not pa11y.
  "/senza-testo": whole('<h1>Immagine</h1><img src="/favicon.svg">'),
  "/senza-etichetta": whole('<h1>Campo</h1><form><input type="text" placeholder="Cognome"><button>Cerca</button></form>'),
  "/in-linea": whole("<h1>Script</h1><script>document.title = 1</script>"),
  "/con-script": whole("<h1>Script</h1>", '<script src="/a.js"></script>'),
  "/altrove": whole('<h1>Altrove</h1><p>Un font</p>', '<link rel="stylesheet" href="http://localhost:9/a.css">'),
  "/largo": whole('<h1>Largo</h1><p>Una tabella</p><pre>' + "largo".repeat(200) + "</pre>"),
};

let browser;
let site;

before(async () => {
  site = await serve(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const headers = { "content-security-policy": POLICY, "content-type": "text/html; charset=utf-8" };
    if (request.method === "POST") {
      const right = (await text(request)).includes("segreta");
      return right ? response.writeHead(303, { location: "/" }).end() : response.writeHead(422, headers).end(entry);
    }
    if (pathname === "/favicon.svg")
      return response.writeHead(200, { "content-type": "image/svg+xml" }).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
    if (pathname === "/a.js")
      return response.writeHead(200, { "content-type": "text/javascript" }).end('document.title = "ha girato";');
    if (pathname === "/elenco.csv")
      return response.writeHead(200, { "content-type": "text/csv", "content-disposition": "attachment" }).end("a,b\n");
    const page = PAGES[pathname];
    return response.writeHead(page === undefined ? 404 : 200, headers).end(page ?? whole("<h1>Non c’è</h1>"));
  });
  browser = await chromium();
});
after(async () => {
  await Promise.all([browser?.close(), site?.stop(), endAudit()]);
});

async function at(path, options) {
  const page = await open(browser, { origin: site.origin, ...options });
  await page.goto(path);
  return page;
}

test("a page without faults has none", async () => {
  const page = await at("/entra");
  assert.deepEqual(await audited(page), []);
  await page.context().close();
});

for (const scripts of [true, false]) {
  test(`axe finds its planted fault, scripts ${scripts ? "on" : "off"}`, async () => {
    const page = await at("/senza-testo", { scripts });
    const found = await axe(page);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /image-alt/);
    await page.goto("/con-script");
    assert.equal(await page.title(), scripts ? "ha girato" : "Prova");
    await page.context().close();
  });

  test(`with a keyboard only one enters, scripts ${scripts ? "on" : "off"}`, async () => {
    const page = await at("/entra", { scripts, viewport: NARROW });
    const keys = await keyboard(page);
    await keys.fill("Nome utente", "ada");
    await keys.fill(/^Parola/, "segreta");
    assert.equal(await page.locator("#u").inputValue(), "ada");
    await keys.to("Asti", { role: "radio" });
    await keys.choose("Cuneo");
    assert.equal(await page.locator("#c").isChecked(), true);
    await keys.enter("Entra", { role: "button" });
    assert.equal(page.url(), `${site.origin}/`);
    await assert.rejects(keys.to("Nessuno", { limit: 10 }), /"Nessuno" is not reached with Tab/);
    await page.context().close();
  });
}

test("pa11y finds its planted fault, that axe does not", async () => {
  const page = await at("/senza-etichetta");
  assert.deepEqual(await axe(page), []);
  const found = await pa11yRun(page.url());
  assert.ok(found.some((line) => /F68|H91/.test(line)), found.join("\n"));
  assert.deepEqual(await pa11yRun(page.url(), [], PAGES["/entra"]), []);
  await page.context().close();
});

test("the browser’s complaints are heard", async () => {
  for (const [path, complaint] of [
    ["/in-linea", /content security policy/i],
    ["/altrove", /another host: http:\/\/localhost:9\/a\.css/],
  ]) {
    const page = await open(browser, { origin: site.origin });
    const faults = watch(page, site.origin);
    await page.goto(path);
    assert.ok(faults.some((fault) => complaint.test(fault)), `${path}: ${faults.join("\n")}`);
    await page.context().close();
  }
  const page = await open(browser, { origin: site.origin });
  const faults = watch(page, site.origin);
  await page.goto("/non-esiste");
  assert.deepEqual(faults, []);
  await page.context().close();
});

test("a page of every kind is visited, and a file is not a page", async () => {
  const page = await at("/");
  const { faults, kinds, left } = await crawl(page);
  assert.deepEqual(faults, []);
  assert.deepEqual([...kinds.keys()], ["/", "/pratiche/:x", "/elenco.csv"]);
  assert.deepEqual(left, []);
  await page.goto("/");
  assert.deepEqual((await crawl(page, { most: 1 })).left, ["/pratiche/:x", "/elenco.csv"]);
  await page.goto("/largo");
  assert.match((await crawl(page)).faults.join("\n"), /px wider than a window of 360/);
  await page.goto("/senza-etichetta");
  assert.match((await crawl(page)).faults.join("\n"), /pa11y/);
  await page.context().close();
});

test("an address stands for its kind", () => {
  assert.equal(pattern("http://a/api/v1/casi/0193-ab?b=1&a=2"), "/api/v1/casi/:x?a&b");
});

test("who is not let in is told", async () => {
  const page = await open(browser, { origin: site.origin });
  await page.route("**/", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: entry }));
  await assert.rejects(signIn(page, { username: "ada", password: "x" }), /ada was not let in/);
  await page.context().close();
});

test("the service is read, and one that ends early is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lepre-browser-"));
  const program = join(folder, "lepre");
  const own = process.env.LEPRE_BIN;
  const written = (lines) => {
    writeFileSync(program, `#!/usr/bin/env node\n${lines}\n`);
    chmodSync(program, 0o755);
  };
  process.env.LEPRE_BIN = program;
  try {
    const roles = ["operatore", "responsabile", "amministratore", "verificatore"];
    const said = roles.map((role, n) => `account: u${n} p${n} ${role}${n < 2 ? " H501C000000 Asti" : ""}`);
    const lines = JSON.stringify(["indirizzo: http://127.0.0.1:8080/", ...said].join("\n"));
    written(`process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log(${lines});`);
    const service = await start();
    assert.equal(service.origin, "http://127.0.0.1:8080");
    const lead = { username: "u1", password: "p1", role: "responsabile", office: "H501C000000 Asti" };
    assert.deepEqual(service.account("responsabile"), lead);
    assert.equal(await service.stop(), 0);
    written(`console.error("porta occupata"); process.exit(3);`);
    await assert.rejects(start(), /ended before it was ready \(3\):\nporta occupata/);
    process.env.LEPRE_BIN = join(folder, "absent");
    await assert.rejects(start(), /ended before it was ready \(.*ENOENT\)/);
  } finally {
    process.env.LEPRE_BIN = own;
    rmSync(folder, { recursive: true, force: true });
  }
});
