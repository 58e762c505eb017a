// The tests every store of the offline core must pass, on this browser's own IndexedDB.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { phone } from "./phone.mjs";

const BUILT = process.env.DONDOC_CONFORMANCE;
const MEDIA = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const PAGE = `<!doctype html><title>conformance</title><script type="module">
import start from "/conformance/conformance.js";
start({ module_or_path: "/conformance/conformance_bg.wasm" });
</script>`;

test("IndexedDB does what every store must", async (t) => {
  assert.ok(existsSync(join(BUILT, "conformance_bg.wasm")), "bash tests/setup/app.sh conformance builds it");
  const it = await phone(t);
  await it.page.route(/\/conformance\//, (route) => {
    const name = new URL(route.request().url()).pathname.split("/").pop() || "index.html";
    const body = name === "index.html" ? PAGE : readFileSync(join(BUILT, name));
    return route.fulfill({ contentType: MEDIA[name.split(".").pop()], body });
  });
  const said = it.page.waitForEvent("console", (message) => message.text().startsWith("conformance: "));
  await it.page.goto(`${it.origin}/conformance/index.html`);
  assert.equal((await said).text(), "conformance: all of it holds");
});
