// A server of one's own, to be killed: on data that nobody else uses, and on the same again.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const PROGRAM = process.env.DONDOC_PROGRAM ?? assert.fail("DONDOC_PROGRAM names no program; tests/foreign/phone.sh does");

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((ended) => server.close(ended));
  return port;
}

/** A server with an invented commune. Ends with the test `t`. */
export async function serverOfMyOwn(t) {
  const folder = mkdtempSync(join(tmpdir(), "dondoc-own-"));
  const database = join(folder, "own.db");
  const made = spawnSync(PROGRAM, ["demo", "--database", database], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const port = await freePort();
  const it = {
    url: new URL(`http://127.0.0.1:${port}`),
    running: null,
    async start() {
      it.running = spawn(PROGRAM, ["serve", "--listen", `127.0.0.1:${port}`, "--database", database], {
        env: { ...process.env, DONDOC_RATE_LIMIT_PER_MINUTE: "1000000" },
        stdio: "ignore",
      });
      for (let n = 0; n < 300; n++) {
        if (await fetch(new URL("/readyz", it.url)).then((answer) => answer.ok, () => false)) return;
        await new Promise((soon) => setTimeout(soon, 100));
      }
      assert.fail("the server did not become ready");
    },
    /** Without a word to it, as when the power fails. */
    async kill() {
      const ended = new Promise((ended) => it.running.once("exit", ended));
      it.running.kill("SIGKILL");
      await ended;
    },
  };
  t.after(async () => {
    await it.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await it.start();
  return it;
}
