// The shell of the app, before anybody signs in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { phone } from "./phone.mjs";

// What a person sees who has not signed in: the heading of that screen.
const NOBODY = "Số điện thoại hoặc tên đăng nhập";

test("the app opens, reads well and fits the smallest phone", async (t) => {
  const it = await phone(t, { width: 320, height: 568 });
  await it.open();
  await it.page.getByText(NOBODY).waitFor();
  await it.axe();
  await it.fits();
  await it.screenshot("opened");
});

test("the browser offers to install it", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.kept();
  const { installabilityErrors } = await it.devtools.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors, []);
  const { errors, manifest } = await it.devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.equal(manifest?.name ?? "Đôn Đốc", "Đôn Đốc");
});

test("it opens again without signal", async (t) => {
  const it = await phone(t, { mayComplain: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/] });
  await it.open();
  await it.kept();
  await it.offline(true);
  await it.page.goto("about:blank");
  await it.open();
  await it.page.getByText(NOBODY).waitFor();
  // And any place in it, as a link from a message would open it.
  await it.open("viec/123");
  await it.page.getByText(NOBODY).waitFor();
  await it.screenshot("opened-without-signal");
});

test("nothing of anybody's work is kept beside the shell", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.kept();
  const kept = await it.page.evaluate(async () => {
    await fetch("/readyz");
    const names = await caches.keys();
    const shells = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)));
    return shells.flat().map((url) => new URL(url).pathname);
  });
  assert.ok(kept.includes("/app/"));
  assert.deepEqual(kept.filter((path) => !path.startsWith("/app/")), []);
});

test("without a secure address it opens all the same", async (t) => {
  const it = await phone(t, { secure: false });
  await it.open();
  assert.equal(await it.page.evaluate(() => isSecureContext), false);
  await it.page.getByText(NOBODY).waitFor();
});

test("of two tabs one works and the other says so, until it is closed", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.page.getByText(NOBODY).waitFor();
  const second = await it.context.newPage();
  await second.goto(`${it.origin}/app/`);
  await second.getByText("đang mở ở một cửa sổ khác").waitFor();
  await it.page.close();
  await second.getByText(NOBODY).waitFor();
});

test("a line that breaks while it loads is told, with a way on", async (t) => {
  const it = await phone(t, { mayComplain: [/ERR_FAILED|Failed to load resource|preload/] });
  await it.page.route(/\.wasm$/, (route) => route.abort());
  await it.page.goto(`${it.origin}/app/`);
  await it.page.getByRole("heading", { name: "Chưa tải được Đôn Đốc" }).waitFor();
  await it.axe();
  await it.screenshot("not-loaded");
  await it.page.unroute(/\.wasm$/);
  await it.page.getByRole("button", { name: "Thử lại" }).tap();
  await it.page.getByText(NOBODY).waitFor();
});

test("a browser that cannot run it is told so", async (t) => {
  const it = await phone(t, { mayComplain: [/preload/] });
  await it.page.route(/\.wasm$/, (route) => route.fulfill({ contentType: "application/wasm", body: Buffer.from("\0asm\x01\0\0\0\x63") }));
  await it.page.goto(`${it.origin}/app/`);
  await it.page.getByRole("heading", { name: "Trình duyệt này quá cũ" }).waitFor();
  await it.screenshot("too-old");
});

test("an app that stops says so and leaves no blank page", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.page.evaluate(() => window.dispatchEvent(new CustomEvent("dondoc-stopped", { detail: "on purpose" })));
  await it.page.getByRole("heading", { name: "Đôn Đốc gặp lỗi và đã dừng" }).waitFor();
  await it.axe();
  await it.screenshot("stopped");
});

test("a new version waits until the app lets it take over", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.kept();
  await it.page.reload();
  await it.running();
  const shells = () => it.page.evaluate(() => caches.keys());
  const [old] = await shells();
  it.line.change.set("/app/sw.js", (text) => text.replace(/VERSION = "[0-9a-f]+"/, 'VERSION = "newer"'));
  await it.page.evaluate(() => {
    window.stillHere = true;
    const told = new Promise((tell) => window.addEventListener("dondoc-new-version", tell, { once: true }));
    return navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => told).then(() => undefined);
  });
  assert.deepEqual((await shells()).sort(), [old, "dondoc-shell-newer"].sort());
  assert.equal(await it.page.evaluate(() => window.stillHere), true);
  await Promise.all([
    it.page.waitForEvent("load"),
    it.page.evaluate(() => window.dispatchEvent(new CustomEvent("dondoc-take-over"))),
  ]);
  await it.running();
  await it.page.waitForFunction(async (gone) => !(await caches.keys()).includes(gone), old);
  assert.deepEqual(await shells(), ["dondoc-shell-newer"]);
});

test("a portal that answers everything is not kept for the app", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.kept();
  const before = await it.page.evaluate(() => caches.keys());
  it.line.change.set("/app/sw.js", (text) => text.replace(/VERSION = "[0-9a-f]+"/, 'VERSION = "from-the-portal"'));
  // The worker's text comes through, and then the portal closes in.
  await it.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const fetched = it.line.served.length;
  const update = it.page.evaluate(() => navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => "taken", () => "refused"));
  while (!it.line.served.slice(fetched).includes("/app/sw.js")) await new Promise((soon) => setTimeout(soon, 1));
  it.line.portal = true;
  await update;
  await it.page.waitForFunction(() => navigator.serviceWorker.ready.then((worker) => !worker.installing));
  it.line.portal = false;
  assert.deepEqual(await it.page.evaluate(() => navigator.serviceWorker.ready.then((worker) => worker.waiting === null)), true);
  await it.page.reload();
  await it.page.getByText(NOBODY).waitFor();
  assert.ok((await it.page.evaluate(() => caches.keys())).includes(before[0]));
});
