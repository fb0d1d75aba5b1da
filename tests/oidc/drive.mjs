// SPDX-License-Identifier: EUPL-1.2
// Drives `lepre serve` and a real provider through every way of signing in with the region's gateway, as a browser would.
// Usage: node drive.mjs LEPRE SPECS FOLDER

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { start } from './provider.mjs';

const [lepre, specs, folder] = process.argv.slice(2);
const [client, secret] = ['lepre-prova', 'un segreto / di & prova+'];

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/// A browser: cookies by host and port, no redirect followed by itself.
class Browser {
  jars = new Map();

  jar(url) {
    const { host } = new URL(url);
    if (!this.jars.has(host)) this.jars.set(host, new Map());
    return this.jars.get(host);
  }

  async ask(url, options = {}) {
    const path = new URL(url).pathname;
    const sent = [...this.jar(url)].filter(([, cookie]) => path.startsWith(cookie.path)).map(([name, { value }]) => `${name}=${value}`);
    const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie: sent.join('; ') } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(';').map((piece) => piece.trim());
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const about = Object.fromEntries(rest.map((piece) => piece.split('=')).map(([key, value]) => [key.toLowerCase(), value]));
      const gone = value === '' || about['max-age'] === '0' || (about.expires && new Date(about.expires) < new Date());
      if (gone) this.jar(url).delete(name);
      else this.jar(url).set(name, { value, path: about.path ?? '/' });
    }
    const to = answer.headers.get('location');
    return { status: answer.status, to: to && new URL(to, url).href, text: await answer.text(), headers: answer.headers };
  }

  async post(url, page, fields) {
    const token = /name="modulo" value="([^"]+)"/.exec(page.text)[1];
    const body = new URLSearchParams({ modulo: token, ...fields });
    return this.ask(url, { method: 'POST', body });
  }
}

const run = async (port, providerPort) => {
  const service = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, 'segreto'), `${secret}\n`);
  const settings = [
    `ascolto: 127.0.0.1:${port}`,
    `oidc_emittente: http://127.0.0.1:${providerPort}`,
    `oidc_cliente: ${client}`,
    `oidc_segreto_file: ${join(folder, 'segreto')}`,
    'log_formato: json',
    'specifiche_ogni: mai',
  ];
  writeFileSync(join(folder, 'lepre.yaml'), `${settings.join('\n')}\n`);
  const child = spawn(lepre, ['serve', '--config', join(folder, 'lepre.yaml'), '--specs', specs, '--db', join(folder, 'lepre.db')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', log: '' };
  child.stderr.on('data', (data) => (said.log += data));
  const ended = new Promise((done) => child.once('exit', done));
  await new Promise((done, failed) => {
    child.once('exit', () => failed(new Error(`lepre ended: ${said.log}`)));
    child.stdout.on('data', (data) => {
      said.out += data;
      if (said.out.includes('per fermarlo')) done();
    });
  });
  return { service, said, stop: () => (child.kill('SIGTERM'), ended) };
};

let steps = 0;
const step = async (title, work) => {
  await work();
  steps += 1;
  console.log(`fatto: ${title}`);
};

const [port, providerPort] = [await freePort(), await freePort()];
const served = await run(port, providerPort);
const { service } = served;
let provider;
const up = async () => {
  provider = await start({ port: providerPort, client, secret, service });
};

/// To the gateway and back, up to the address that brings the code to lepre.
const way = async (browser, subject, then = '/') => {
  const away = await browser.ask(`${service}/accesso/regione?poi=${encodeURIComponent(then)}`);
  assert.equal(away.status, 303, away.text);
  const asked = new URL(away.to);
  assert.equal(asked.searchParams.get('code_challenge_method'), 'S256');
  assert.ok(asked.searchParams.get('state').length >= 43 && asked.searchParams.get('nonce').length >= 43);
  let at = await browser.ask(away.to);
  for (let hops = 0; hops < 6 && !at.to?.startsWith(service); hops += 1) {
    assert.ok(at.to, `${at.status} ${at.text.replace(/<style>[^]*<\/style>/, '')}`);
    const to = new URL(at.to);
    if (to.pathname.startsWith('/interazione/')) to.searchParams.set(subject === null ? 'rinuncia' : 'soggetto', subject ?? '1');
    at = await browser.ask(to.href);
  }
  assert.ok(at.to.startsWith(`${service}/accesso/regione/ritorno?`), at.to);
  return at.to;
};

const isIn = async (browser) => (await browser.ask(`${service}/password`)).status === 200;
const enters = async (subject) => {
  const browser = new Browser();
  return { browser, answer: await browser.ask(await way(browser, subject)) };
};
const refused = async (subject, status, words) => {
  const { browser, answer } = await enters(subject);
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.text, words);
  assert.equal(await isIn(browser), false);
  return browser;
};

// The first administrator, by the code that lepre wrote, makes the accounts as anybody would.
const admin = new Browser();
const accounts = {};
const make = async (name, subject) => {
  const page = await admin.ask(`${service}/account/nuovo`);
  const made = await admin.post(`${service}/account/nuovo`, page, {
    utente: name, nome: 'Nome Cognome', ruolo: 'operatore', regione: 'piemonte', sede: 'torino',
    esterno: `http://127.0.0.1:${providerPort}|${subject}`, accesso: 'portale',
  });
  assert.ok([200, 303].includes(made.status), made.text);
  const all = await admin.ask(`${service}/account`);
  accounts[name] = new RegExp(`href="(/account/[0-9a-f-]{36})"[^>]*>${name}<`).exec(all.text)[1];
};

try {
  await step('il primo amministratore crea gli account', async () => {
    const code = /il codice (\S+) /.exec(served.said.out)[1];
    const page = await admin.ask(`${service}/primo-accesso`);
    const made = await admin.post(`${service}/primo-accesso`, page, {
      codice: code, utente: 'amministra', nome: 'Nome Cognome', nuova: 'una frase lunga e sola',
    });
    assert.equal(made.status, 303, made.text);
    await make('utente-a', 'soggetto-a');
    await make('utente-b', 'soggetto-b');
  });
  await step('il portale è spento: lepre serve lo stesso, e lo dice', async () => {
    assert.equal((await new Browser().ask(`${service}/ready`)).status, 200);
    const page = await new Browser().ask(`${service}/accesso`);
    assert.match(page.text, /\/accesso\/regione\?poi=/);
    const answer = await new Browser().ask(`${service}/accesso/regione`);
    assert.equal(answer.status, 503);
    assert.match(answer.text, /il portale della Regione non risponde/);
  });
  await up();
  await step('il portale torna: si entra, e si va dove si voleva', async () => {
    const browser = new Browser();
    // Right after a failure the gateway is left alone for a moment.
    for (const end = Date.now() + 20_000; (await browser.ask(`${service}/accesso/regione`)).status === 503; ) {
      assert.ok(Date.now() < end, 'the gateway is never asked again');
      await new Promise((done) => setTimeout(done, 100));
    }
    const answer = await browser.ask(await way(browser, 'soggetto-a', '/pratiche'));
    assert.equal(answer.status, 303, answer.text);
    assert.equal(answer.to, `${service}/pratiche`);
    assert.equal(await isIn(browser), true);
    const lured = new Browser();
    const inside = await lured.ask(await way(lured, 'soggetto-a', '//altrove.example/'));
    assert.equal(inside.to, `${service}/`, 'never elsewhere');
  });
  await step('chi non ha un account legge a chi chiederlo, e nulla si crea', async () => {
    await refused('soggetto-sconosciuto', 403, /amministratore regionale/);
    await refused('soggetto-sconosciuto', 403, /non hai ancora un account/);
    assert.ok(!(await admin.ask(`${service}/account`)).text.includes('sconosciuto'));
  });
  await step('un account disattivato non entra', async () => {
    const page = await admin.ask(`${service}${accounts['utente-b']}`);
    const done = await admin.post(`${service}${accounts['utente-b']}/disabilita`, page, {});
    assert.ok([200, 303].includes(done.status), done.text);
    await refused('soggetto-b', 403, /disattivato/);
  });
  await step('chi rinuncia sul portale torna fuori', async () => {
    await refused(null, 403, /non ha concluso/);
  });
  await step('un ritorno vale una volta, per chi lo ha cominciato, con il suo stato', async () => {
    const browser = new Browser();
    const back = await way(browser, 'soggetto-a');
    const other = await new Browser().ask(back);
    assert.equal(other.status, 400, 'another browser');
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(43));
    const twin = new Browser();
    await way(twin, 'soggetto-a');
    assert.equal((await twin.ask(forged.href)).status, 400, 'another state');
    assert.equal((await twin.ask(back)).status, 400, 'the state of another');
    assert.equal(await isIn(twin), false);
    const kept = new Map(browser.jar(service));
    assert.equal((await browser.ask(back)).status, 303);
    assert.equal((await browser.ask(back)).status, 400, 'twice');
    const thief = new Browser();
    for (const [name, cookie] of kept) thief.jar(service).set(name, cookie);
    const again = await thief.ask(back);
    assert.equal(again.status, 502, 'the code was used already');
    assert.equal(await isIn(thief), false);
    const from = new Browser();
    const changed = new URL(await way(from, 'soggetto-a'));
    changed.searchParams.set('iss', 'http://127.0.0.1:1');
    assert.equal((await from.ask(changed.href)).status, 400, 'another issuer');
    const cookie = new Browser();
    const real = await way(cookie, 'soggetto-a');
    const sealed = cookie.jar(service).get('lepre-regione');
    cookie.jar(service).set('lepre-regione', { ...sealed, value: sealed.value.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) });
    assert.equal((await cookie.ask(real)).status, 400, 'a cookie that was touched');
  });
  for (const fault of ['emittente', 'destinatario', 'nonce', 'scaduto', 'firma', 'nessuna']) {
    await step(`una risposta che non prova chi è: ${fault}`, async () => {
      provider.spoil(fault);
      await refused('soggetto-a', 502, /non prova chi sei/);
      provider.spoil(undefined);
    });
  }
  await step('il portale cambia le chiavi: si entra lo stesso', async () => {
    await provider.stop();
    await up();
    const { browser, answer } = await enters('soggetto-a');
    assert.equal(answer.status, 303, answer.text);
    assert.equal(await isIn(browser), true);
  });
  await step('si esce da qui, e la pagina porta a uscire dal portale', async () => {
    const { browser } = await enters('soggetto-a');
    const page = await browser.ask(`${service}/password`);
    const home = /name="modulo"/.test(page.text) ? page : await browser.ask(`${service}/`);
    const out = await browser.post(`${service}/uscita`, home, {});
    assert.equal(out.to, `${service}/uscita/regione`);
    assert.equal(await isIn(browser), false);
    const left = await browser.ask(out.to);
    const end = /href="(http:[^"]+)"/.exec(left.text)[1].replaceAll('&amp;', '&');
    const asked = new URL(end);
    assert.equal(asked.searchParams.get('client_id'), client);
    assert.equal(asked.searchParams.get('post_logout_redirect_uri'), `${service}/accesso`);
    assert.equal((await browser.ask(end)).status, 200);
  });
  await step('il portale si spegne a metà: 503, e nessuno entra', async () => {
    const browser = new Browser();
    const back = await way(browser, 'soggetto-a');
    await provider.stop();
    assert.equal((await browser.ask(back)).status, 503);
    assert.equal(await isIn(browser), false);
  });
  await step('il log non dice chi né con che cosa', async () => {
    for (const word of ['soggetto-a', 'soggetto-b', 'sconosciuto', secret, 'code=', 'Cognome']) {
      assert.ok(!served.said.log.includes(word), word);
    }
    assert.ok(served.said.log.includes('/accesso/regione/ritorno'));
  });
  await step('lepre si ferma bene', async () => assert.equal(await served.stop(), 0));
  console.log(`${steps} prove, tutte riuscite`);
} catch (error) {
  console.error(error);
  console.error(served.said.log.split('\n').slice(-15).join('\n'));
  process.exitCode = 1;
} finally {
  await served.stop();
  await provider?.stop();
}
