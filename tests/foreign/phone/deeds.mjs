// What a village head does with his phone, and how the server is asked about it afterwards.
import { asked } from "./phone.mjs";

/** What a browser says of itself when the line is dead, or answers what the line made up. */
export const DEAD_LINE = [/ERR_|Failed to (fetch|load)|net::|status of (401|503)|manifest/i];

/** Opens the first open task of the list and answers its address. */
export async function openTask(it, pile) {
  const heap = pile ? it.page.locator("section.pile", { has: it.page.getByRole("heading", { name: pile }) }) : it.page.locator("section.pile").first();
  await heap.getByRole("link").first().click();
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
  return new URL(it.page.url()).hash.split("/")[2];
}

/** Fills in the form of a report and sends it. */
export async function report(it, words, { by = "Đang làm", photos = [] } = {}) {
  await it.page.getByRole("link", { name: by, exact: true }).click();
  const number = it.page.locator("#number");
  if (await number.count()) await number.fill("1");
  await it.page.getByLabel("Nói thêm (không bắt buộc)").fill(words);
  if (photos.length) {
    await it.page.locator("#photos").setInputFiles(photos);
    await it.page.locator("ul.photos li").nth(photos.length - 1).waitFor();
  }
  await it.page.getByRole("button", { name: "Gửi", exact: true }).click();
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
}

/** Waits until nothing is unsent, as the phone itself says it. */
export async function allSent(it) {
  await it.place("Gửi đi");
  await it.page.getByRole("button", { name: "Gửi ngay" }).click();
  await it.page.getByText("Đã gửi hết").waitFor({ timeout: 60_000 });
}

/** A UUIDv7: the time first. */
export const newId = () => {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
};

/** Words that no other test says. */
export const unlike = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

/** The reports with these words that the server has. */
export async function reportsWith(words, assignment, server) {
  const office = await asked("van.phong", server);
  const reports = await office.all(`/v1/assignments/${assignment}/reports`);
  return { office, reports: reports.filter((one) => one.draft.words === words) };
}
