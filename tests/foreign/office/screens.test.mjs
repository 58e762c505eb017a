// Every screen in both widths and both lights: nothing sticks out, and axe finds nothing. The pictures are
// for people to look at.
import { test } from "node:test";
import assert from "node:assert/strict";
import { office } from "./office.mjs";

/** Who sees which screens, by their addresses. */
const SEEN = {
  "van.phong": {
    home: "#/", documents: "#/van-ban", overdue: "#/viec/qua-han", loose: "#/viec/chua-giao", undated: "#/viec/chua-co-han",
    difficulties: "#/vuong-mac", units: "#/don-vi", slips: "#/nguoi/phieu", ladder: "#/nhac-viec",
  },
  "quan.tri": {
    "admin-home": "#/", people: "#/nguoi", roster: "#/nguoi/danh-sach", oversights: "#/phu-trach", calendar: "#/lich",
    "admin-ladder": "#/nhac-viec", keys: "#/khoa", webhooks: "#/webhook", settings: "#/cai-dat",
  },
  "kiem.tra": { audit: "#/nhat-ky" },
};

for (const [width, height, dark] of [[1280, 800, false], [1920, 1080, true], [1024, 768, false]]) {
  test(`every screen fits ${width} pixels, ${dark ? "dark" : "light"}`, async (t) => {
    for (const [login, screens] of Object.entries(SEEN)) {
      const window = await office(t, { width, height, dark });
      await window.open();
      if (login === "van.phong") {
        await window.axe();
        await window.screenshot(`${width}-door`);
      }
      await window.signIn(login);
      for (const [name, hash] of Object.entries(screens)) {
        await window.go(hash);
        await window.fits();
        // axe looks at what is drawn, not at how wide: once in each light is enough.
        if (width !== 1024) await window.axe();
        await window.screenshot(`${width}-${name}`);
      }
      if (login !== "van.phong") continue;
      // One of each, behind the first link of its list.
      for (const [name, hash] of [["document", "#/van-ban/dang-lam"], ["unit", "#/don-vi"]]) {
        await window.go(hash);
        await window.page.locator("tbody a").first().click();
        await window.page.getByRole("heading", { level: 1 }).waitFor();
        await window.settled();
        await window.fits();
        if (width !== 1024) await window.axe();
        await window.screenshot(`${width}-${name}`);
      }
    }
  });
}

test("the same in English, where no Vietnamese word of ours is left", async (t) => {
  const window = await office(t);
  await window.open();
  await window.page.getByRole("button", { name: "English" }).click();
  await window.page.getByLabel("Phone number or user name").fill("quan.tri");
  await window.page.getByLabel("Password", { exact: true }).fill(process.env.DONDOC_PASSWORD);
  await window.page.keyboard.press("Enter");
  await window.page.getByRole("navigation", { name: "Screens" }).waitFor();
  for (const hash of ["#/khoa", "#/webhook", "#/nhac-viec"]) {
    await window.go(hash);
    const text = await window.page.locator("#main").innerText();
    const left = text.split("\n").filter((line) => /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i.test(line));
    assert.deepEqual(left, [], hash);
  }
  await window.go("#/cai-dat");
  await window.screenshot("english");
});
