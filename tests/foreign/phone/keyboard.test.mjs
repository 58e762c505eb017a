// Without a finger and without a mouse: everything that matters is reached by keys, and one sees where
// one is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { reportsWith, unlike } from "./deeds.mjs";
import { PASSWORD, asked, phone } from "./phone.mjs";

/** What has the focus: its name for a screen reader, roughly, and whether an eye finds it. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const look = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const rings = look.outlineStyle !== "none" && Number.parseFloat(look.outlineWidth) >= 2;
  const label = one.labels?.[0]?.innerText ?? one.innerText ?? "";
  return { tag: one.tagName, name: (one.getAttribute("aria-label") ?? label).trim(), seen: rings && box.width > 0 };
});

/** Presses Tab until it stands on something with this name, which must be visible wherever it passes. */
async function tabTo(it, tag, name) {
  for (let n = 0; n < 80; n++) {
    await it.page.keyboard.press("Tab");
    const here = await focused(it.page);
    if (here.tag === "BODY") continue;
    assert.ok(here.seen, `one does not see that ${here.tag} “${here.name}” has the focus`);
    if (here.tag === tag && (name.test?.(here.name) ?? here.name === name)) return;
  }
  assert.fail(`Tab never came to ${tag} ${name}`);
}
const enter = (it) => it.page.keyboard.press("Enter");
const type = (it, text) => it.page.keyboard.type(text);

async function signIn(it, login, first) {
  await it.open();
  await heading(it, "Đăng nhập");
  await tabTo(it, "INPUT", "Số điện thoại hoặc tên đăng nhập");
  await type(it, login);
  await tabTo(it, "INPUT", "Mật khẩu");
  await type(it, PASSWORD);
  await enter(it);
  await it.page.locator(".card").first().waitFor();
  await heading(it, first);
}
/** Until a screen is there, and who reads with the ears stands at its heading. */
async function heading(it, name) {
  await it.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await it.page.waitForFunction(() => document.activeElement?.tagName === "H1");
}

test("he reports by keys alone, from the list to the receipt", async (t) => {
  const it = await phone(t, { width: 1280, height: 800 });
  const words = `Báo bằng bàn phím ${unlike()}`;
  await signIn(it, "truong.thon.3", "Việc của tôi");
  await tabTo(it, "A", /Còn|Trễ|Hạn|Hôm nay|Mai/);
  await enter(it);
  await heading(it, "Việc phải làm");
  const id = new URL(it.page.url()).hash.split("/")[2];
  await tabTo(it, "A", "Đang làm");
  await enter(it);
  await heading(it, "Báo đang làm");
  // Its first field is the number.
  await tabTo(it, "INPUT", /./);
  await type(it, "1");
  await tabTo(it, "TEXTAREA", /./);
  await type(it, words);
  await it.screenshot("keyboard-report");
  await tabTo(it, "BUTTON", "Gửi");
  await it.page.keyboard.press("Space");
  await heading(it, "Việc phải làm");
  await tabTo(it, "A", "Gửi đi");
  await enter(it);
  await heading(it, "Gửi đi");
  await it.page.getByText(words).waitFor();
  await it.page.getByText(/^Đã gửi \(/).first().waitFor();
  assert.equal((await reportsWith(words, id)).reports.length, 1);
});

test("the leader accepts one report and returns another by keys alone", async (t) => {
  const it = await phone(t, { width: 1280, height: 800 });
  await signIn(it, "thuong.truc", "Theo dõi");
  const open = async () => {
    await tabTo(it, "A", /Chờ duyệt/);
    await enter(it);
    await heading(it, "Theo dõi");
    await tabTo(it, "A", /Báo đã xong/);
    await enter(it);
    await heading(it, "Việc phải làm");
    return new URL(it.page.url()).hash.split("/")[2];
  };
  const accepted = await open();
  await tabTo(it, "BUTTON", "Chấp nhận");
  await enter(it);
  await it.page.getByText("Đã ghi, sẽ gửi ngay khi có mạng.").waitFor();
  await tabTo(it, "A", "Theo dõi");
  await enter(it);
  await heading(it, "Theo dõi");
  const returned = await open();
  await tabTo(it, "BUTTON", "Trả lại");
  await enter(it);
  await it.page.getByLabel("Vì sao trả lại? Cần làm gì thêm?").waitFor();
  // The words stand before the button that was pressed.
  await it.page.keyboard.press("Shift+Tab");
  await it.page.keyboard.press("Shift+Tab");
  assert.equal((await focused(it.page)).tag, "TEXTAREA");
  await type(it, "Còn thiếu biên bản.");
  await tabTo(it, "BUTTON", "Trả lại");
  await enter(it);
  await tabTo(it, "A", "Gửi đi");
  await enter(it);
  await it.page.getByText("Đã gửi hết").waitFor();
  const leader = await asked("thuong.truc");
  assert.equal((await leader.get(`/v1/assignments/${accepted}`)).state, "completed");
  assert.equal((await leader.get(`/v1/assignments/${returned}`)).reason, "Còn thiếu biên bản.");
});
