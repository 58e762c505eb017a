// A village head: reads his work, reports from where there is no signal, and nothing is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEAD_LINE, allSent, newId, openTask, report, reportsWith, unlike } from "./deeds.mjs";
import { asked, phone, photo } from "./phone.mjs";

const HEAD = "truong.thon.1";

test("he sees his work, and every screen reads well", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.screenshot("sign-in");
  await it.axe();
  await it.signIn(HEAD);
  await it.page.getByRole("heading", { name: "Việc của tôi" }).waitFor();
  await it.page.locator(".card").first().waitFor();
  await it.screenshot("my-work");
  await it.axe();
  await it.fits();
  const id = await openTask(it, "Quá hạn");
  await it.screenshot("task");
  await it.axe();
  for (const [place, name] of [["dang-lam", "report"], ["da-xong", "report-done"], ["vuong-mac", "difficulty"], ["xin-them", "extension"], ["ly-do", "excuse"]]) {
    await it.page.evaluate((hash) => (location.hash = hash), `#/viec/${id}/${place}`);
    await it.page.getByRole("button", { name: "Gửi", exact: true }).waitFor();
    await it.screenshot(name);
    await it.axe();
    await it.fits();
  }
  await it.place("Gửi đi");
  await it.screenshot("outbox-empty");
  await it.axe();
  await it.place("Cài đặt");
  await it.screenshot("settings");
  await it.axe();
  await it.fits();
});

test("the link from the office lets him in with a password of his own", async (t) => {
  const it = await phone(t);
  const office = await asked("van.phong");
  const person = (await office.all("/v1/people?role=reporter")).at(-1);
  const made = await office.send("PUT", `/v1/people/${person.id}/activations/${newId()}`);
  const link = new URL((await made.json()).link);
  await it.open(link.hash);
  await it.page.getByText(person.draft?.name ?? person.name).waitFor();
  await it.screenshot("activate");
  await it.axe();
  await it.fits();
  await it.page.getByLabel("Mật khẩu", { exact: true }).fill("ngắn");
  await it.page.getByRole("button", { name: "Kích hoạt và vào" }).click();
  await it.page.locator(".fault").waitFor();
  await it.page.getByLabel("Mật khẩu", { exact: true }).fill("cánh đồng sau nhà");
  await it.page.getByRole("button", { name: "Kích hoạt và vào" }).click();
  await it.page.getByRole("navigation", { name: "Đôn Đốc" }).waitFor();
  assert.ok(!it.page.url().includes(link.hash), "the secret does not stay in the address");
});

test("he reports without signal, closes the app, and it goes out when the signal is back", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Đã làm xong móng, đang xây tường ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.kept();
  await it.page.locator(".card").first().waitFor();
  const photos = [await photo(it.page, "một"), await photo(it.page, "hai")];

  await it.offline(true);
  await it.page.goto("about:blank");
  await it.open();
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  await report(it, words, { photos });
  await it.page.getByText("Đã lưu trên máy", { exact: true }).first().waitFor();
  await it.screenshot("kept-without-signal");

  // Closed and opened again, still without signal: it is all there.
  await it.page.goto("about:blank");
  await it.open("#/gui-di");
  await it.page.getByText("3 mục chờ gửi").first().waitFor();
  await it.page.getByText(words).waitFor();
  await it.screenshot("outbox-waiting");
  await it.axe();

  await it.offline(false);
  await allSent(it);
  await it.screenshot("outbox-sent");
  const { office, reports } = await reportsWith(words, id);
  assert.equal(reports.length, 1);
  assert.deepEqual(reports[0].missing_files, []);
  assert.equal(reports[0].draft.files.length, 2);
  for (const file of reports[0].draft.files) {
    const bytes = await office.bytes(`/v1/attachments/${file.id}`);
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    assert.equal(hash, file.sha256);
    assert.ok(bytes.length < 400_000, `${bytes.length} bytes of photo`);
    assert.ok(!Buffer.from(bytes).includes("Exif"), "where a photo was taken does not go along");
  }
});

test("an answer that is lost on the way doubles nothing", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Mất câu trả lời ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  it.line.lose = /PUT \/v1\/reports/;
  await report(it, words);
  await it.page.waitForTimeout(500);
  assert.equal((await reportsWith(words, id)).reports.length, 1, "the server has it");
  it.line.lose = null;
  await allSent(it);
  assert.equal((await reportsWith(words, id)).reports.length, 1, "and has it once");
});

test("a network that answers for the server is not believed", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Qua mạng quán nước ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  it.line.portal = true;
  await report(it, words);
  await it.place("Gửi đi");
  await it.page.getByRole("button", { name: "Gửi ngay" }).click();
  await it.page.getByText("1 mục chờ gửi").first().waitFor();
  it.line.portal = false;
  await allSent(it);
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("a device that was signed out from elsewhere keeps what is unsent until its owner is back", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Máy bị khóa ${unlike()}`;
  await it.open();
  await it.signIn("truong.thon.2");
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  it.line.failing = true;
  await report(it, words);
  const elsewhere = await asked("truong.thon.2");
  await elsewhere.send("DELETE", "/v1/me/devices");
  it.line.failing = false;
  await it.place("Gửi đi");
  await it.page.getByRole("button", { name: "Gửi ngay" }).click();
  await it.page.getByText("Hãy đăng nhập lại. Những gì bác đã viết vẫn còn trên máy.").waitFor({ timeout: 30_000 });
  await it.screenshot("sign-in-again");
  await it.axe();
  await it.signIn("truong.thon.2");
  await allSent(it);
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("a clock that is a day off is told, and does not make work late", async (t) => {
  const it = await phone(t);
  await it.context.addInitScript(() => {
    const Real = Date;
    const off = 24 * 3_600_000;
    globalThis.Date = class extends Real {
      constructor(...all) { all.length ? super(...all) : super(Real.now() + off); }
      static now() { return Real.now() + off; }
    };
  });
  await it.open();
  await it.signIn(HEAD);
  await it.page.getByText("Đồng hồ điện thoại lệch 1440 phút").waitFor();
  await it.screenshot("clock-off");
});

test("a phone that is full says so, and what was written stays", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const words = `Máy đầy ${unlike()}`;
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  await openTask(it);
  await it.page.getByRole("link", { name: "Đang làm", exact: true }).click();
  await it.page.getByLabel("Nói thêm (không bắt buộc)").fill(words);
  await it.page.locator("#photos").setInputFiles([await photo(it.page, "đầy")]);
  await it.page.locator("ul.photos li").waitFor();
  // What a browser does when the phone has no room: it refuses to keep the file.
  await it.page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    globalThis.roomAgain = () => (IDBObjectStore.prototype.put = put);
    IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
  });
  await it.page.getByRole("button", { name: "Gửi", exact: true }).click();
  await it.page.getByText("Máy hết chỗ nên chưa lưu được.").waitFor();
  await it.screenshot("full");
  assert.equal(await it.page.getByLabel("Nói thêm (không bắt buộc)").inputValue(), words);
  await it.page.evaluate(() => globalThis.roomAgain());
  await it.page.getByRole("button", { name: "Gửi", exact: true }).click();
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
  await allSent(it);
});

test("a report that was returned is corrected, and the server knows by which", async (t) => {
  const it = await phone(t);
  const [words, better] = [`Xong rồi ${unlike()}`, `Đã thêm ảnh và biên bản ${unlike()}`];
  await it.open();
  await it.signIn("truong.thon.4");
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  await report(it, words, { by: "Đã xong" });
  await allSent(it);
  const [first] = (await reportsWith(words, id)).reports;
  assert.equal(first.draft.corrects, null);
  const leader = await asked("thuong.truc");
  await leader.send("PUT", `/v1/reports/${first.id}/review`, { verdict: "return", reason: "Thiếu ảnh và biên bản." });
  await it.page.getByRole("button", { name: "Gửi ngay" }).click();
  await it.place("Việc của tôi");
  await openTask(it, "Bị trả lại");
  await it.page.getByText("Thiếu ảnh và biên bản.").first().waitFor();
  await it.screenshot("returned");
  await it.axe();
  await report(it, better, { by: "Sửa và báo lại" });
  await allSent(it);
  const [second] = (await reportsWith(better, id)).reports;
  assert.equal(second.draft.corrects, first.id);
  assert.equal(second.draft.completes, true);
});

test("what is being typed survives the app being closed", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  const id = await openTask(it);
  await it.page.getByRole("link", { name: "Vướng mắc", exact: true }).click();
  await it.page.getByLabel("Vướng ở đâu, cần ai giúp gì?").fill("Chưa có xi măng");
  await it.page.goto("about:blank");
  await it.open(`#/viec/${id}/vuong-mac`);
  assert.equal(await it.page.getByLabel("Vướng ở đâu, cần ai giúp gì?").inputValue(), "Chưa có xi măng");
});

test("signing out with something unsent warns first", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  await it.open();
  await it.signIn(HEAD);
  await it.page.locator(".card").first().waitFor();
  await openTask(it);
  it.line.failing = true;
  await report(it, `Chưa gửi ${unlike()}`);
  await it.place("Cài đặt");
  await it.page.getByRole("button", { name: "Đăng xuất", exact: true }).click();
  await it.page.getByText("1 mục chưa gửi").first().waitFor();
  await it.screenshot("sign-out-unsent");
  await it.axe();
  await it.page.getByRole("button", { name: "Thôi" }).click();
  it.line.failing = false;
  await allSent(it);
  await it.place("Cài đặt");
  await it.page.getByRole("button", { name: "Đăng xuất", exact: true }).click();
  await it.page.getByRole("button", { name: "Đăng xuất", exact: true }).click();
  await it.page.getByLabel("Mật khẩu", { exact: true }).waitFor();
  const left = await it.page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  assert.ok(left.length <= 1);
});
