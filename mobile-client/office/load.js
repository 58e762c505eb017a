// Fetches the office's app and runs it. Of its own, because a browser that does not know modules must
// still be able to read start.js and say so.
import start from "/office/@office.js@";

start({ module_or_path: "/office/@office.wasm@" }).catch((error) => {
  const old = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
  const event = old ? "dondoc-too-old" : "dondoc-not-loaded";
  window.dispatchEvent(new CustomEvent(event, { detail: String(error) }));
});
