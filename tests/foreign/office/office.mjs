// A clerk's computer in a browser of others: a wide window, a keyboard, Vietnamese.
// Invariant: a window is new each time; whatever the page complains of fails the test.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const SERVER = process.env.DONDOC_URL ?? assert.fail("DONDOC_URL names no server; tests/foreign/office.sh starts one");
const PICTURES = process.env.DONDOC_SCREENS ?? assert.fail("DONDOC_SCREENS names no folder");
export const PASSWORD = process.env.DONDOC_PASSWORD ?? assert.fail("DONDOC_PASSWORD is not set");

/**
 * A new window. Ends by itself with the test `t`, and fails it when the page complained of something that is
 * not in `mayComplain`.
 */
export async function office(t, { width = 1280, height = 800, dark = false, mayComplain = [] } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.DONDOC_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const complaints = [];
  const watch = (page) => {
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
  };
  context.on("page", watch);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  t.after(async () => {
    await browser.close();
    const unexpected = complaints.filter((said) => !mayComplain.some((allowed) => allowed.test(said)));
    assert.deepEqual(unexpected, [], "the page complained");
  });

  return {
    context, page,

    /** Opens a place and waits until the app itself shows something. */
    async open(place = "") {
      await page.goto(`${SERVER}/office/${place}`);
      await page.waitForFunction(() => performance.getEntriesByName("dondoc-running").length > 0);
    },
    /** Signs in as people do: by the keyboard. */
    async signIn(login) {
      await page.getByLabel("Số điện thoại hoặc tên đăng nhập").fill(login);
      await page.getByLabel("Mật khẩu", { exact: true }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.getByRole("navigation", { name: "Các màn hình" }).waitFor();
    },
    /** Goes to an address of the app that is open already, and waits until nothing is being fetched. */
    async go(hash) {
      await page.evaluate((hash) => { location.hash = hash; }, hash);
      await this.settled();
    },
    /** Until nothing is being fetched and drawn any more. */
    async settled() {
      await page.waitForLoadState("networkidle");
      await page.waitForFunction(() => !document.querySelector(".loading"));
    },
    /** A picture for people, in target/screens/. */
    async screenshot(name, { whole = true } = {}) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `office-${name}.png`), fullPage: whole });
    },
    /** Nothing that a screen reader, or an eye in the sun, would stumble over. */
    async axe() {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
      const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
      assert.deepEqual(told, []);
    },
    /** Nothing sticks out to the side. */
    async fits() {
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= screen, `${wide} px of content on ${screen} px of screen, at ${page.url()}`);
    },
  };
}
