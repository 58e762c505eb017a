// What the page does before and around the office's app: loads it, and says in plain words what the app
// cannot say of itself.
//
// Invariant: whatever goes wrong, the person reads what happened and what to do next, never a blank
// page. Written so that a browser of ten years ago reads it to the end.
(function () {
  "use strict";

  var running = false;
  var load = document.currentScript.getAttribute("data-app");

  function say(title, next, why) {
    var trouble = document.getElementById("trouble");
    var place = trouble.firstElementChild;
    place.textContent = "";
    [["h1", title], ["p", next], ["small", why]].forEach(function (part) {
      if (!part[1]) return;
      var element = document.createElement(part[0]);
      element.textContent = part[1];
      place.appendChild(element);
    });
    var again = document.createElement("button");
    again.type = "button";
    again.className = "main";
    again.textContent = "Thử lại";
    again.onclick = function () { location.reload(); };
    place.appendChild(again);
    document.getElementById("app").hidden = true;
    trouble.hidden = false;
  }

  function tooOld(why) {
    say("Trình duyệt này quá cũ", "Đôn Đốc không chạy được trên trình duyệt này. Hãy cập nhật trình duyệt rồi mở lại.", why);
  }
  function notLoaded(why) {
    say("Chưa tải được Đôn Đốc", "Mạng yếu hoặc máy chủ đang bận. Hãy kiểm tra mạng rồi thử lại.", why);
  }

  window.addEventListener("dondoc-running", function () {
    running = true;
    performance.mark("dondoc-running");
  });
  window.addEventListener("dondoc-stopped", function (event) {
    say("Đôn Đốc gặp lỗi và đã dừng", "Những gì đang gõ dở vẫn còn trên máy này. Hãy bấm «Thử lại» để mở lại.", event.detail);
  });
  window.addEventListener("dondoc-too-old", function (event) { if (!running) tooOld(event.detail); });
  // A stop is thrown through the loader as well, and has been told already.
  window.addEventListener("dondoc-not-loaded", function (event) { if (!running) notLoaded(event.detail); });

  var isKnown = "noModule" in document.createElement("script") && "HTMLDialogElement" in window &&
    typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function" &&
    typeof BigInt === "function" && !!(window.crypto && crypto.getRandomValues);
  if (!isKnown) {
    tooOld("");
    return;
  }
  var script = document.createElement("script");
  script.type = "module";
  script.src = load;
  script.onerror = function () { notLoaded(""); };
  document.head.appendChild(script);
})();
