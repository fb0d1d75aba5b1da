// SPDX-License-Identifier: EUPL-1.2
// A person with a keyboard only: what has the focus, by the name and role that the browser tells to a screen reader.

const said = (wanted) => (wanted instanceof RegExp ? String(wanted) : `"${wanted}"`);
const matches = (wanted, name) => (wanted instanceof RegExp ? wanted.test(name) : name === wanted);

/** The keyboard of a page; works with scripts off too. */
export async function keyboard(page) {
  const browser = await page.context().newCDPSession(page);

  /** What has the focus: `{ name, role }`, or undefined if it is the page itself. */
  async function focused() {
    const { root } = await browser.send("DOM.getDocument", { depth: 0 });
    const { nodeId } = await browser.send("DOM.querySelector", { nodeId: root.nodeId, selector: ":focus" });
    if (nodeId === 0) return undefined;
    const { nodes } = await browser.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
    return { name: (nodes[0]?.name?.value ?? "").trim().replace(/\s+/g, " "), role: nodes[0]?.role?.value ?? "" };
  }

  /** Presses `key` until what is named (text, or regular expression) has the focus. */
  async function until(key, name, { role, limit = 400 } = {}) {
    const passed = [];
    for (let pressed = 0; pressed <= limit; pressed += 1) {
      const now = await focused();
      if (now && matches(name, now.name) && (role === undefined || now.role === role)) return now;
      if (pressed > 0) passed.push(now ? `${now.role} "${now.name}"` : "the page");
      await page.keyboard.press(key);
    }
    const seen = [...new Set(passed)].join(", ");
    throw new Error(`${said(name)} is not reached with ${key} at ${page.url()}; reached: ${seen}`);
  }

  return {
    focused,
    /** Tabs to what is named. */
    to: (name, options) => until("Tab", name, options),
    /** Goes back to what is named. */
    back: (name, options) => until("Shift+Tab", name, options),
    /** Within a group of radio buttons that has the focus. */
    choose: (name) => until("ArrowDown", name, { role: "radio", limit: 50 }),
    /** Types in what has the focus; in a list of choices, the first letters choose. */
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    /** Tabs to the field of that name, and writes over what is there. */
    async fill(name, text, options) {
      await until("Tab", name, options);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(text);
    },
    /** Tabs to the link or button of that name, presses Enter, and waits for the page that comes. */
    async enter(name, options) {
      await until("Tab", name, options);
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    },
  };
}
