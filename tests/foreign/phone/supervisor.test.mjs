// A leader, an overseer and an inspector: every number opens its list, and what is decided arrives.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, phone } from "./phone.mjs";

const tab = (it, name) => it.page.getByRole("navigation", { name: "Theo dõi" }).getByRole("link", { name });
const count = async (it, name) => Number((await tab(it, name).innerText()).match(/\d+/)[0]);

test("the leader's numbers are the server's, and each opens its list", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator(".card").first().waitFor();
  await it.screenshot("watch");
  await it.axe();
  await it.fits();
  const leader = await asked("thuong.truc");
  const overdue = await leader.all("/v1/overdue");
  assert.equal(await count(it, "Quá hạn"), overdue.length);
  assert.equal(await it.page.locator("ul.cards > li").count(), overdue.length);
  const soon = await leader.all("/v1/assignments?due_soon=true");
  assert.equal(await count(it, "Sắp hạn"), soon.length);
  await tab(it, "Sắp hạn").click();
  await it.page.locator("ul.cards > li").first().waitFor();
  assert.equal(await it.page.locator("ul.cards > li").count(), soon.length);

  await it.place("Số liệu");
  await it.page.getByRole("heading", { name: "Quá hạn qua tám tuần" }).waitFor();
  await it.screenshot("figures");
  await it.axe();
  await it.fits();
  const behind = it.page.locator("section", { has: it.page.getByRole("heading", { name: "Đơn vị nào đang chậm" }) });
  const first = behind.getByRole("link").first();
  const many = Number((await first.locator(".number").innerText()).trim());
  await first.click();
  await it.page.locator("ul.cards > li").first().waitFor();
  assert.equal(await it.page.locator("ul.cards > li").count(), many);
  await it.screenshot("watch-one-unit");
});

test("the leader accepts one report and returns another, and each head reads it", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator(".card").first().waitFor();
  await tab(it, "Chờ duyệt").click();
  await it.page.locator(".card").first().waitFor();
  await it.screenshot("to-decide");
  await it.axe();
  const before = await count(it, "Chờ duyệt");
  const leader = await asked("thuong.truc");

  const says = it.page.locator("a.card", { hasText: "Báo đã xong" });
  await says.first().click();
  const accepted = new URL(it.page.url()).hash.split("/")[2];
  await it.page.getByRole("button", { name: "Chấp nhận" }).waitFor();
  await it.screenshot("decide");
  await it.axe();
  await it.page.getByRole("button", { name: "Chấp nhận" }).click();
  await it.page.getByText("Đã ghi, sẽ gửi ngay khi có mạng.").waitFor();
  await it.page.getByRole("button", { name: "Quay lại" }).click();
  await it.page.locator("ul.cards > li").nth(before - 2).waitFor();
  assert.equal(await it.page.locator("ul.cards > li").count(), before - 1);

  await says.first().click();
  const returned = new URL(it.page.url()).hash.split("/")[2];
  await it.page.getByRole("button", { name: "Trả lại" }).click();
  await it.page.getByRole("button", { name: "Trả lại" }).click();
  await it.page.getByText("Hãy viết vài chữ.").waitFor();
  await it.page.getByLabel("Vì sao trả lại? Cần làm gì thêm?").fill("Còn thiếu ảnh hiện trường.");
  await it.page.getByRole("button", { name: "Trả lại" }).click();
  await it.place("Gửi đi");
  await it.page.getByText("Đã gửi hết").waitFor();
  assert.equal((await leader.get(`/v1/assignments/${accepted}`)).state, "completed");
  const back = await leader.get(`/v1/assignments/${returned}`);
  assert.equal(back.state, "in_progress");
  assert.equal(back.reason, "Còn thiếu ảnh hiện trường.");
});

test("the leader decides on time, reasons and difficulties", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator(".card").first().waitFor();
  for (const [lead, act] of [
    ["Xin thêm thời gian", async () => it.page.getByRole("button", { name: "Đồng ý", exact: true }).click()],
    ["Nêu lý do khách quan", async () => it.page.getByRole("button", { name: "Xác nhận lý do" }).click()],
    ["Vướng mắc", async () => {
      await it.page.getByLabel("Trả lời cho đơn vị").fill("Xã đã cấp 2 tấn xi măng.");
      await it.page.getByRole("button", { name: "Trả lời" }).click();
    }],
  ]) {
    await it.page.evaluate(() => (location.hash = "#/theo-doi/cho-duyet"));
    const card = it.page.locator("a.card", { hasText: lead }).first();
    await card.click();
    await it.page.getByRole("heading", { name: new RegExp(lead) }).first().waitFor();
    await it.screenshot(`decide-${lead.split(" ")[0].normalize("NFD").replace(/[^A-Za-z]/g, "")}`);
    await it.axe();
    await act();
    await it.page.getByText("Đã ghi, sẽ gửi ngay khi có mạng.").first().waitFor();
  }
  await it.place("Gửi đi");
  await it.page.getByText("Đã gửi hết").waitFor();
});

test("the leader calls the head of a village that is late; who may not read numbers is offered none", async (t) => {
  const it = await phone(t);
  const [leader, admin] = [await asked("thuong.truc"), await asked("quan.tri")];
  const [{ unit }] = await leader.all("/v1/overdue");
  const [head] = await leader.all(`/v1/people?unit=${unit.id}&role=reporter`);
  await admin.send("PATCH", `/v1/people/${head.id}`, { phone: "0912000345", version: head.version });
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator("a.card", { hasText: unit.name }).first().click();
  await it.page.getByRole("button", { name: "Gọi điện" }).click();
  const call = it.page.getByRole("link", { name: `Gọi ${head.draft.name}: 0912000345` });
  assert.equal(await call.getAttribute("href"), "tel:0912000345");
  await it.screenshot("call");
  await it.axe();

  const other = await phone(t);
  await other.open();
  await other.signIn("uy.vien");
  await other.page.locator("a.card").first().click();
  await other.page.getByRole("button", { name: "Chép câu nhắc" }).waitFor();
  assert.equal(await other.page.getByRole("button", { name: "Gọi điện" }).count(), 0);
});

test("the overseer sees only the units in his charge", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("uy.vien");
  await it.page.locator(".tabs").waitFor();
  const overseer = await asked("uy.vien");
  await it.page.waitForFunction(() => document.querySelectorAll("ul.cards > li, .empty").length > 0);
  assert.equal(await count(it, "Quá hạn"), (await overseer.all("/v1/overdue")).length);
  await it.screenshot("watch-overseer");
});

test("the inspector reads everything, the history too, and can change nothing", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("kiem.tra");
  await it.page.locator("a.card", { hasText: "Thôn" }).first().click();
  await it.page.getByRole("button", { name: "Xem đủ quá trình" }).click();
  await it.page.locator("ol.whole li").first().waitFor();
  await it.screenshot("history");
  await it.axe();
  for (const name of ["Chấp nhận", "Trả lại", "Đồng ý", "Tôi đã nhận việc"]) {
    assert.equal(await it.page.getByRole("button", { name }).count(), 0);
  }
  assert.equal(await it.page.getByRole("link", { name: "Đang làm", exact: true }).count(), 0);
});

test("in the dark, in large letters, in English and on the smallest screen it reads as well", async (t) => {
  const it = await phone(t, { width: 320, height: 568, dark: true });
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator(".card").first().waitFor();
  await it.screenshot("dark-watch");
  await it.axe();
  await it.fits();
  await it.place("Cài đặt");
  await it.page.getByRole("button", { name: "Rất to" }).click();
  await it.page.getByRole("button", { name: "English" }).click();
  await it.page.getByRole("heading", { name: "Settings" }).waitFor();
  await it.screenshot("dark-huge-english");
  await it.axe();
  await it.fits();
  await it.page.getByRole("link", { name: "Figures" }).click();
  await it.page.getByRole("heading", { name: "How things stand" }).waitFor();
  await it.fits();
  await it.axe();
  await it.page.locator("nav.places").getByRole("link", { name: "Watch" }).click();
  await it.page.locator("a.card").first().click();
  await it.fits();
  await it.axe();
});
