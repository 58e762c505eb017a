// Every screen, on phones from the smallest on and at a desk, by day and by night: axe finds nothing and
// nothing sticks out to the side. The pictures are in target/screens/.
import { test } from "node:test";
import { openTask } from "./deeds.mjs";
import { phone } from "./phone.mjs";

const SIZES = [[320, 568], [360, 740], [412, 915], [1280, 800]];
const LIGHTS = ["light", "dark"];

/** The screen that is open, in every size and light. */
async function everywhere(it, name) {
  for (const [width, height] of SIZES) {
    await it.page.setViewportSize({ width, height });
    for (const light of LIGHTS) {
      await it.page.emulateMedia({ colorScheme: light });
      await it.fits();
      await it.axe();
      await it.screenshot(`${name}-${width}-${light}`);
    }
  }
}
async function go(it, hash, heading) {
  await it.page.evaluate((hash) => (location.hash = hash), hash);
  await it.page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
}

test("every screen of a village head", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.page.getByRole("heading", { name: "Đăng nhập" }).waitFor();
  await everywhere(it, "sign-in");
  await it.signIn("truong.thon.1");
  await it.page.locator(".card").first().waitFor();
  await everywhere(it, "my-work");
  const id = await openTask(it);
  await everywhere(it, "task");
  for (const [place, heading, name] of [
    ["dang-lam", "Báo đang làm", "report"],
    ["da-xong", "Báo đã xong", "report-done"],
    ["vuong-mac", "Báo vướng mắc", "difficulty"],
    ["xin-them", "Xin thêm thời gian", "extension"],
    ["ly-do", "Lý do khách quan", "excuse"],
  ]) {
    await go(it, `#/viec/${id}/${place}`, heading);
    await everywhere(it, name);
  }
  await go(it, "#/thong-bao", "Thông báo");
  await it.page.locator(".card").first().waitFor();
  await everywhere(it, "notices");
  await go(it, "#/gui-di", "Gửi đi");
  await everywhere(it, "outbox");
  await go(it, "#/cai-dat", "Cài đặt");
  await everywhere(it, "settings");
});

test("every screen of a leader", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("thuong.truc");
  await it.page.locator(".card").first().waitFor();
  for (const [place, name] of [["qua-han", "watch-overdue"], ["sap-han", "watch-soon"], ["cho-duyet", "watch-to-decide"]]) {
    await go(it, `#/theo-doi/${place}`, "Theo dõi");
    await it.page.locator(".card").first().waitFor();
    await everywhere(it, name);
  }
  await it.page.locator("a.card", { hasText: "Báo đã xong" }).first().click();
  await it.page.getByRole("button", { name: "Chấp nhận" }).waitFor();
  await everywhere(it, "decide");
  await go(it, "#/thong-bao", "Thông báo");
  await it.page.locator(".card").first().waitFor();
  await everywhere(it, "notices-leader");
  await go(it, "#/so-lieu", "Tình hình chung");
  await it.page.getByRole("heading", { name: "Quá hạn qua tám tuần" }).waitFor();
  await everywhere(it, "figures");
});

test("the screen of somebody who was told nothing", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn("kiem.tra");
  await go(it, "#/thong-bao", "Thông báo");
  await it.page.getByText("Chưa có thông báo nào").waitFor();
  await everywhere(it, "notices-none");
});
