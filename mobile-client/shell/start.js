// What the page does before and around the app: loads it, keeps it for times without signal, and says
// in plain words what the app cannot say of itself.
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
    var app = document.getElementById("app");
    place.textContent = "";
    [["h1", title], ["p", next]].forEach(function (part) {
      var element = document.createElement(part[0]);
      element.textContent = part[1];
      place.appendChild(element);
    });
    var again = document.createElement("button");
    again.type = "button";
    again.textContent = "Thử lại";
    again.onclick = function () { location.reload(); };
    place.appendChild(again);
    if (why) {
      var small = document.createElement("small");
      small.textContent = why;
      place.appendChild(small);
    }
    app.hidden = true;
    trouble.hidden = false;
  }

  function tooOld(why) {
    say(
      "Trình duyệt này quá cũ",
      "Đôn Đốc không chạy được trên trình duyệt này. Hãy cập nhật Chrome (hoặc cập nhật máy iPhone), rồi mở lại.",
      why
    );
  }
  function notLoaded(why) {
    say(
      "Chưa tải được Đôn Đốc",
      "Sóng yếu hoặc máy chủ đang bận. Những gì đã lưu trên máy vẫn còn. Hãy thử lại khi có sóng.",
      why
    );
  }
  function stopped(why) {
    say(
      "Đôn Đốc gặp lỗi và đã dừng",
      "Những báo cáo đã bấm gửi vẫn còn trên máy. Hãy bấm «Thử lại» để mở lại.",
      why
    );
  }

  window.addEventListener("dondoc-running", function () {
    running = true;
    performance.mark("dondoc-running");
  });
  window.addEventListener("dondoc-stopped", function (event) { stopped(event.detail); });
  window.addEventListener("dondoc-too-old", function (event) {
    if (!running) tooOld(event.detail);
  });
  window.addEventListener("dondoc-not-loaded", function (event) {
    // A stop is thrown through the loader as well, and has been told already.
    if (!running) notLoaded(event.detail);
  });

  var isKnown = "noModule" in document.createElement("script") &&
    typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function" &&
    typeof BigInt === "function" && !!window.indexedDB && !!(window.crypto && crypto.getRandomValues);
  if (!isKnown) {
    tooOld("");
    return;
  }
  var script = document.createElement("script");
  script.type = "module";
  script.src = load;
  script.onerror = function () { notLoaded(""); };
  document.head.appendChild(script);

  // Notices that are pushed. Without a word the app asks how it stands, with the server's key it
  // subscribes, with "off" it takes that back. The answer is the subscription, or why there is none.
  window.dondocPush = function (what) {
    var worker = navigator.serviceWorker;
    var wanted = what && what !== "off";
    if (!window.isSecureContext) return Promise.resolve("insecure");
    if (!worker || !window.PushManager || !window.Notification) {
      var apple = /iPhone|iPad|iPod/.test(navigator.userAgent) && !navigator.standalone;
      return Promise.resolve(apple ? "install" : "none");
    }
    var asked = wanted ? Notification.requestPermission() : Promise.resolve(Notification.permission);
    return asked.then(function (permission) {
      if (permission === "denied") return "denied";
      if (wanted && permission !== "granted") return "off";
      return worker.getRegistration("/app/").then(function (registration) {
        var manager = registration.pushManager;
        return manager.getSubscription().then(function (one) {
          if (!what) return one;
          // One of before may be for another key.
          return Promise.resolve(one && one.unsubscribe()).then(function () {
            return wanted ? manager.subscribe({ userVisibleOnly: true, applicationServerKey: what }) : null;
          });
        });
      });
    }).then(function (one) {
      if (!one || !one.toJSON) return one || "off";
      var told = one.toJSON();
      return JSON.stringify({ endpoint: told.endpoint, p256dh: told.keys.p256dh, auth: told.keys.auth });
    }).catch(function () { return "failed"; });
  };

  // For times without signal. Browsers offer it to secure pages only; elsewhere the app needs the
  // network to open, and works the same once it is open.
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker
    .register("/app/sw.js", { scope: "/app/", updateViaCache: "none" })
    .then(function (registration) {
      function tell() {
        if (registration.waiting && navigator.serviceWorker.controller) {
          window.dispatchEvent(new CustomEvent("dondoc-new-version"));
        }
      }
      registration.addEventListener("updatefound", function () {
        var coming = registration.installing;
        coming.addEventListener("statechange", tell);
      });
      // Whoever begins to listen later asks.
      window.addEventListener("dondoc-new-version?", tell);
      window.addEventListener("dondoc-take-over", function () {
        if (registration.waiting) registration.waiting.postMessage({ type: "take-over" });
      });
      tell();
    })
    .catch(function (error) { console.warn("Đôn Đốc: no service worker", error); });

  // What is pushed is a reason to look, as a network that came back is.
  navigator.serviceWorker.addEventListener("message", function () {
    window.dispatchEvent(new Event("online"));
  });

  // Only a page that was given by an older version is loaded anew: the first time there is none.
  var wasControlled = !!navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", function () {
    if (wasControlled) location.reload();
    wasControlled = true;
  });
})();
