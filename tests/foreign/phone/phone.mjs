// A cheap phone in a browser of others: small screen, touch, Vietnamese, and a line that can be cut.
// Invariant: a phone is new each time and touches no other; whatever the page complains of fails the test.
import { createServer, request } from "node:http";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const SERVER = new URL(process.env.DONDOC_URL ?? assert.fail("DONDOC_URL names no server; tests/foreign/phone.sh starts one"));
const PICTURES = process.env.DONDOC_SCREENS ?? assert.fail("DONDOC_SCREENS names no folder");
export const PASSWORD = process.env.DONDOC_PASSWORD ?? assert.fail("DONDOC_PASSWORD is not set");
/** A name that is not this machine's: what it serves without TLS the browser calls insecure. */
const VILLAGE = "village.test";

/** The line between the phone and the server. Cut, it is as dead as in the hills. */
async function line(to) {
  const state = { cut: false, portal: false, failing: false, lose: null, refuse: null, halfway: null, change: new Map(), served: [] };
  const server = createServer((ask, answer) => {
    if (state.cut) return ask.socket.destroy();
    if (state.portal) {
      answer.writeHead(200, { "content-type": "text/html" });
      return answer.end("<h1>Wi-Fi</h1>");
    }
    if (state.failing) {
      answer.writeHead(503, { "content-type": "text/plain" });
      return answer.end("upstream");
    }
    // What our server would say, said for it: a status and a code.
    const refusal = state.refuse?.(`${ask.method} ${ask.url}`);
    if (refusal) {
      ask.resume();
      const [status, code] = refusal;
      const said = { type: `/problems/${code}`, title: code, status, code, detail: code, request_id: "0", fields: [] };
      answer.writeHead(status, { "content-type": "application/problem+json", "dondoc-version": "0" });
      return answer.end(JSON.stringify(said));
    }
    const change = state.change.get(ask.url);
    // What is changed must come as it is.
    const headers = { ...ask.headers, host: to.host, ...(change && { "accept-encoding": "identity" }) };
    if (change) delete headers["if-none-match"];
    const onward = request({ host: to.hostname, port: to.port, path: ask.url, method: ask.method, headers }, (back) => {
      state.served.push(ask.url);
      // The server has done it, and the phone never hears.
      if (state.lose?.test(`${ask.method} ${ask.url}`)) {
        back.resume();
        return ask.socket.destroy();
      }
      if (!change) {
        answer.writeHead(back.statusCode, back.rawHeaders);
        return back.pipe(answer);
      }
      let text = "";
      back.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => {
        const { "content-length": _length, "transfer-encoding": _coding, etag: _tag, ...rest } = back.headers;
        answer.writeHead(back.statusCode, rest);
        answer.end(change(text));
      });
    });
    onward.on("error", () => ask.socket.destroy());
    const halfway = state.halfway?.(`${ask.method} ${ask.url}`);
    if (!halfway) return ask.pipe(onward);
    // Half of it arrives, and then something happens.
    const parts = [];
    ask.on("data", (part) => parts.push(part)).on("end", () => {
      const whole = Buffer.concat(parts);
      onward.write(whole.subarray(0, whole.length / 2), halfway);
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  return {
    state,
    port,
    cut(isCut) {
      state.cut = isCut;
      if (isCut) server.closeAllConnections();
    },
    end: () => new Promise((ended) => { server.close(ended); server.closeAllConnections(); }),
  };
}

/**
 * A new phone. Ends by itself with the test `t`, and fails it when the page complained of something
 * that is not in `mayComplain`.
 */
export async function phone(t, { width = 360, height = 740, secure = true, dark = false, mayComplain = [], server = SERVER } = {}) {
  const way = await line(server);
  const folder = mkdtempSync(join(tmpdir(), "dondoc-phone-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.DONDOC_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--no-first-run", `--host-resolver-rules=MAP ${VILLAGE} 127.0.0.1`,
    ],
    viewport: { width, height },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    colorScheme: dark ? "dark" : "light",
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
  });
  const origin = `http://${secure ? "127.0.0.1" : VILLAGE}:${way.port}`;
  const complaints = [];
  const watch = (page) => {
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
  };
  context.on("page", watch);
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  const devtools = await context.newCDPSession(page);

  t.after(async () => {
    await context.close();
    await way.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    const unexpected = complaints.filter((said) => !mayComplain.some((allowed) => allowed.test(said)));
    assert.deepEqual(unexpected, [], "the page complained");
  });

  const it = {
    context, page, devtools, origin, line: way.state,

    /** Opens a place of the app and waits until the app itself shows something. */
    async open(place = "") {
      await page.goto(`${origin}/app/${place}`);
      await it.running();
    },
    async running() {
      await page.waitForFunction(() => performance.getEntriesByName("dondoc-running").length > 0);
    },
    /** Until the shell is kept on the phone, and the next opening needs no network. */
    async kept() {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    },
    /** Cuts the line, or mends it: for the page, for the service worker, for everybody. */
    async offline(isCut) {
      way.cut(isCut);
      await context.setOffline(isCut);
    },
    /** A weak line: 50 kB/s down, 20 kB/s up, 400 ms. */
    async slow3g(is = true) {
      await devtools.send("Network.enable");
      await devtools.send("Network.emulateNetworkConditions", is
        ? { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 }
        : { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    },
    /** A processor so many times slower. */
    async cpu(times) {
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: times });
    },
    /** Signs in as people do, and waits for what they see first. */
    async signIn(login) {
      await page.getByLabel("Số điện thoại hoặc tên đăng nhập").fill(login);
      await page.getByLabel("Mật khẩu", { exact: true }).fill(PASSWORD);
      await page.getByRole("button", { name: "Vào" }).click();
      await page.getByRole("navigation", { name: "Đôn Đốc" }).waitFor();
      await page.waitForFunction(() => !document.body.innerText.includes("Đang tải sổ việc lần đầu"));
    },
    /** Goes to a place at the bottom of the screen. */
    async place(name) {
      await page.getByRole("navigation", { name: "Đôn Đốc" }).getByRole("link", { name }).click();
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
    /** A picture for people, in target/screens/. */
    async screenshot(name) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
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
      assert.ok(wide <= screen, `${wide} px of content on ${screen} px of screen`);
    },
  };
  return it;
}

/** The server as somebody else asks it, to see what really arrived. */
export async function asked(login, server = SERVER) {
  const ask = async (method, path, body, token) => {
    const answer = await fetch(new URL(path, server), {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
    return answer;
  };
  const session = await (await ask("POST", "/v1/sessions", { login, password: PASSWORD, device_name: "kiểm thử" })).json();
  return {
    get: async (path) => (await ask("GET", path, undefined, session.access_token)).json(),
    bytes: async (path) => new Uint8Array(await (await ask("GET", path, undefined, session.access_token)).arrayBuffer()),
    send: (method, path, body) => ask(method, path, body, session.access_token),
    /** All pages of a list. */
    async all(path) {
      const items = [];
      for (let next = ""; next !== null; ) {
        const page = await this.get(`${path}${path.includes("?") ? "&" : "?"}limit=200${next && `&cursor=${next}`}`);
        items.push(...page.items);
        next = page.next ?? null;
      }
      return items;
    },
  };
}

/** A photo as a camera makes it: large, drawn by the browser itself. */
export async function photo(page, text) {
  const data = await page.evaluate(async (text) => {
    const canvas = new OffscreenCanvas(2400, 1800);
    const pen = canvas.getContext("2d");
    const sky = pen.createLinearGradient(0, 0, 0, 1800);
    sky.addColorStop(0, "#9ec9e8");
    sky.addColorStop(1, "#5d7f3a");
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 2400, 1800);
    pen.fillStyle = "#fff";
    pen.font = "200px sans-serif";
    pen.fillText(text, 200, 900);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, text);
  return { name: `${text}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(data) };
}
