"""The main journey, told by a client that openapi-python-client made from our 3.0.3 document.

An office clerk issues a directive with one task for every village, a village head reports it done,
the leader accepts, and the overdue report no longer knows it.
"""

import datetime
import os
import sys
import uuid
from typing import Any

from dondoc_client import AuthenticatedClient, Client
from dondoc_client.models import Problem
from dondoc_client.types import Response

URL = os.environ["DONDOC_URL"]
PASSWORD = os.environ["DONDOC_PASSWORD"]


def expect(status: int, answer: Response[Any]) -> Any:
    """The parsed answer, or a loud stop that shows what came instead."""
    if answer.status_code != status or isinstance(answer.parsed, Problem):
        raise SystemExit(f"expected {status}, got {answer.status_code}: {answer.content.decode()}")
    return answer.parsed


def signed_in(login: str) -> AuthenticatedClient:
    """A client that carries the token of `login`."""
    from dondoc_client.api.sessions import sign_in
    from dondoc_client.models import SignIn

    with Client(base_url=URL) as client:
        session = expect(
            201,
            sign_in.sync_detailed(
                client=client,
                body=SignIn(login=login, password=PASSWORD, device_name="python"),
            ),
        )
    return AuthenticatedClient(base_url=URL, token=session.access_token)


def new_id() -> uuid.UUID:
    """A UUIDv7: the time first, so that ids sort as they were made."""
    milliseconds = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | random
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return uuid.UUID(int=value)


def journey() -> None:
    """The steps; each one is an operation of the document."""
    clerk = signed_in("van.phong")
    head = signed_in("truong.thon.1")
    leader = signed_in("thuong.truc")
    # The steps from here on need the names of operations and models:
    #   clerk  puts a directive, puts a task for the class of villages, issues it
    #   head   lists assignments, finds the one of this directive, reports it complete
    #   leader reviews: accept
    #   clerk  reads the overdue report: the assignment is not in it
    _ = clerk, head, leader, new_id()
    raise SystemExit("the journey is not written yet")


if __name__ == "__main__":
    sys.exit(journey())
