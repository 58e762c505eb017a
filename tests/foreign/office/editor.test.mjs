// A clerk's evening after the meeting: a conclusion is pasted, split, corrected, assigned and issued from the
// keyboard alone, its keystrokes counted; then what goes wrong on the way: a reload, a second window, a server
// that dies while somebody types. The document and everybody in it is invented.
import { test } from "node:test";
import assert from "node:assert/strict";
import { office, SERVER } from "./office.mjs";
import { serverOfMyOwn } from "../phone/server.mjs";

const REFUSED = [/Failed to load resource/, /Password forms should have/];

const CONCLUSION = `ĐẢNG ỦY XÃ SUỐI MƠ
BAN THƯỜNG VỤ
*
Số 27-KL/ĐU
ĐẢNG CỘNG SẢN VIỆT NAM
Suối Mơ, ngày 18 tháng 11 năm 2026
KẾT LUẬN
Hội nghị Ban Thường vụ Đảng ủy tháng 11 năm 2026
Ngày 17/11/2026, Ban Thường vụ Đảng ủy xã họp phiên thường kỳ. Sau khi nghe báo cáo và thảo luận, Ban Thường vụ kết luận như sau:
I. Kết quả công tác tháng 11
Các mặt công tác được triển khai nghiêm túc; thu ngân sách đạt 92% dự toán, an ninh trật tự giữ vững.
II. Nhiệm vụ trọng tâm tháng 12
1. Giao Ủy ban nhân dân xã rà soát danh sách hộ nghèo, hoàn thành trước ngày 10/12/2026, báo cáo Ban Thường vụ bằng văn bản.
2. Giao Phòng Kinh tế chủ trì, phối hợp với Hội Nông dân xã xây dựng kế hoạch phòng chống rét cho vật nuôi, xong trong tháng 11/2026.
3. Các thôn tổng vệ sinh đường làng ngõ xóm, duy trì 02 lần/tháng.
4. Yêu cầu các chi bộ hoàn thành kiểm điểm cuối năm trước ngày 20/12/2026; gửi kết quả về Ban Xây dựng Đảng.
5. Giao Công an xã tăng cường tuần tra, kiểm soát ban đêm tại các thôn giáp ranh.
6. Giao Văn phòng Đảng ủy chuẩn bị nội dung hội nghị tổng kết năm, trình Thường trực Đảng ủy trước ngày 25/12/2026.
7. Giao Ban Chỉ huy Quân sự xã hoàn thành công tác chuẩn bị tuyển quân năm 2027.
8. Ủy ban MTTQ Việt Nam xã vận động ủng hộ quỹ vì người nghèo, phấn đấu đạt 120 triệu đồng.
9. Khẩn trương khắc phục tuyến mương bị sạt lở để phục vụ sản xuất vụ đông xuân.
10. Giao Trung tâm Dịch vụ tổng hợp xã tổ chức chương trình văn nghệ chào năm mới, hoàn thành trước Tết Nguyên đán.
11. Giao Hội Liên hiệp Phụ nữ xã nhân rộng mô hình phân loại rác tại nhà.
12. Giao Văn phòng Đảng ủy theo dõi, đôn đốc việc thực hiện Kết luận này, báo cáo Ban Thường vụ.
T/M BAN THƯỜNG VỤ
BÍ THƯ
Lò Văn Thí Dụ
Nơi nhận:
- Các chi bộ trực thuộc,
- Lưu Văn phòng Đảng ủy.`;

/** A number of its own for each test, so that no document is entered twice. */
let number = 40;
const conclusion = () => CONCLUSION.replace("27-KL", `${number++}-KL`);

async function start(t, options = {}) {
  const window = await office(t, { mayComplain: REFUSED, ...options });
  await window.open();
  await window.signIn("van.phong");
  await window.settled();
  return window;
}
async function saved(page, timeout = 20_000) {
  await page.locator(".saved").getByText("Đã lưu", { exact: true }).waitFor({ timeout });
}
const rows = (page) => page.locator(".row-task:not(.out)");
/** A field, once what is typed goes there. */
async function focused(page, label) {
  const field = page.getByLabel(label);
  await field.waitFor();
  await page.waitForFunction((element) => document.activeElement === element, await field.elementHandle());
}
const current = (page) => page.locator(".row-task.at");
/** The number before a word of the header: "3 chưa rõ người". */
async function counted(page, word) {
  const text = await page.locator(".count", { hasText: word }).innerText();
  return Number(/^\d+/.exec(text)[0]);
}
/** Pastes as a person does, and begins to split. */
async function begin(page, text) {
  await page.keyboard.press("n");
  await page.getByLabel("Nội dung văn bản").waitFor();
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.waitForFunction(() => document.activeElement?.id === "paste-text");
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Đã đọc được \d+ việc/).waitFor();
}
async function desk(page) {
  await page.waitForFunction(() => document.activeElement?.matches("form button[type=submit]"));
  await page.keyboard.press("Enter");
  await page.locator(".row-task.at").waitFor();
}

test("from pasted text to issued work by the keyboard alone", async (t) => {
  const window = await start(t);
  const { page } = window;
  await page.evaluate(() => {
    window.strokes = 0;
    addEventListener("keydown", (event) => { if (!["Shift", "Control", "Alt"].includes(event.key)) window.strokes++; }, true);
  });
  const began = Date.now();
  await begin(page, conclusion());
  await window.axe();
  await window.screenshot("editor-1-facts");
  await desk(page);
  await saved(page);
  const read = await rows(page).count();
  assert.ok(read >= 10, `${read} directives were read`);
  await window.axe();
  await window.screenshot("editor-2-desk", { whole: false });

  // Whatever nobody does yet is given to somebody, and dated, without a mark typed.
  for (let round = 0; round < 20 && (await counted(page, "chưa rõ người")) > 0; round++) {
    await page.keyboard.press("g");
    const nobody = await current(page).getByText("Chưa giao cho ai").count();
    if (!nobody) {
      await page.keyboard.press("v");
      continue;
    }
    await page.keyboard.press("a");
    await focused(page, "Giao cho ai");
    await page.keyboard.type("pkt");
    if (round === 0) {
      await page.locator("#who-list").waitFor();
      await window.axe();
      await window.screenshot("editor-3-assign", { whole: false });
    }
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
  }
  assert.equal(await counted(page, "chưa rõ người"), 0);

  // One is dated in words, one is split, one merged back, one taken out and in again.
  await page.keyboard.press("Home");
  await page.keyboard.press("s");
  await page.locator(".panel.split").waitFor();
  await window.axe();
  await window.screenshot("editor-4-split", { whole: false });
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelectorAll(".row-task:not(.out)").length === n, read + 1);
  await page.keyboard.press("m");
  await page.waitForFunction((n) => document.querySelectorAll(".row-task:not(.out)").length === n, read);
  await page.keyboard.press("u");
  await page.keyboard.press("u");
  await page.waitForFunction((n) => document.querySelectorAll(".row-task:not(.out)").length === n, read);
  await page.keyboard.press("End");
  await page.keyboard.press("d");
  await focused(page, "Hạn, gõ bằng lời");
  await page.keyboard.type("cuoi nam");
  await page.getByText(/Tức là: .*31\/12/).waitFor();
  await window.screenshot("editor-5-due", { whole: false });
  await page.keyboard.press("Enter");
  await current(page).getByText(/31\/12/).waitFor();
  await page.keyboard.press("x");
  await page.getByText("1 đã bỏ").waitFor();
  await page.keyboard.press("u");
  await page.getByText("0 đã bỏ").waitFor();
  await saved(page);

  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "Ai nhận việc gì" }).waitFor();
  await page.getByText("Đủ điều kiện", { exact: false }).or(page.locator("dialog form button[type=submit]")).first().waitFor();
  await window.settled();
  await window.axe();
  await window.screenshot("editor-6-preview", { whole: false });
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/#\/van-ban\/[0-9a-f-]{36}$/);
  await window.settled();
  const strokes = await page.evaluate(() => window.strokes);
  await window.screenshot("editor-7-issued");
  console.log(`    ${read} directives, ${strokes} keystrokes, ${(strokes / read).toFixed(1)} per directive, ${((Date.now() - began) / 1000).toFixed(0)} s by a machine's fingers`);
  assert.ok(strokes / read < 12, "more than a dozen keystrokes per directive");
});

test("what is typed outlives a reload, saved or not", async (t) => {
  const { page, context } = await start(t);
  await begin(page, conclusion());
  await desk(page);
  await saved(page);
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await page.locator("#desk-content").fill("Việc được sửa khi mất mạng");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await page.getByText(/Chưa lưu 2 mục/).waitFor({ timeout: 15_000 });
  await context.setOffline(false);
  await page.reload();
  await page.getByText("Việc được sửa khi mất mạng").first().waitFor();
  await page.getByText("1 đã bỏ").waitFor();
  await saved(page);
  await page.reload();
  await page.getByText("Việc được sửa khi mất mạng").first().waitFor();
  await page.getByText("1 đã bỏ").waitFor();
});

test("two windows are told of each other, and nothing is written over unseen", async (t) => {
  const window = await start(t);
  const { page, context } = window;
  await begin(page, conclusion());
  await desk(page);
  await saved(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.locator(".row-task.at").waitFor();
  const change = async (page, words) => {
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.locator("#desk-content").fill(words);
    await page.keyboard.press("Escape");
  };
  await change(other, "Sửa ở cửa sổ kia");
  await saved(other);
  await change(page, "Sửa ở cửa sổ này");
  await page.getByText("Sửa ở cửa sổ kia").waitFor();
  await window.axe();
  await window.screenshot("editor-8-conflict", { whole: false });
  await page.getByRole("button", { name: "Giữ bản của tôi" }).click();
  await saved(page);
  await other.reload();
  await other.getByText("Sửa ở cửa sổ này").first().waitFor();
});

test("a server that dies while somebody types loses nothing", async (t) => {
  const server = await serverOfMyOwn(t);
  const window = await office(t, { mayComplain: REFUSED });
  const { page } = window;
  await page.goto(`${server.url.origin}/office/`);
  await page.waitForFunction(() => performance.getEntriesByName("dondoc-running").length > 0);
  await window.signIn("van.phong");
  await window.settled();
  await begin(page, conclusion());
  await desk(page);
  await saved(page);
  await server.kill();
  await page.keyboard.press("Enter");
  await page.locator("#desk-content").fill("Gõ khi máy chủ đã chết");
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await page.getByText(/Chưa lưu/).waitFor({ timeout: 15_000 });
  await window.screenshot("editor-9-unsaved", { whole: false });
  await server.start();
  await saved(page, 30_000);
  await page.reload();
  await page.getByText("Gõ khi máy chủ đã chết").first().waitFor();
});

test("a secret document is refused in plain words, and nothing of it stays", async (t) => {
  const { page } = await start(t);
  await page.keyboard.press("n");
  await page.getByLabel("Nội dung văn bản").fill(`ĐẢNG ỦY XÃ SUỐI MƠ\nMẬT\nGiao các thôn một việc kín.`);
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Mật, Tối mật hoặc Tuyệt mật không được đưa vào/).waitFor();
  const kept = await page.evaluate(() => JSON.stringify(Object.values(localStorage)));
  assert.ok(!kept.includes("một việc kín"));
});

test("it is calm and whole in the dark and on a wide window", async (t) => {
  for (const [name, options] of [["dark", { dark: true }], ["wide", { width: 1920, height: 1080 }]]) {
    const window = await start(t, options);
    const { page } = window;
    await begin(page, conclusion());
    await desk(page);
    await saved(page);
    await page.keyboard.press("g");
    await window.fits();
    await window.axe();
    await window.screenshot(`editor-${name}`, { whole: false });
    await page.keyboard.press("?");
    await page.getByText("Phím tắt khi tách việc").waitFor();
    await window.axe();
  }
});
