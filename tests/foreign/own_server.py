"""A server of one's own with an invented commune in it, for checks that need settings of their own.

The program is DONDOC_BINARY, or the debug build. Everything is in a folder that goes with the server.
"""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = os.environ.get("DONDOC_BINARY", str(TARGET / "debug" / "dondoc"))
PASSWORD = os.environ.get("DONDOC_PASSWORD", "dondoc-demo-2026")


def new_id() -> str:
    """A UUIDv7: the time first, so that ids sort as they were made."""
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return str(uuid.UUID(int=value))


def same(found: Any, wanted: Any, what: str) -> None:
    """A loud stop when two things differ that should not."""
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, and not {wanted!r}")


class Server:
    """The program, serving on a free port of loopback with these variables set."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="dondoc-receivers.")
        usual = {"PATH": os.environ["PATH"], "DONDOC_LOG_LEVEL": "warn", "DONDOC_PASSWORD": PASSWORD}
        self.environment = usual | settings
        same(self.run("demo").returncode, 0, "dondoc demo")
        self.process: subprocess.Popen[str] | None = None
        self.base = ""

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)
        self.folder.cleanup()

    def command(self, *arguments: str) -> list[str]:
        return [PROGRAM, *arguments, "--database", f"{self.folder.name}/dondoc.db"]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            self.command(*arguments), env=self.environment, cwd=self.folder.name, capture_output=True, text=True, timeout=120
        )

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command("serve", "--listen", "127.0.0.1:0"),
            env=self.environment,
            cwd=self.folder.name,
            stdout=subprocess.PIPE,
            text=True,
        )
        said = self.process.stdout.readline() if self.process.stdout else ""
        self.base = said.strip().rsplit(" ", 1)[-1]
        if not self.base.startswith("http://"):
            raise SystemExit(f"the server said {said!r}")

    def kill(self, how: signal.Signals) -> None:
        """Ends it by a signal, and waits until it is gone."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """The status, and the body as JSON where there is one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        if data is not None:
            request.add_header("content-type", "application/json")
        if token is not None:
            request.add_header("authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"null")

    def expect(self, status: int, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """The body of an answer with this status, or a loud stop."""
        found, said = self.ask(method, path, body, token)
        if found != status:
            raise SystemExit(f"{method} {path}: expected {status}, got {found}: {said}")
        return said

    def sign_in(self, login: str) -> str:
        """The access token of somebody of the commune."""
        body = {"login": login, "password": PASSWORD, "device_name": "python"}
        return self.expect(200, "POST", "/v1/sessions", body)["access_token"]

    def settled(self, token: str, message: str) -> list[dict[str, Any]]:
        """The ways a message took, once none of them waits any more."""
        until = time.monotonic() + 30
        while True:
            ways = self.expect(200, "GET", f"/v1/me/messages/{message}", token=token)["sendings"]
            if all(way["state"] != "waiting" for way in ways):
                return ways
            if time.monotonic() > until:
                raise SystemExit(f"a message still waits: {ways}")
            time.sleep(0.2)
