// What is pushed to a phone: it is shown, says what it is about, and a press opens that work.
//
// The push is the browser's own, told by its DevTools. A press is not to be had from them, so the event
// is made in the worker: what browsers allow only to a finger there, the window opened or brought to
// the front, is noted down and done here. What was shown is noted down too: a browser without a desktop
// forgets a notice now and then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTask } from "./deeds.mjs";
import { asked, phone } from "./phone.mjs";

const HEAD = "truong.thon.1";

/** The worker of the app, with DevTools that can push to it. */
async function pushable(it) {
  await it.context.grantPermissions(["notifications"], { origin: it.origin });
  await it.kept();
  const [worker] = it.context.serviceWorkers();
  assert.ok(worker?.url().endsWith("/app/sw.js"), "the app has a worker");
  // Until the worker looks after the page, it may not send it anywhere.
  await it.page.reload();
  await it.running();
  await worker.evaluate(() => {
    self.shown = [];
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = async function (title, about) {
      await show.call(this, title, about);
      self.shown.push({ title, ...about });
    };
  });
  return worker;
}
async function push(it, page, said) {
  const devtools = await it.context.newCDPSession(page);
  const found = new Promise((tell) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((one) => one.scopeURL.startsWith(it.origin) && !one.isDeleted);
      if (ours) tell(ours.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  const data = typeof said === "string" ? said : JSON.stringify(said);
  await devtools.send("ServiceWorker.deliverPushMessage", { origin: it.origin, registrationId: await found, data });
}
/** What was shown, when it is so many. */
async function shown(worker, many = 1) {
  for (let n = 0; ; n++) {
    const all = await worker.evaluate(() => self.shown);
    if (all.length >= many) return all;
    assert.ok(n < 200, `${all.length} notices, not ${many}`);
    await new Promise((soon) => setTimeout(soon, 50));
  }
}
/** Presses a notice; answers what the worker opened and brought to the front, and what is left to see. */
async function press(worker, { title, ...about }) {
  return worker.evaluate(async ([title, about]) => {
    const did = { opened: [], front: [], waited: null };
    Clients.prototype.openWindow = async (address) => void did.opened.push(address);
    WindowClient.prototype.focus = async function () {
      did.front.push(this.url);
      return this;
    };
    const there = async () => (await self.registration.getNotifications({ tag: about.tag }))[0];
    let notification = await there();
    while (!notification) {
      await self.registration.showNotification(title, about);
      notification = await there();
    }
    const event = new NotificationEvent("notificationclick", { notification });
    Object.defineProperty(event, "waitUntil", { value: (what) => (did.waited = what) });
    self.dispatchEvent(event);
    await did.waited;
    return { ...did, left: (await self.registration.getNotifications({ tag: about.tag })).length };
  }, [title, about]);
}

test("what is pushed is shown, and a press opens the work in the window that is there", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn(HEAD);
  const id = await openTask(it);
  const task = await it.page.locator(".content").first().innerText();
  await it.place("Cài đặt");
  const worker = await pushable(it);
  const title = "Bạn có 1 việc sắp đến hạn";
  await push(it, it.page, { id: "01980000-0000-7000-8000-0000000000a1", title, link: `#/viec/${id}`, urgent: false });
  const [notice] = await shown(worker);
  assert.equal(notice.title, title);
  assert.equal(notice.lang, "vi");
  assert.equal(notice.requireInteraction, false);
  assert.match(notice.icon, /\/app\/icon.*\.(png|svg)$/);

  const { opened, front, left } = await press(worker, notice);
  assert.deepEqual(opened, [], "no second window");
  assert.equal(left, 0, "what was pressed is gone");
  assert.equal(front.length, 1);
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
  assert.equal(await it.page.locator(".content").first().innerText(), task);
  assert.equal(new URL(it.page.url()).hash, `#/viec/${id}`);
});

test("an open app fetches at once what the notice is about", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn(HEAD);
  const worker = await pushable(it);
  await it.page.waitForLoadState("networkidle");
  const fetched = it.page.waitForRequest((one) => new URL(one.url()).pathname === "/v1/changes", { timeout: 5000 });
  await push(it, it.page, { id: "01980000-0000-7000-8000-0000000000a4", title: "Bạn có 1 việc mới", link: "#/" });
  await fetched;
  await shown(worker);
});

test("a press opens the work in a new window where none is open", async (t) => {
  const it = await phone(t);
  await it.open();
  await it.signIn(HEAD);
  const id = await openTask(it);
  const worker = await pushable(it);
  await it.page.goto("about:blank");
  await push(it, it.page, { id: "01980000-0000-7000-8000-0000000000a2", title: "Bạn có 1 việc mới", link: `#/viec/${id}`, urgent: true });
  const [notice] = await shown(worker);
  assert.equal(notice.requireInteraction, true);

  const { opened, front } = await press(worker, notice);
  assert.deepEqual(front, [], "what is not ours is left alone");
  assert.deepEqual(opened, [`/app/#/viec/${id}`]);
  await it.page.goto(new URL(opened[0], it.origin).href);
  await it.page.getByRole("heading", { name: "Việc phải làm" }).waitFor();
  assert.equal(new URL(it.page.url()).hash, `#/viec/${id}`);
});

test("sent again it takes its own place, and what is not ours is shown without its words", async (t) => {
  const it = await phone(t);
  await it.open();
  const worker = await pushable(it);
  const said = { id: "01980000-0000-7000-8000-0000000000a3", title: "Bạn có 2 việc quá hạn", link: "#/" };
  await push(it, it.page, said);
  await push(it, it.page, { ...said, title: "Bạn có 3 việc quá hạn" });
  await push(it, it.page, "<not ours>");
  const told = (await shown(worker, 3)).map(({ title, tag }) => [title, tag]);
  assert.deepEqual(told, [["Bạn có 2 việc quá hạn", said.id], ["Bạn có 3 việc quá hạn", said.id], ["Đôn Đốc có tin mới", "dondoc"]]);
  await push(it, it.page, { id: "elsewhere", title: "x", link: "https://elsewhere.example/" });
  const foreign = (await shown(worker, 4)).find(({ tag }) => tag === "elsewhere");
  assert.deepEqual(foreign.data, { link: "#/" });
});

/** A browser whose push service is made up: it needs a network of its own, which tests do not have. */
const service = ({ p256dh, auth }) => {
  const one = (endpoint) => ({
    endpoint,
    toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
    unsubscribe: async () => localStorage.removeItem("test push") ?? true,
  });
  PushManager.prototype.getSubscription = async () => {
    const endpoint = localStorage.getItem("test push");
    return endpoint && one(endpoint);
  };
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || !/^B[\w-]{86}$/.test(applicationServerKey)) throw new Error("not so");
    localStorage.setItem("test push", `https://push.example/send/${crypto.randomUUID()}`);
    return one(localStorage.getItem("test push"));
  };
};
const KEYS = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

test("the switch in the settings lets this phone be sent notices, and takes that back", async (t) => {
  const it = await phone(t);
  await it.context.addInitScript(service, KEYS);
  await it.context.grantPermissions(["notifications"], { origin: it.origin });
  const head = await asked(HEAD);
  const subscriptions = async () => (await head.get("/v1/me/push-subscriptions")).items;
  const before = (await subscriptions()).length;
  await it.open();
  await it.kept();
  await it.signIn(HEAD);
  await it.place("Cài đặt");
  const control = it.page.getByRole("switch", { name: "Nhận thông báo trên điện thoại này" });
  await control.getByText("Đang tắt").waitFor();
  assert.equal(await control.getAttribute("aria-checked"), "false");

  await control.click();
  await control.getByText("Đang bật").waitFor();
  assert.equal(await control.getAttribute("aria-checked"), "true");
  assert.equal((await subscriptions()).length, before + 1);
  await it.page.reload();
  await control.getByText("Đang bật").waitFor();
  await it.axe();

  await control.click();
  await control.getByText("Đang tắt").waitFor();
  for (let n = 0; (await subscriptions()).length !== before; n++) {
    assert.ok(n < 50, "the server sends no more");
    await new Promise((soon) => setTimeout(soon, 100));
  }
  assert.equal(await it.page.evaluate(() => localStorage.getItem("test push")), null);
  await it.page.reload();
  await control.getByText("Đang tắt").waitFor();
});

test("where notices cannot come it is said why, and what to do", async (t) => {
  const blocked = await phone(t);
  await blocked.context.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "denied" });
    Notification.requestPermission = async () => "denied";
  });
  await blocked.open();
  await blocked.signIn(HEAD);
  await blocked.place("Cài đặt");
  await blocked.page.getByText("Máy đang chặn thông báo").waitFor();

  const iphone = await phone(t);
  await iphone.context.addInitScript(() => {
    delete window.PushManager;
    Object.defineProperty(navigator, "userAgent", { get: () => "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)" });
  });
  await iphone.open();
  await iphone.signIn(HEAD);
  await iphone.place("Cài đặt");
  await iphone.page.getByText("Thêm vào Màn hình chính").waitFor();
  assert.equal(await iphone.page.getByRole("switch").count(), 0);

  const insecure = await phone(t, { secure: false });
  await insecure.open();
  await insecure.signIn(HEAD);
  await insecure.place("Cài đặt");
  await insecure.page.getByText("không có https").waitFor();
  assert.equal(await insecure.page.getByRole("switch").count(), 0);
  await insecure.fits();
  await insecure.axe();
});

test("a push service that does not answer leaves the switch off, and says so", async (t) => {
  const it = await phone(t);
  await it.context.addInitScript(() => {
    PushManager.prototype.getSubscription = async () => null;
    PushManager.prototype.subscribe = async () => { throw new DOMException("no network", "AbortError"); };
  });
  await it.context.grantPermissions(["notifications"], { origin: it.origin });
  await it.open();
  await it.kept();
  await it.signIn(HEAD);
  await it.place("Cài đặt");
  await it.page.getByRole("switch").click();
  await it.page.getByText("Chưa kết nối được với máy chủ").waitFor();
  await it.page.getByRole("switch").getByText("Đang tắt").waitFor();
});
