// An administrator's morning, by the keyboard alone: what he enters is there when he looks, what he types is
// kept, what he did can be taken back, and what the server finds wrong stands at its field.
import { test } from "node:test";
import assert from "node:assert/strict";
import { office, PASSWORD, SERVER } from "./office.mjs";

/** Refusals that a test asks for are told in the console too. */
const REFUSED = [/Failed to load resource/, /Password forms should have/];

async function start(t, login) {
  const window = await office(t, { mayComplain: REFUSED });
  await window.open();
  await window.signIn(login);
  await window.settled();
  return window;
}
/** Chooses one by typing a part of its name. */
async function pick(page, label, typed) {
  await page.getByRole("combobox", { name: label }).focus();
  await page.keyboard.type(typed);
  // The list comes from the server.
  await page.locator('[role="option"]:not([aria-disabled])').first().waitFor();
  await page.keyboard.press("Enter");
}
const told = (page, text) => page.getByText(text).first().waitFor();

test("a unit is entered, renamed and named back, all from the keyboard", async (t) => {
  const { page } = await start(t, "quan.tri");
  await page.keyboard.press("/");
  await page.keyboard.type("don vi");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Đơn vị của xã" }).waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("Tên", { exact: true }).fill("Thôn Bàn Phím");
  await page.getByLabel("Tên gọi khác").fill("xóm Bàn Phím\nBàn Phím");
  await pick(page, "Trực thuộc", "dang uy xa");
  await page.keyboard.press("Control+s");
  await page.getByRole("heading", { level: 1, name: "Thôn Bàn Phím" }).waitFor();
  await told(page, "xóm Bàn Phím, Bàn Phím");

  await page.getByRole("button", { name: "Sửa", exact: true }).press("Enter");
  await page.getByLabel("Tên", { exact: true }).fill("Thôn Phím Đàn");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Thôn Phím Đàn" }).waitFor();
  await page.getByRole("button", { name: "Hoàn tác" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Thôn Bàn Phím" }).waitFor();
  await told(page, "Đã trả lại như trước.");
});

test("what is wrong stands at its field, and what was typed is there after the page is opened anew", async (t) => {
  const { page } = await start(t, "quan.tri");
  await page.evaluate(() => { location.hash = "#/nguoi"; });
  await page.getByRole("button", { name: "Thêm người" }).press("Enter");
  await page.getByRole("dialog").getByLabel("Họ và tên").fill("Nông Thị Thử");
  await page.keyboard.press("Enter");
  // Neither a phone number nor a user name: the server says so, and the focus goes there.
  await page.locator("[aria-invalid=true]").first().waitFor();
  assert.ok((await page.locator(".fault").first().innerText()).length > 5);

  await page.reload();
  await page.getByRole("button", { name: "Thêm người" }).press("Enter");
  await told(page, "Đã lấy lại những gì đang gõ dở lần trước.");
  assert.equal(await page.getByRole("dialog").getByLabel("Họ và tên").inputValue(), "Nông Thị Thử");
  await page.getByLabel("Tên đăng nhập").fill("nong.thi.thu");
  await page.getByRole("combobox", { name: "Vai trò", exact: true }).last().selectOption("overseer");
  await pick(page, "Ở đơn vị", "ban thuong vu");
  await page.getByRole("button", { name: "Thêm vai trò" }).press("Enter");
  await page.keyboard.press("Control+s");
  await page.getByRole("heading", { level: 1, name: "Nông Thị Thử" }).waitFor();
  await told(page, "Chưa kích hoạt");
});

test("a slip with a code is made for whoever has none, and the paper shows nothing else", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/nguoi/phieu");
  await page.getByLabel("Nông Thị Thử").press("Space");
  await page.getByRole("button", { name: "Làm 1 phiếu" }).press("Enter");
  const code = page.getByRole("img", { name: "Mã QR của Nông Thị Thử" });
  await code.waitFor();
  assert.ok(await code.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("navigation").first().isVisible(), false);
  assert.ok(await code.isVisible());
  await window.screenshot("slip-on-paper");
});

test("somebody oversees a unit from today on", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/phu-trach");
  await page.keyboard.press("n");
  await pick(page, "Người phụ trách", "nong thi thu");
  await pick(page, "Đơn vị", "ban phim");
  await page.keyboard.press("Control+s");
  await page.getByRole("row", { name: /Nông Thị Thử.*Thôn Bàn Phím/ }).waitFor();
});

test("an event is entered without a day, given one, and a year of days off is saved", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/lich");
  await page.keyboard.press("n");
  await page.getByLabel("Tên sự kiện").fill("Hội thử 2027");
  await page.keyboard.press("Enter");
  const row = page.getByRole("row", { name: /Hội thử 2027/ });
  await row.getByText("Chưa có ngày").waitFor();
  await row.getByRole("button", { name: "Sửa" }).press("Enter");
  await page.getByLabel("Ngày đầu").fill("2027-03-01");
  await page.keyboard.press("Control+s");
  await row.getByText("01/03/2027").waitFor();

  await page.getByRole("button", { name: "Năm sau" }).press("Enter");
  await told(page, "Chưa ai nhập lịch năm 2027");
  await page.getByLabel("Ngày", { exact: true }).fill("2027-02-27");
  await page.getByLabel("Loại", { exact: true }).selectOption("workday");
  await page.getByLabel("Vì sao").fill("Làm bù nghỉ Tết");
  await page.getByRole("button", { name: "Thêm ngày" }).press("Enter");
  await page.getByRole("button", { name: "Lưu lịch năm 2027" }).press("Enter");
  await told(page, "Đã lưu.");
  await page.getByText("Ngày làm bù", { exact: true }).first().waitFor();
});

test("the ladder tells who would be warned before it is saved", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/nhac-viec");
  await page.getByRole("button", { name: "Thêm nấc" }).press("Enter");
  await page.getByRole("button", { name: "Bỏ nấc -2" }).waitFor();
  await page.getByRole("button", { name: "Xem trước 14 ngày" }).press("Enter");
  await page.getByRole("columnheader", { name: "Người được nhắc" }).waitFor();
  assert.ok((await page.getByRole("row").count()) > 5);
  await window.screenshot("ladder-preview");
});

test("a key is shown once", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/khoa");
  await page.keyboard.press("n");
  await page.getByLabel("Dùng cho hệ thống nào").fill("Cong thu");
  await page.keyboard.press("Enter");
  await told(page, "Hãy chọn ít nhất một quyền.");
  await page.getByLabel("Đọc báo cáo quá hạn và thống kê").press("Space");
  await page.keyboard.press("Control+s");
  const secret = await page.locator(".secret code").innerText();
  assert.match(secret, /^ddk_/);
  // It works, for what it was made for and nothing else.
  const ask = (path) => fetch(new URL(path, SERVER), { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask("/v1/overdue")).status, 200);
  assert.equal((await ask("/v1/directives")).status, 403);
  await page.keyboard.press("Escape");
  await page.getByRole("row", { name: /Cong thu/ }).waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
});

test("a webhook is registered and pinged, and its log says so", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/webhook");
  await page.keyboard.press("n");
  await page.getByLabel("Địa chỉ nhận").fill("https://nhan.example/don-doc");
  await page.keyboard.press("Enter");
  await page.locator(".secret code").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "https://nhan.example/don-doc" }).press("Enter");
  await page.getByRole("button", { name: "Gửi thử" }).press("Enter");
  await page.getByRole("row", { name: /Gửi thử/ }).waitFor();
});

test("somebody else's change is told, and what was typed stays", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/cai-dat");
  const post = async (method, path, token, body, more = {}) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }), ...more };
    return (await fetch(new URL(path, SERVER), { method, headers, body: body && JSON.stringify(body) })).json();
  };
  const other = await post("POST", "/v1/sessions", null, { login: "quan.tri", password: PASSWORD, device_name: "khác" });
  const { version } = await post("GET", "/v1/settings", other.access_token);
  await post("PATCH", "/v1/settings", other.access_token, { update_rate_days: 29, version });

  await page.getByLabel("Sắp đến hạn là còn mấy ngày").fill("5");
  await page.keyboard.press("Enter");
  await told(page, "Người khác vừa sửa mục này.");
  await page.getByRole("button", { name: "Xem bản mới" }).press("Enter");
  await page.waitForFunction(() => document.querySelector("#update_rate_days")?.value === "29");
  assert.equal(await page.getByLabel("Sắp đến hạn là còn mấy ngày").inputValue(), "5");
  await page.getByLabel("Sắp đến hạn là còn mấy ngày").press("Enter");
  await told(page, "Đã lưu.");
});

test("a clerk sees no keys, and a session that has ended leads to the door", async (t) => {
  const window = await start(t, "van.phong");
  const { page } = window;
  assert.equal(await page.getByRole("link", { name: "Khóa API" }).count(), 0);
  await page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem("office session"));
    localStorage.setItem("office session", JSON.stringify({ ...session, access_token: "het.han.roi", refresh_token: session.device_proof }));
  });
  await page.evaluate(() => { location.hash = "#/van-ban"; });
  await told(page, "Phiên đã kết thúc, hãy đăng nhập lại.");
});

test("a clerk gives a task its date, and looks at what issuing a draft would do", async (t) => {
  const window = await start(t, "van.phong");
  const { page } = window;
  await window.go("#/viec/chua-co-han");
  await page.locator(".row-link").first().press("Enter");
  await page.getByRole("dialog").getByLabel("Hạn", { exact: false }).first().fill("2026-12-31");
  await page.keyboard.press("Control+s");
  await told(page, "Đã lưu.");

  await window.go("#/van-ban/du-thao");
  await page.locator("tbody a").first().press("Enter");
  await page.getByRole("button", { name: "Xem trước và ban hành" }).press("Enter");
  await page.getByRole("columnheader", { name: "Chủ trì" }).waitFor();
  await window.screenshot("issue-preview");
});

test("an assignment is paused with a reason, and leaves the overdue", async (t) => {
  const window = await start(t, "van.phong");
  const { page } = window;
  await window.go("#/viec/qua-han");
  await page.locator(".row-link").first().press("Enter");
  const frame = page.getByRole("dialog");
  await frame.getByLabel("Lý do").fill("Chờ tỉnh duyệt.");
  await page.keyboard.press("Control+s");
  await told(page, "Đã tạm dừng.");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test("a sheet is tried first, told row by row, and stored only when every row is taken", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/nguoi/danh-sach");
  const sheet = (rows) => ({ name: "danh-sach.csv", mimeType: "text/csv", buffer: Buffer.from(`loai,don_vi,ten_khac,truc_thuoc,ho_ten,dien_thoai,ten_dang_nhap,vai_tro\n${rows}\n`) });
  await page.getByLabel("Tệp CSV hoặc XLSX").setInputFiles(sheet("khong_co,Thôn Sai,,,,,,"));
  await page.getByRole("button", { name: "Thử trước, chưa lưu gì" }).press("Enter");
  await told(page, "Có dòng không nhận thì không dòng nào được lưu");
  assert.ok(await page.getByRole("button", { name: "Nhập vào hệ thống" }).isDisabled());
  await page.getByLabel("Tệp CSV hoặc XLSX").setInputFiles(sheet("thon,Thôn Bảng Tính,,,,,,"));
  await page.getByRole("button", { name: "Thử trước, chưa lưu gì" }).press("Enter");
  await told(page, "Sẽ thêm 1 đơn vị, 0 người; 0 dòng không nhận.");
  await page.getByRole("button", { name: "Nhập vào hệ thống" }).press("Enter");
  await told(page, "Đã thêm 1 đơn vị, 0 người.");
});

test("merging tells what moves before it is done", async (t) => {
  const window = await start(t, "quan.tri");
  const { page } = window;
  await window.go("#/don-vi");
  await page.getByRole("link", { name: "Thôn Bàn Phím" }).press("Enter");
  await page.getByRole("button", { name: "Sáp nhập vào đơn vị khác" }).press("Enter");
  await told(page, "0 người sẽ báo cáo cho đơn vị mới");
  await pick(page, "Nhập vào", "bang tinh");
  await page.getByLabel("Căn cứ").fill("Nghị quyết thử.");
  await page.keyboard.press("Control+s");
  await told(page, "Đã sáp nhập");
  await told(page, "Nhập vào Thôn Bảng Tính");
});
