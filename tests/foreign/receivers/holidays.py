"""Working days, held against `holidays` (PyPI): the announced holidays of 2024, 2025 and 2026 are entered as an
administrator would, and the ladder is asked when it would warn of work due on many days. Where our table and
theirs differ on a day, the difference must be one that is explained here.

Called with the address of a server that holds the invented commune.
"""

import datetime
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

# This file has the name of the library: it is looked for elsewhere first.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path = [place for place in sys.path if os.path.abspath(place) != HERE]
import holidays  # noqa: E402

BASE = sys.argv[1] if len(sys.argv) > 1 else os.environ["DONDOC_URL"]
PASSWORD = os.environ.get("DONDOC_PASSWORD", "dondoc-demo-2026")
Day = datetime.date
ONE = datetime.timedelta(days=1)


def days(text: str) -> list[Day]:
    """Days such as `2026-02-16..20 2026-04-27`."""
    found = []
    for part in text.split():
        first, _, last = part.partition("..")
        day = Day.fromisoformat(first)
        end = day.replace(day=int(last)) if last else day
        while day <= end:
            found.append(day)
            day += ONE
    return found


# As the Government announced them, weekdays only: Saturdays and Sundays are free anyway.
HOLIDAYS = {
    2024: days("2024-01-01 2024-02-08..09 2024-02-12..14 2024-04-18 2024-04-29..30 2024-05-01 2024-09-02..03"),
    2025: days("2025-01-01 2025-01-27..31 2025-04-07 2025-04-30 2025-05-01..02 2025-09-01..02"),
    2026: days("2026-01-01..02 2026-02-16..20 2026-04-27 2026-04-30 2026-05-01 2026-08-31 2026-09-01..02"),
}
# Saturdays on which offices work for a day off between.
SWAPPED = {
    2024: days("2024-05-04"),
    2025: days("2025-04-26"),
    2026: days("2026-01-10 2026-08-22"),
}
# Days on which our table and the library's differ, and why.
EXPLAINED: dict[Day, str] = {
    Day(2026, 1, 2): "free for the Saturday 10/01/2026, announced late in 2025; not in the library",
    Day(2026, 1, 10): "worked for the Friday 02/01/2026, announced late in 2025; not in the library",
    Day(2026, 11, 24): "Vietnam Culture Day: a paid day off by a resolution of 2026; entered once it is announced",
}


def call(method: str, path: str, body: Any = None, token: str = "") -> Any:
    request = urllib.request.Request(BASE + path, method=method)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{method} {path}: {refused.code} {refused.read().decode()}") from refused


def sign_in(login: str) -> str:
    body = {"login": login, "password": PASSWORD, "device_name": "máy thử"}
    return str(call("POST", "/v1/sessions", body)["access_token"])


def new_id() -> str:
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return str(uuid.UUID(int=value))


def works(day: Day) -> bool:
    """By our table, said plainly."""
    if day in SWAPPED[day.year]:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS[day.year]


def compare() -> holidays.HolidayBase:
    theirs = holidays.country_holidays("VN", years=range(2024, 2027))
    differing = 0
    day = Day(2024, 1, 1)
    while day <= Day(2026, 12, 31):
        if theirs.is_working_day(day) != works(day):
            differing += 1
            if day not in EXPLAINED:
                said = theirs.get(day) or "no holiday"
                raise SystemExit(f"{day:%A %d/%m/%Y}: we say working is {works(day)}, `holidays` says «{said}»")
            print(f"    {day:%d/%m/%Y}: {EXPLAINED[day]}")
        day += ONE
    print(f"    1096 days of 2024-2026: {1096 - differing} alike, {differing} different and explained")
    return theirs


def main() -> None:
    theirs = compare()
    admin, office = sign_in("quan.tri"), sign_in("van.phong")
    for year in (2024, 2025, 2026):
        # By the library's own days, those explained included, so that both count the same ones.
        table = []
        day = Day(year, 1, 1)
        while day.year == year:
            if theirs.is_working_day(day) != (day.weekday() < 5):
                kind = "workday" if theirs.is_working_day(day) else "holiday"
                table.append({"on": str(day), "kind": kind, "name": theirs.get(day) or "Làm bù"})
            day += ONE
        try:
            version = {"version": call("GET", f"/v1/calendar/years/{year}", token=admin)["version"]}
        except SystemExit:
            version = {}
        call("PUT", f"/v1/calendar/years/{year}", {"days": table} | version, admin)
    # Work due on every third day of the three years, given in one document.
    units = call("GET", "/v1/units?kind=thon&limit=1", token=office)["items"]
    directive = new_id()
    call("PUT", f"/v1/directives/{directive}", document(), office)
    dues = [Day(2024, 3, 1) + n * 3 * ONE for n in range(330)]
    tasks = {}
    for place, due in enumerate(dues):
        task = new_id()
        tasks[task] = due
        call("PUT", f"/v1/tasks/{task}", work(directive, place, due, units[0]["id"]), office)
    version = call("GET", f"/v1/directives/{directive}", token=office)["version"]
    call("PUT", f"/v1/directives/{directive}/issue", {"version": version}, office)
    compared = ask(theirs, office, directive)
    if compared < 1000:
        raise SystemExit(f"only {compared} warnings were compared")
    print(f"    {compared} days of warnings are those of `holidays`")


def ask(theirs: holidays.HolidayBase, office: str, directive: str) -> int:
    given = []
    path = f"/v1/assignments?directive={directive}&limit=200"
    cursor = ""
    while True:
        page = call("GET", path + cursor, token=office)
        given += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    compared = 0
    usual = call("GET", "/v1/ladder", token=office)["draft"]
    for one in given:
        due = Day.fromisoformat(one["due_on"])
        for sign, many in ((-1, 5), (-1, 1), (1, 1), (1, 6)):
            rung = {"days": sign * many, "tell": ["unit"], "at_once": False}
            ladder = usual | {"counting": "working", "rungs": [rung]}
            last = due if theirs.is_working_day(due) else theirs.get_nth_working_day(due, -1)
            expected = theirs.get_nth_working_day(due if sign > 0 else last, sign * many)
            body = {"ladder": ladder, "assignment": one["id"], "from": str(expected), "days": 1}
            shown = call("POST", "/v1/ladder/preview", body, office)["items"]
            if [item["on"] for item in shown] != [str(expected)]:
                raise SystemExit(f"due {due}, rung {sign * many}: `holidays` says {expected}; {shown}")
            compared += 1
    return compared


def document() -> dict[str, Any]:
    return {
        "kind": "ke_hoach",
        "issuer": "Ban Thường vụ Đảng ủy xã",
        "title": "Kế hoạch để đếm ngày làm việc",
        "recipients": [],
        "files": [],
    }


def work(directive: str, place: int, due: Day, unit: str) -> dict[str, Any]:
    return {
        "directive": directive,
        "position": place,
        "content": f"Việc có hạn ngày {due:%d/%m/%Y}",
        "kind": "nhiem_vu",
        "nature": "one_off",
        "priority": "thuong",
        "due": {"on": str(due), "source": "office"},
        "assignees": [{"name": "Thôn", "role": "chu_tri", "basis": "office", "units": [unit]}],
    }


main()
