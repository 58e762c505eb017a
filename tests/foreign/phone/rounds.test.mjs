// A random script of faults between phone and server: what the phone said was sent is there, once, as
// it was written, and nothing that was typed is gone.
//   DONDOC_ROUNDS=200 DONDOC_SEED=7 looks longer, or again
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, phone, photo } from "./phone.mjs";

const ROUNDS = Number(process.env.DONDOC_ROUNDS ?? 30);
const SEED = Number(process.env.DONDOC_SEED ?? Date.now() % 1_000_000);
const HEAD = "truong.thon.1";

/** Chance that can be had again (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test("whatever the line does, nothing is lost and nothing is doubled", { timeout: 20 * 60_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}, ${ROUNDS} rounds`);
  const random = chance(SEED);
  const it = await phone(t, { mayComplain: [/./] });
  await it.open();
  await it.signIn(HEAD);
  await it.kept();
  await it.page.locator(".card").first().waitFor();
  const links = await it.page.locator("section.pile a.card").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const tasks = links.map((link) => link.split("/")[2]).slice(0, 3);
  const picture = await photo(it.page, "vòng");
  const mend = async () => {
    it.line.portal = it.line.failing = false;
    it.line.lose = null;
    await it.offline(false);
  };
  const faults = {
    none: async () => {},
    cut: async () => it.offline(true),
    portal: async () => { it.line.portal = true; },
    failing: async () => { it.line.failing = true; },
    lost: async () => { it.line.lose = /PUT \/v1\/(reports|attachments)/; },
    closed: async () => {
      await it.page.goto("about:blank");
      await it.open("#/gui-di");
    },
  };
  const names = Object.keys(faults);
  const written = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (random() < 0.5) await mend();
    await faults[names[Math.floor(random() * names.length)]]();
    const task = tasks[Math.floor(random() * tasks.length)];
    const words = `Vòng ${round} của ${SEED}: «đủ dấu, xuống dòng\nvà 😀»`;
    await it.page.evaluate((hash) => (location.hash = hash), `#/viec/${task}/dang-lam`);
    await it.page.getByLabel("Nói thêm (không bắt buộc)").fill(words);
    const files = random() < 0.15 ? 1 : 0;
    if (files) {
      await it.page.locator("#photos").setInputFiles([picture]);
      await it.page.locator("ul.photos li").first().waitFor();
    }
    await it.page.getByRole("button", { name: "Gửi", exact: true }).click();
    // Left only when the phone has kept it: from here on it may not be lost.
    await it.page.getByRole("heading", { name: "Báo đang làm" }).waitFor({ state: "detached" });
    written.push({ task, words, files });
  }
  await mend();
  await it.place("Gửi đi");
  for (let n = 0; n < 60 && !(await it.page.getByText("Đã gửi hết").count()); n++) {
    await it.page.getByRole("button", { name: "Gửi ngay" }).click();
    await it.page.waitForTimeout(500);
  }
  await it.page.getByText("Đã gửi hết").waitFor();
  const office = await asked("van.phong");
  let found = 0;
  for (const task of tasks) {
    const reports = await office.all(`/v1/assignments/${task}/reports`);
    const mine = reports.filter((one) => one.draft.words?.includes(` của ${SEED}: `));
    const expected = written.filter((one) => one.task === task);
    // In the order in which they were written: the server lists the newest first or last, the ids tell.
    mine.sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(mine.map((one) => one.draft.words), expected.map((one) => one.words));
    for (const [n, one] of mine.entries()) {
      assert.equal(one.draft.files.length, expected[n].files);
      assert.deepEqual(one.missing_files, []);
    }
    found += mine.length;
  }
  assert.equal(found, ROUNDS);
});
