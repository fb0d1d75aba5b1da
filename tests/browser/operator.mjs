// SPDX-License-Identifier: EUPL-1.2
// Somebody at the desk, with a keyboard only: goes by what is written on the page, and every kind of page met is judged.

import assert from "node:assert/strict";
import { audited, keyboard, NARROW, open, overflow, picture, watch, WIDE } from "./lib.mjs";
import { pattern } from "./pages.mjs";

/** With and without scripts, on a telephone and on a desk. */
export const MATRIX = [true, false].flatMap((scripts) =>
  [NARROW, WIDE].map((viewport) => ({
    scripts,
    viewport,
    name: `scripts ${scripts ? "on" : "off"}, ${viewport.width} px`,
    /** What has been judged already, so that a kind of page is judged once. */
    judged: new Set(),
  })),
);

const squeezed = (text) => text.replace(/\s+/g, " ").trim();
const found = (wanted, text) => (wanted instanceof RegExp ? wanted.test(text) : text.includes(wanted));

/**
 * Opens the page of entry for `account` of `service`, in a combination of the matrix. `pictures`, a word, is what the names
 * of pictures begin with; without it none is left.
 */
export async function operator(browser, service, account, { scripts, viewport, judged }, pictures) {
  const page = await open(browser, { origin: service.origin, scripts, viewport });
  const faults = watch(page, service.origin);
  let status;
  page.on("response", (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && response.frame() === page.mainFrame())
      status = `${request.method()} ${response.status()}`;
  });
  const keys = await keyboard(page);
  const main = page.locator("main");
  const folder = `day-${scripts ? "js" : "nojs"}-${viewport.width}`;

  /** The page as it stands: never wider than the window; with its kind not judged yet, nothing for axe and pa11y to say. */
  async function judge(again = "") {
    assert.deepEqual(faults, [], `the browser complains at ${page.url()}`);
    const kind = `${status} ${pattern(page.url())} ${again}`.trim();
    assert.equal(await overflow(page), 0, `wider than the window: ${kind}`);
    if (judged.has(kind)) return;
    judged.add(kind);
    assert.deepEqual(await audited(page), [], kind);
    if (pictures) await picture(page, `${folder}-${pictures}-${kind}`);
  }

  async function reads() {
    return squeezed(await main.innerText());
  }

  const self = {
    page,
    keys,
    judge,
    /** Words that must stand on the page, each a text or a regular expression. */
    async sees(...words) {
      const text = await reads();
      for (const wanted of words) assert.ok(found(wanted, text), `${wanted} is not on ${page.url()}:\n${text}`);
    },
    /** Words that must not. */
    async misses(...words) {
      const text = await reads();
      for (const wanted of words) assert.ok(!found(wanted, text), `${wanted} is on ${page.url()}:\n${text}`);
    },
    /** How the last page was answered: `POST 422`. */
    async status(wanted) {
      assert.equal(status, wanted, `at ${page.url()}: ${await reads()}`);
    },
    /** Follows a link. */
    async follow(name) {
      await keys.enter(name, { role: "link" });
      await judge();
    },
    /** Presses a button. */
    async press(name) {
      await keys.enter(name, { role: "button" });
      await judge();
    },
    /** A choice of a list, by the words of the choice. */
    async choose(name, words) {
      await keys.to(name, { role: "combobox" });
      const list = page.locator(":focus");
      const chosen = () => list.evaluate((list) => list.selectedOptions[0].text);
      await page.keyboard.press("Home");
      for (let left = await list.evaluate((list) => list.length); (await chosen()) !== words; left -= 1) {
        assert.ok(left > 0, `${words} is not among the choices of ${name}`);
        await page.keyboard.press("ArrowDown");
      }
    },
    /** A day, `2024-05-02`, in the order in which this browser wants its parts. */
    async day(name, iso) {
      await keys.to(name, { role: "Date" });
      const [year, month, day] = iso.split("-");
      const value = () => page.locator(":focus").inputValue();
      for (const order of [day + month, month + day]) {
        for (let part = 0; part < 3; part += 1) await page.keyboard.press("ArrowLeft");
        await page.keyboard.type(order + year);
        if ((await value()) === iso) return;
      }
      assert.equal(await value(), iso);
    },
    /** Opens or closes what `name` sums up. */
    async unfold(name) {
      await keys.to(name, { role: "DisclosureTriangle" });
      await page.keyboard.press("Enter");
    },
    /** Enters, by the page of entry; `mistaken`: with a wrong password first. */
    async enters({ mistaken = false } = {}) {
      await page.goto("/");
      await judge();
      assert.deepEqual(await keys.to("Vai al contenuto"), { name: "Vai al contenuto", role: "link" });
      await keys.fill(/^Nome utente/, account.username);
      if (mistaken) {
        await keys.fill(/^Password/, "sbagliata");
        await self.press("Entra");
        await self.sees("Nome utente o password sbagliati");
        assert.equal(await page.getByLabel(/^Nome utente/).inputValue(), account.username);
      }
      await keys.fill(/^Password/, account.password);
      await self.press("Entra");
      await self.sees("La mia giornata");
    },
    /** Closes the window; the browser has never complained. */
    async leaves() {
      assert.deepEqual(faults, []);
      await page.context().close();
    },
  };
  return self;
}

/** The day so many days before today, in Rome: `2024-05-02`. */
export function daysAgo(days) {
  const text = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Rome" }).format(Date.now());
  return new Date(Date.parse(text) - days * 86_400_000).toISOString().slice(0, 10);
}

/** A day as Italians write it: `02/05/2024`. */
export const written = (iso) => iso.split("-").reverse().join("/");

/** A well-formed *partita IVA* that belongs to nobody. */
export function companyCode(number) {
  const begin = `9999998${String(number).padStart(3, "0")}`;
  const sum = [...begin].reduce((sum, digit, at) => {
    const twice = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return sum + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return `${begin}${(10 - (sum % 10)) % 10}`;
}
