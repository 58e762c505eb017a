"""Webhooks, received as another system receives them: `standardwebhooks` verifies each message, the CloudEvents
SDK reads them in its form, and the document's own schemas describe every payload."""

import datetime
import http.server
import json
import os
import queue
import ssl
import threading
import uuid
from pathlib import Path
from typing import Any

import httpx
import jsonschema
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook, WebhookVerificationError

URL = os.environ["DONDOC_URL"]
PASSWORD = os.environ["DONDOC_PASSWORD"]
CERTIFICATES = Path(os.environ["DONDOC_CERTIFICATES"])
PATIENCE = 60


def new_id() -> str:
    """A UUIDv7, which Python's own library does not make yet everywhere."""
    moment = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    chance = uuid.uuid4().int
    bits = (moment << 80) | (7 << 76) | ((chance >> 64 & 0xFFF) << 64) | (2 << 62) | (chance & ((1 << 62) - 1))
    return str(uuid.UUID(int=bits))


class Receiver:
    """A server of another system."""

    def __init__(self, certificate: str | None = None) -> None:
        self.arrived: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: list[int] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.arrived.put((headers, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """A caller that does not trust the certificate hangs up."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.server.server_port}/nhan"

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.arrived.get(timeout=PATIENCE)


def signed_in(login: str) -> httpx.Client:
    credentials = {"login": login, "password": PASSWORD, "device_name": "bên nhận"}
    token = httpx.post(f"{URL}/v1/sessions", json=credentials).raise_for_status().json()["access_token"]
    return httpx.Client(base_url=URL, headers={"authorization": f"Bearer {token}"})


def register(admin: httpx.Client, receiver: Receiver, **more: Any) -> dict[str, Any]:
    draft = {"url": receiver.url(), "description": None, "events": [], "format": "standard", **more}
    return admin.put(f"/v1/webhooks/{new_id()}", json=draft).raise_for_status().json()


def ping(admin: httpx.Client, webhook: dict[str, Any]) -> str:
    ping = new_id()
    admin.put(f"/v1/webhooks/{webhook['id']}/pings/{ping}").raise_for_status()
    return ping


def outcome(admin: httpx.Client, webhook: dict[str, Any], delivery: str) -> dict[str, Any]:
    """What the log says of a delivery after its first attempt."""
    until = datetime.datetime.now() + datetime.timedelta(seconds=PATIENCE)
    while datetime.datetime.now() < until:
        listed = admin.get(f"/v1/webhooks/{webhook['id']}/deliveries").raise_for_status().json()["items"]
        found = next(one for one in listed if one["id"] == delivery)
        if found["status"] or found["error"]:
            return found
        threading.Event().wait(0.1)
    raise SystemExit(f"{delivery} was never tried")


def conforms(document: dict[str, Any], payload: Any, schema: str) -> None:
    """Whether a payload is as the document says."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(payload)


def main() -> None:
    document = httpx.get(f"{URL}/openapi.json").raise_for_status().json()
    admin, head = signed_in("quan.tri"), signed_in("truong.thon.1")

    plain = Receiver()
    webhook = register(admin, plain)
    verifier = Webhook(webhook["key"])

    # What happens to work is told, verified by the library, and as the document says.
    listed = head.get("/v1/assignments", params={"state": "assigned"}).raise_for_status().json()["items"]
    assignment = listed[0]["id"]
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head.put(f"/v1/assignments/{assignment}/acknowledgement", json={"made_at": now}).raise_for_status()
    words = "Đã họp thôn, bà con thống nhất."
    report = {"assignment": assignment, "percent": 40, "words": words, "completes": False, "made_at": now}
    head.put(f"/v1/reports/{new_id()}", json=report).raise_for_status()
    told: dict[str, Any] = {}
    while not {"assignment.acknowledged", "report.submitted"} <= told.keys():
        headers, body = plain.next()
        event = verifier.verify(body, headers)
        conforms(document, event, "Event")
        assert event["type"].replace("_", "-") in document["webhooks"], event
        assert words not in body.decode()
        told[event["type"]] = event
    first, second = told["assignment.acknowledged"]["data"], told["report.submitted"]["data"]
    assert first["assignment"] == second["assignment"] == assignment
    assert first["sequence"] < second["sequence"] and second["state"] == "in_progress"

    # A body that was changed on its way is nobody's.
    try:
        verifier.verify(body.replace(b"organisation", b"organisatiom"), headers)
        raise SystemExit("a changed body was verified")
    except WebhookVerificationError:
        pass

    # While one key takes over from another both verify.
    rotated = admin.put(f"/v1/webhooks/{webhook['id']}/rotations/{new_id()}", json={"overlap_hours": 24})
    newer = Webhook(rotated.raise_for_status().json()["key"])
    sent = ping(admin, webhook)
    headers, body = plain.next()
    assert headers["webhook-id"] == sent
    assert verifier.verify(body, headers) == newer.verify(body, headers)
    assert outcome(admin, webhook, sent)["state"] == "delivered"

    # The same as CloudEvents, over TLS, to whoever can show who he is.
    secure = Receiver("trusted.pem")
    cloud = register(admin, secure, format="cloudevents")
    sent = ping(admin, cloud)
    headers, body = secure.next()
    assert Webhook(cloud["key"]).verify(body, headers)["id"] == sent
    conforms(document, json.loads(body), "CloudEvent")
    event = from_http(HTTPMessage(headers=headers, body=body), JSONFormat())
    assert (event.get_id(), event.get_type(), event.get_specversion()) == (sent, "dondoc.ping", "1.0")
    assert event.get_data()["id"] == cloud["id"]

    # To nobody else.
    stranger = Receiver("unknown.pem")
    wrong = register(admin, stranger)
    sent = ping(admin, wrong)
    failed = outcome(admin, wrong, sent)
    assert (failed["state"], failed["error"]) == ("waiting", "tls"), failed
    assert stranger.arrived.empty()

    # An endpoint that is gone is not asked again.
    plain.answers.append(410)
    ping(admin, webhook)
    plain.next()
    until = datetime.datetime.now() + datetime.timedelta(seconds=PATIENCE)
    while admin.get(f"/v1/webhooks/{webhook['id']}").raise_for_status().json()["state"] != "disabled":
        assert datetime.datetime.now() < until, "410 did not disable the webhook"
        threading.Event().wait(0.1)
    print("webhooks: verified by standardwebhooks and read by cloudevents")


main()
