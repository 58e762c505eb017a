"""The calendar feed, read by a library that nobody here wrote.

    calendar_feed.py BASE_URL      DONDOC_PASSWORD says how the people of the invented commune sign in

A village head and the clerk each make a feed. `icalendar` must read it without a single complaint; its
events must be exactly the work in hand with a due date that the same person lists; every Vietnamese
text must come out of the folding as it went in; the alarms must ring at seven in the morning in Vietnam.
(The file is not called `calendar.py`: Python's own module of that name could then not be found.)
"""

import datetime
import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

BASE = sys.argv[1].rstrip("/")
PASSWORD = os.environ.get("DONDOC_PASSWORD", "dondoc-demo-2026")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# What waits for the leader, or rests, is no appointment of whoever does it.
IN_HAND = {"assigned", "acknowledged", "in_progress"}


def ask(method: str, path: str, token: str = "", body: Any = None, **headers: str) -> tuple[int, bytes, Any]:
    """One request: status, content and headers of the answer."""
    request = urllib.request.Request(BASE + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers


def expect(status: int, answer: tuple[int, bytes, Any]) -> Any:
    """What was answered, or a loud stop that shows what came instead."""
    if answer[0] != status:
        raise SystemExit(f"expected {status}, got {answer[0]}: {answer[1].decode()}")
    return json.loads(answer[1]) if answer[1] else None


def must(holds: bool, what: str) -> None:
    """A loud stop when something does not hold."""
    if not holds:
        raise SystemExit(f"calendar feed: {what}")


def fresh_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7)."""
    number = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64)
    text = f"{number | (2 << 62) | secrets.randbits(62):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def sign_in(login: str) -> str:
    """The access token of a person."""
    body = {"login": login, "password": PASSWORD, "device_name": "calendar"}
    return expect(200, ask("POST", "/v1/sessions", body=body))["access_token"]


def due(token: str) -> dict[str, Any]:
    """The work in hand with a due date, as the person's own list has it, but for what is over a month late."""
    found, cursor = {}, ""
    earliest = datetime.datetime.now(VIETNAM).date() - datetime.timedelta(days=31)
    while True:
        page = expect(200, ask("GET", f"/v1/assignments?limit=200{cursor}", token))
        for one in page["items"]:
            if one["due_on"] and one["state"] in IN_HAND and one["due_on"] >= earliest.isoformat():
                found[one["id"]] = one
        if not page["next"]:
            return found
        cursor = "&cursor=" + page["next"]


def check_lines(content: bytes) -> None:
    """RFC 5545 §3.1, octet by octet."""
    must(content.endswith(b"\r\n"), "the last line does not end")
    lines = content[:-2].split(b"\r\n")
    folded = 0
    for line in lines:
        must(len(line) <= 75, f"a line has {len(line)} octets: {line!r}")
        must(b"\r" not in line and b"\n" not in line, f"a line ends otherwise: {line!r}")
        text = line.decode("utf-8")  # no character is cut, or this fails
        folded += line.startswith(b" ") and not text.isascii()
    must(folded > 0, "no Vietnamese text was folded; the check proves nothing")


def check_alarms(event: icalendar.Event, day: datetime.date) -> None:
    """Seven in the morning in Vietnam, three days and one day before."""
    alarms = icalendar.Alarms(event)
    alarms.set_local_timezone(VIETNAM)
    rings = sorted(alarm.trigger.astimezone(VIETNAM) for alarm in alarms.times)
    seven = datetime.time(7, 0, tzinfo=VIETNAM)
    wanted = [datetime.datetime.combine(day - datetime.timedelta(days=days), seven) for days in (3, 1)]
    must(rings == wanted, f"the alarms of {event['UID']} ring at {rings}")


def check(login: str) -> int:
    """The whole life of one person's feed. How many events it had."""
    token = sign_in(login)
    feed = f"/v1/calendar-feeds/{fresh_id()}"
    made = expect(201, ask("PUT", feed, token, {"name": "Lịch việc đến hạn, kiểm thử; \\ “ngoặc”"}))
    path = urllib.parse.urlsplit(made["address"]).path
    status, content, headers = ask("GET", path)
    must(status == 200, f"the address answers {status}")
    must(headers["Content-Type"] == "text/calendar; charset=utf-8", headers["Content-Type"])

    check_lines(content)
    calendar = icalendar.Calendar.from_ical(content)
    for component in calendar.walk():
        must(not component.errors, f"{component.name}: {component.errors}")
    # The library leaves values of names it has no type for as they are written.
    for name in ("NAME", "X-WR-CALNAME"):
        read = re.sub(r"\\([\\;,])", r"\1", str(calendar[name]))
        must(read == made["draft"]["name"], f"{name} is {read}")
    must(calendar["X-WR-TIMEZONE"] == "Asia/Ho_Chi_Minh", "the zone of the calendar")

    wanted = due(token)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    must(len(events) == len(calendar.walk("VEVENT")), "two events have one UID")
    must(len(wanted) <= 1000 and events.keys() == wanted.keys(), f"{len(events)} events, {len(wanted)} due")
    for uid, event in events.items():
        one = wanted[uid]
        day = datetime.date.fromisoformat(one["due_on"])
        must(event.decoded("DTSTART") == day, f"{uid} begins on {event.decoded('DTSTART')}")
        must(event.decoded("DTEND") == day + datetime.timedelta(days=1), f"{uid} ends otherwise")
        words = one["task"]["content"]
        must(str(event["DESCRIPTION"]).startswith(words.replace("\r\n", "\n")), f"{uid} says another thing")
        short = " ".join(words.split())[:100]
        must(short in str(event["SUMMARY"]), f"{uid} is called {event['SUMMARY']}")
        must(str(event["URL"]).endswith(f"#/viec/{uid}"), f"{uid} leads to {event['URL']}")
        note = one["task"].get("private_note")
        must(not note or note not in event.to_ical().decode(), f"{uid} tells a private note")
        check_alarms(event, day)
    again = icalendar.Calendar.from_ical(calendar.to_ical())
    must(again == calendar, "written again by the library it is another calendar")

    status, _, _ = ask("GET", path, If_None_Match=headers["ETag"])
    must(status == 304, f"the same again answers {status}")
    expect(204, ask("DELETE", feed, token))
    status, _, _ = ask("GET", path)
    must(status == 404, f"revoked, it answers {status}")
    return len(events)


if __name__ == "__main__":
    for person in ("truong.thon.1", "van.phong"):
        print(f"icalendar {icalendar.__version__} reads the calendar of {person}: {check(person)} events, no complaint")
