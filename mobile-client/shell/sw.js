// Keeps the shell of the app for times without signal, shows the notices that are pushed, and nothing
// else.
//
// Invariant: the network is never asked before the kept shell, and nothing of anybody's work is ever
// kept here: what the API answers passes by untouched. A new version is kept beside the old one and
// waits until the app says {type: "take-over"}; the app says so when nothing is being typed.

const VERSION = "@version@";
const FILES = /*@files@*/ [];
const PAGE = "/app/";
const KEPT = "dondoc-shell-" + VERSION;

async function keep() {
  const shell = await caches.open(KEPT);
  await Promise.all([PAGE, ...FILES].map(async (path) => {
    // A name with a hash in it may come from the browser's own cache, the page may not.
    const answer = await fetch(path, { cache: path === PAGE ? "no-cache" : "default" });
    // Captive portals answer 200 to everything, but not with our header.
    if (!answer.ok || answer.redirected || !answer.headers.has("dondoc-version")) {
      throw new Error("not ours: " + path);
    }
    await shell.put(path, answer);
  }));
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("dondoc-shell-") && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function kept(path, request) {
  const shell = await caches.open(KEPT);
  return (await shell.match(path, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "take-over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || !pathname.startsWith(PAGE)) return;
  if (request.mode === "navigate") {
    event.respondWith(kept(PAGE, request));
  } else if (FILES.includes(pathname)) {
    event.respondWith(kept(pathname, request));
  }
});

// What is pushed is {id, title, link, urgent}. A browser that is sent something must show something.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    // Not ours; it is shown that there is something, as browsers demand.
  }
  const urgent = said.urgent === true;
  const about = {
    // Sent again, it takes its own place.
    tag: typeof said.id === "string" ? said.id : "dondoc",
    data: { link: place(said.link) },
    icon: FILES.find((path) => path.startsWith(PAGE + "icon")),
    lang: "vi",
    requireInteraction: urgent,
  };
  const title = typeof said.title === "string" && said.title ? said.title : "Đôn Đốc có tin mới";
  const shown = self.registration.showNotification(title, about);
  event.waitUntil(Promise.all([shown, tellWindows()]));
});

// A window that is open fetches what the notice is about.
async function tellWindows() {
  for (const one of await self.clients.matchAll({ type: "window" })) one.postMessage("pushed");
}

// A place in the app, and nowhere else.
function place(link) {
  return typeof link === "string" && link.startsWith("#/") ? link : "#/";
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(PAGE + place(event.notification.data?.link)));
});

// In the window that is there already, or in a new one. A window that another worker looks after
// cannot be sent anywhere.
async function open(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = windows.filter((one) => new URL(one.url).pathname.startsWith(PAGE));
  for (const one of ours) {
    try {
      const there = await one.navigate(address);
      await (there ?? one).focus();
      return;
    } catch {
      // The next one, or a new one.
    }
  }
  await self.clients.openWindow(address);
}
