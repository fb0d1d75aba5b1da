// SPDX-License-Identifier: EUPL-1.2
// The built program, serving its demonstration on a free port and in a folder of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./packages.mjs";

const ROLES = ["operatore", "responsabile", "amministratore", "verificatore"];

/**
 * Starts `lepre serve --demo` and waits until it has said its address and an account of every role.
 * Gives `{ origin, accounts: [{ username, password, role, office }], account(role), said(), stop() }`.
 * `args` are added to the command, `env` to the environment.
 */
export async function start({ args = [], env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "lepre-browser-"));
  const service = spawn(process.env.LEPRE_BIN, ["serve", "--demo", "--listen", "127.0.0.1:0", ...args], {
    cwd: folder,
    env: { ...process.env, LEPRE_SPECS: join(root, "specs"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const over = new Promise((resolve) => {
    service.once("close", (code, signal) => resolve(code ?? signal));
    service.once("error", (error) => resolve(error.message));
  });
  let said = "";
  service.stderr.on("data", (chunk) => (said += chunk));
  const accounts = [];
  let origin;
  const ready = new Promise((resolve) => {
    createInterface({ input: service.stdout }).on("line", (line) => {
      said += `${line}\n`;
      const [, word, rest] = /^(indirizzo|account): (.*)$/.exec(line.trim()) ?? [];
      if (word === "indirizzo") origin = new URL(rest).origin;
      if (word === "account") {
        const [username, password, role, ...office] = rest.split(" ");
        accounts.push({ username, password, role, office: office.join(" ") });
      }
      if (origin !== undefined && ROLES.every((role) => accounts.some((a) => a.role === role))) resolve();
    });
  });
  const stop = async () => {
    if (service.exitCode === null && service.signalCode === null && service.pid !== undefined) service.kill("SIGTERM");
    const code = await over;
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  const early = over.then((code) => {
    throw new Error(`the service ended before it was ready (${code}):\n${said}`);
  });
  try {
    await Promise.race([ready, early]);
  } catch (error) {
    await stop();
    throw error;
  }
  early.catch(() => {});
  return {
    origin,
    accounts,
    account: (role) => accounts.find((account) => account.role === role),
    said: () => said,
    stop,
  };
}

/** Serves `handler(request, response)` on a free port: `{ origin, stop() }`. */
export async function serve(handler) {
  const { createServer } = await import("node:http");
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
