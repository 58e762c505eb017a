// What waits gets there: through a server that is killed, a token that has run out, two tabs at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEAD_LINE, allSent, openTask, report, reportsWith, unlike } from "./deeds.mjs";
import { phone, photo } from "./phone.mjs";
import { serverOfMyOwn } from "./server.mjs";

const HEAD = "truong.thon.1";
const RENEWAL = "/v1/sessions/refresh";

/** From the next opening of the page on, the phone's clock is so many minutes later. */
const later = (it, minutes) => it.context.addInitScript((off) => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...all) { all.length ? super(...all) : super(Real.now() + off); }
    static now() { return Real.now() + off; }
  };
}, minutes * 60_000);

/** A report that waits on the phone, and the app is closed. */
async function waitsWithAClosedApp(it, words) {
  await it.open();
  await it.signIn(HEAD);
  await it.kept();
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  it.line.failing = true;
  await report(it, words);
  await it.page.getByText("Đã lưu trên máy", { exact: true }).first().waitFor();
  await it.page.goto("about:blank");
  it.line.failing = false;
  it.line.served.length = 0;
  return id;
}

test("a server that is killed in the middle of a photo and started again has everything once", async (t) => {
  const server = await serverOfMyOwn(t);
  const it = await phone(t, { mayComplain: DEAD_LINE, server: server.url });
  const words = `Mất điện ở xã ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  const photos = [await photo(it.page, "một"), await photo(it.page, "hai")];
  const id = await openTask(it);
  let seen = 0;
  const killed = new Promise((done) => {
    it.line.halfway = (what) => {
      if (!what.startsWith("PUT /v1/attachments/")) return null;
      seen += 1;
      return seen === 2 ? () => server.kill().then(done) : null;
    };
  });
  await report(it, words, { photos });
  await killed;
  await it.place("Gửi đi");
  await it.page.getByText("1 mục chờ gửi").first().waitFor();
  await it.screenshot("server-killed");
  it.line.halfway = null;
  await server.start();
  await allSent(it);
  await it.page.getByText(/^Đã gửi \(/).nth(2).waitFor();
  const { office, reports } = await reportsWith(words, id, server.url);
  assert.equal(reports.length, 1);
  assert.equal(reports[0].draft.files.length, 2);
  assert.deepEqual(reports[0].missing_files, []);
  for (const file of reports[0].draft.files) {
    const hash = await crypto.subtle.digest("SHA-256", await office.bytes(`/v1/attachments/${file.id}`));
    assert.equal(Buffer.from(hash).toString("hex"), file.sha256);
  }
});

test("a token that ran out while the app was closed is renewed without a word", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Sau bữa trưa ${unlike()}`;
  const id = await waitsWithAClosedApp(it, words);
  await later(it, 20);
  await it.open();
  await it.page.locator(".card").first().waitFor();
  await it.place("Gửi đi");
  await it.page.getByText("Đã gửi hết").waitFor({ timeout: 30_000 });
  assert.equal(it.line.served.filter((path) => path === RENEWAL).length, 1);
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("a token that the server calls old is renewed, and the same report goes again", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Máy chủ đổi khóa ${unlike()}`;
  const id = await waitsWithAClosedApp(it, words);
  // Tokens of the last minute cannot have run out: the phone would wait, not renew.
  await later(it, 3);
  let refused = 0;
  it.line.refuse = (what) => (what.startsWith("PUT /v1/reports/") && refused++ === 0 ? [401, "not_signed_in"] : null);
  await it.open();
  await it.page.locator(".card").first().waitFor();
  await it.place("Gửi đi");
  await it.page.getByText("Đã gửi hết").waitFor({ timeout: 30_000 });
  assert.equal(refused, 2);
  assert.equal(it.line.served.filter((path) => path === RENEWAL).length, 1);
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("when no new token is given he signs in again, and what waited is sent", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Phiên đã bị thu ${unlike()}`;
  const id = await waitsWithAClosedApp(it, words);
  await later(it, 20);
  it.line.refuse = (what) => (what === `POST ${RENEWAL}` ? [401, "session_ended"] : null);
  await it.open();
  await it.page.getByText("1 mục chờ gửi. Hãy đăng nhập lại.").waitFor();
  await it.screenshot("sign-in-again-unsent");
  await it.axe();
  await it.fits();
  assert.equal((await reportsWith(words, id)).reports.length, 0);
  it.line.refuse = null;
  await it.signIn(HEAD);
  await allSent(it);
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("two tabs that know nothing of each other send the same once", async (t) => {
  // An address without TLS has no locks: both tabs run, on one book and one queue.
  const it = await phone(t, { secure: false, mayComplain: DEAD_LINE });
  const words = `Hai cửa sổ ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  it.line.refuse = (what) => (what.includes(" /v1/") ? [503, "unavailable"] : null);
  await report(it, words);
  const second = await it.context.newPage();
  await second.goto(`${it.origin}/app/#/gui-di`);
  await second.getByText(words).waitFor();
  it.line.refuse = null;
  await it.place("Gửi đi");
  await Promise.all([it.page, second].map((page) => page.getByRole("button", { name: "Gửi ngay" }).click()));
  await Promise.all([it.page, second].map((page) => page.getByText("Đã gửi hết").waitFor({ timeout: 60_000 })));
  assert.equal((await reportsWith(words, id)).reports.length, 1);
  // And what is being typed in the one is there when the other opens the same form.
  await it.page.goto(`${it.origin}/app/#/viec/${id}/vuong-mac`);
  await it.page.getByLabel("Vướng ở đâu, cần ai giúp gì?").fill("Thiếu xe chở đá");
  await second.goto(`${it.origin}/app/#/viec/${id}/vuong-mac`);
  await second.reload();
  assert.equal(await second.getByLabel("Vướng ở đâu, cần ai giúp gì?").inputValue(), "Thiếu xe chở đá");
});
