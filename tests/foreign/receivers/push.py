"""Push notices, taken by a push service that nobody here wrote the reading of: `http-ece` decrypts
(RFC 8188, RFC 8291) and `py-vapid` verifies who sent (RFC 8292).

It needs a server that may call loopback, and kills it while it sends; so it starts one of its own, and
takes no notice of what it is given.
"""

import base64
import http.server
import json
import os
import pathlib
import queue
import signal
import sys
import threading
import time
import urllib.parse

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from own_server import Server, new_id, same  # noqa: E402


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService(http.server.ThreadingHTTPServer):
    """Takes notices, and answers what it is told to: 201, another status, or nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Take)
        self.taken: queue.Queue[tuple[str, dict[str, str], bytes]] = queue.Queue()
        self.status = 201
        self.answers = threading.Event()
        self.answers.set()
        self.origin = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Take(http.server.BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.taken.put((self.path, headers, body))
        self.server.answers.wait()
        try:
            self.send_response(self.server.status)
            self.end_headers()
        except OSError:
            pass  # It was killed.

    def log_message(self, *_: object) -> None:
        pass


class Browser:
    """What a browser keeps of its subscription."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    def subscription(self) -> dict[str, str]:
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": b64(public), "auth": b64(self.auth)}

    def read(self, body: bytes) -> dict[str, object]:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(plain)


def check_sender(authorization: str, origin: str, key: str) -> None:
    """That it is signed by the key the browser subscribed to, for this service, for some hours."""
    same(Vapid02.verify(authorization), True, "py-vapid on the signature")
    parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    same(parts["k"], key, "the key of the sender")
    header, claims, _ = parts["t"].split(".")
    same(json.loads(from_b64(header)), {"typ": "JWT", "alg": "ES256"}, "the header of the token")
    said = json.loads(from_b64(claims))
    same(said["aud"], origin, "aud")
    same(0 < said["exp"] - time.time() <= 24 * 3600, True, "exp is within a day")
    same(urllib.parse.urlsplit(said["sub"]).scheme in ("https", "mailto"), True, f"sub {said['sub']}")


def check() -> None:
    service = PushService()
    settings = {"DONDOC_PUSH_ALLOW_HOSTS": "127.0.0.1", "DONDOC_PUBLIC_URL": "https://dondoc.example"}
    with Server(settings) as server:
        head = server.sign_in("truong.thon.1")
        key = server.expect(200, "GET", "/v1/push-key", token=head)["key"]
        browser, subscription = Browser(f"{service.origin}/send/one"), new_id()
        path = f"/v1/me/push-subscriptions/{subscription}"
        server.expect(201, "PUT", path, browser.subscription(), head)
        server.expect(200, "PUT", path, browser.subscription(), head)

        test = server.expect(202, "POST", "/v1/me/channels/test", token=head)
        where, headers, body = service.taken.get(timeout=30)
        same(where, "/send/one", "the path")
        said = browser.read(body)
        same(said["id"], test["id"], "the id in the notice")
        same(said["title"], test["title"], "the title in the notice")
        same(sorted(said), ["id", "link", "title", "urgent"], "what the notice says")
        same(headers["content-encoding"], "aes128gcm", "content-encoding")
        same(headers["topic"], test["id"].replace("-", ""), "topic")
        same((headers["ttl"], headers["urgency"]), ("172800", "normal"), "ttl and urgency")
        check_sender(headers["authorization"], service.origin, key)
        same([way["state"] for way in server.settled(head, test["id"])], ["sent"], "what became of it")
        print("a notice was decrypted by http-ece, its sender verified by py-vapid")

        service.answers.clear()
        test = server.expect(202, "POST", "/v1/me/channels/test", token=head)
        first = service.taken.get(timeout=30)
        server.kill(signal.SIGKILL)
        service.answers.set()
        began = time.monotonic()
        server.start()
        second = service.taken.get(timeout=120)
        same(browser.read(second[2])["id"], test["id"], "the notice that was under way at kill -9, sent again")
        same(second[1]["topic"], first[1]["topic"], "its topic, by which it takes its own place")
        same(second[2] == first[2], False, "encrypted anew")
        same([way["state"] for way in server.settled(head, test["id"])], ["sent"], "what became of it")
        print(f"killed while it sent, it sent again {time.monotonic() - began:.0f} seconds after it was back")

        service.status = 410
        test = server.expect(202, "POST", "/v1/me/channels/test", token=head)
        service.taken.get(timeout=30)
        same([way["last_error"] for way in server.settled(head, test["id"])], ["gone"], "what became of it")
        left = server.expect(200, "GET", "/v1/me/push-subscriptions", token=head)["items"]
        same(left, [], "subscriptions after 410 Gone")
        inside = browser.subscription() | {"endpoint": "https://10.0.0.1/send"}
        server.expect(422, "PUT", f"/v1/me/push-subscriptions/{new_id()}", inside, head)
        print("a browser that is gone is forgotten, and nobody inside is called")


if __name__ == "__main__":
    check()
