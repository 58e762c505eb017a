// Puts the app together: names files for their content, fills the names in where they are used, and
// keeps a smaller copy beside each.   app.mjs NAME BASE SHELL BUILT DIST
// NAME is the program's, BASE the path it is given out below. A shell without sw.js has no service worker.
// Invariant: a file whose name has a hash in it never changes under that name.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [NAME, BASE, SHELL, BUILT, DIST] = process.argv.slice(2);
/** What keeps its name, because others know it by it. The service worker comes last: it names all. */
const FIXED = ["manifest.webmanifest", "index.html", "sw.js"];
/** What only the home screen asks for, when the app is installed. */
const NOT_KEPT = /^icon-.*\.png$/;
/** What a brotli copy is worth. */
const TEXT = /\.(html|js|css|wasm|svg|webmanifest)$/;

const sources = new Map();
for (const name of readdirSync(SHELL)) sources.set(name, readFileSync(join(SHELL, name)));
const PROGRAM = [`${NAME}.js`, `${NAME}.wasm`];
for (const name of PROGRAM) sources.set(name, readFileSync(join(BUILT, name)));

/** Source name to finished name and content. */
const done = new Map();

/** Finishes a file after those it names with @name@. */
function finish(name, way = []) {
  if (done.has(name)) return done.get(name);
  if (!sources.has(name)) throw new Error(`${way.at(-1)} names ${name}, and there is none`);
  if (way.includes(name)) throw new Error(`${[...way, name].join(" -> ")} never ends`);
  let content = sources.get(name);
  if (TEXT.test(name) && !PROGRAM.includes(name)) {
    const text = content.toString("utf8");
    content = Buffer.from(text.replace(/@([a-z0-9-]+\.[a-z]+)@/g, (_, used) => finish(used, [...way, name]).name));
  }
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const finished = FIXED.includes(name) ? name : name.replace(/^([^.]*)/, `$1-${hash}`);
  done.set(name, { name: finished, content });
  return done.get(name);
}
for (const name of sources.keys()) if (name !== "sw.js") finish(name);

const kept = [...done.values()].map(({ name }) => name).filter((name) => name !== "index.html" && !NOT_KEPT.test(name));
const version = createHash("sha256");
for (const name of [...done.keys()].sort()) version.update(done.get(name).name).update(done.get(name).content);
if (sources.has("sw.js")) {
  const worker = sources.get("sw.js").toString("utf8")
    .replace("@version@", version.digest("hex").slice(0, 16))
    .replace("/*@files@*/ []", JSON.stringify(kept.sort().map((name) => `${BASE}${name}`)));
  done.set("sw.js", { name: "sw.js", content: Buffer.from(worker) });
}

// Old files go first, and the page comes last: whoever looks in between finds no page, not half of one.
for (const name of readdirSync(DIST)) if (name !== ".gitignore") rmSync(join(DIST, name));
const sizes = [];
const last = (file) => file.name === "index.html";
for (const { name, content } of [...done.values()].sort((a, b) => last(a) - last(b))) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  const small = TEXT.test(name) ? brotliCompressSync(content, quality) : content;
  if (small.length < content.length) writeFileSync(join(DIST, `${name}.br`), small);
  writeFileSync(join(DIST, name), content);
  sizes.push({ name, plain: content.length, sent: Math.min(small.length, content.length) });
}

/** What must be there before the app shows anything; the worker and the icons come later. */
const FIRST = new RegExp(`^(index\\.html|style-.*|start-.*|load-.*|${NAME}-.*)$`);
const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
const line = (what, plain, sent) => console.log(`    ${what.padEnd(34)}${kilo(plain)}  brotli${kilo(sent)}`);
const first = sizes.filter(({ name }) => FIRST.test(name)).sort((a, b) => b.sent - a.sent);
for (const { name, plain, sent } of first) line(name, plain, sent);
const sum = (of) => first.reduce((all, one) => all + one[of], 0);
line("before the app shows anything", sum("plain"), sum("sent"));
/** The phone's crosses a weak signal; the office has a cable, and still should not wait. */
const GOAL = { app: 350_000, office: 900_000 }[NAME];
console.log(`    the goal is ${GOAL / 1000} kB: ${sum("sent") <= GOAL ? "reached" : "NOT reached"}`);
