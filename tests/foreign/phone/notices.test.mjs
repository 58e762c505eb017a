// What a person is told, on his phone: the newest first, in sentences, without signal too; and who has
// seen it has read it, on all his devices.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEAD_LINE, newId } from "./deeds.mjs";
import { asked, phone } from "./phone.mjs";

const HEAD = "truong.thon.5";

const cards = (it) => it.page.locator("ol.cards .card");
const unread = async (who) => (await who.get("/v1/me/notices/counts")).unread;

/** Waits until the server says so. */
async function until(what, said) {
  for (let n = 0; !(await said()); n++) {
    assert.ok(n < 150, what);
    await new Promise((soon) => setTimeout(soon, 200));
  }
}
/** The way to the notices, in the heading. */
const way = (it) => it.page.getByRole("banner").getByRole("link", { name: /^Thông báo/ });

test("what I was told is there without signal, and is read once I have seen it with signal", async (t) => {
  const it = await phone(t, { mayComplain: DEAD_LINE });
  const head = await asked(HEAD);
  await until("the demo tells its people", () => unread(head));
  const told = await head.all("/v1/me/notices");
  await it.open();
  await it.signIn(HEAD);
  await it.page.getByRole("link", { name: `Thông báo: ${told.length} mới` }).waitFor();
  await it.kept();

  await it.offline(true);
  await it.page.goto("about:blank");
  await it.open();
  await way(it).click();
  await it.page.getByRole("heading", { level: 1, name: "Thông báo" }).waitFor();
  const said = await cards(it).locator(".what").allInnerTexts();
  const kinds = { overdue: "Quá hạn", due_soon: "Sắp đến hạn", accepted: "Được chấp nhận" };
  assert.equal(said.length, told.length);
  for (const [n, notice] of told.entries()) {
    assert.ok(said[n].startsWith(`${kinds[notice.kind]}: ${notice.task}`), `${n}: ${said[n]}`);
  }
  assert.ok(said.some((one) => /^Sắp đến hạn: .* – (còn \d+ ngày|mai là hạn cuối|hôm nay là hạn cuối)$/.test(one)), said.join("\n"));
  assert.ok(said.some((one) => /^Quá hạn: .* – trễ \d+ ngày$/.test(one)), said.join("\n"));
  assert.equal(await it.page.getByText("Chưa đọc").count(), told.length, "said in words, not by colour");
  assert.equal(await unread(head), told.length, "the server has not heard of it");

  // With signal, the next time the screen is opened.
  await it.offline(false);
  await it.page.getByRole("button", { name: "Quay lại" }).click();
  await way(it).click();
  await until("all is read", async () => (await unread(head)) === 0);
  assert.equal(await it.page.getByText("Chưa đọc").count(), told.length, "what was new stays marked while one looks");
  await it.page.getByRole("button", { name: "Quay lại" }).click();
  await it.page.getByRole("link", { name: "Thông báo", exact: true }).click();
  await cards(it).first().waitFor();
  assert.equal(await it.page.getByText("Chưa đọc").count(), 0);

  await cards(it).first().click();
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
  assert.equal(new URL(it.page.url()).hash, `#/viec/${told[0].assignment}`);
  await it.page.getByRole("button", { name: "Quay lại" }).click();
  await it.page.getByRole("heading", { level: 1, name: "Thông báo" }).waitFor();
});

test("a report that was returned is told, on top", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn(HEAD);
  await way(it).click();
  await cards(it).first().waitFor();
  const head = await asked(HEAD);
  const open = await head.all("/v1/assignments?state=in_progress");
  const work = open.find((one) => one.role === "chu_tri" && one.due_on) ?? assert.fail("no work is open");
  const id = newId();
  const made_at = new Date().toISOString();
  await head.send("PUT", `/v1/reports/${id}`, { assignment: work.id, completes: true, words: "Đã xong", files: [], made_at });
  const leader = await asked("thuong.truc");
  await leader.send("PUT", `/v1/reports/${id}/review`, { verdict: "return", reason: "Còn thiếu ảnh." });
  await until("it is told", async () => (await head.get("/v1/me/notices?limit=1")).items[0].kind === "returned");
  await it.page.evaluate(() => window.dispatchEvent(new Event("online")));
  const first = cards(it).filter({ hasText: /^Bị trả lại: / }).first();
  await first.getByText("Chưa đọc").waitFor();
  assert.match(await cards(it).first().innerText(), /^Bị trả lại: /);
  // It came while the screen was open, and is read with the others.
  await until("all is read", async () => (await unread(head)) === 0);
});

test("in English it is English, and who was told nothing reads so", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("kiem.tra");
  await it.page.getByRole("link", { name: "Thông báo", exact: true }).click();
  await it.page.getByText("Chưa có thông báo nào").waitFor();
  await it.page.evaluate(() => (location.hash = "#/cai-dat"));
  await it.page.getByRole("button", { name: "English" }).click();
  await it.page.getByRole("link", { name: "Notices", exact: true }).click();
  await it.page.getByText("There are no notices yet").waitFor();
});
