"""The main journey, told by a client that openapi-python-client made from our 3.0.3 document.

An office clerk issues a directive whose one task, for every village, should have been done yesterday;
the overdue report lists them all; a village head acknowledges and reports it done; the leader accepts;
and the overdue report lists every village but that one.
"""

import datetime
import os
import sys
import uuid
from typing import Any

from dondoc_client import AuthenticatedClient, Client
from dondoc_client.api.assignments import acknowledge_assignment, list_assignments, read_assignment
from dondoc_client.api.directives import issue_directive, preview_issue, put_directive, read_directive
from dondoc_client.api.figures import read_overdue
from dondoc_client.api.reports import review_report, submit_report
from dondoc_client.api.sessions import sign_in
from dondoc_client.api.tasks import put_task
from dondoc_client.models import (
    Acknowledgement,
    Assignee,
    AssigneeRole,
    Basis,
    Credentials,
    DirectiveDraft,
    DirectiveKind,
    Due,
    DueSource,
    IssueRequest,
    Nature,
    OverdueReport,
    Priority,
    Problem,
    ReportDraft,
    ReviewDraft,
    State,
    TaskDraft,
    TaskKind,
    UnitKind,
    Verdict,
)
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
    with Client(base_url=URL) as client:
        answer = sign_in.sync_detailed(
            client=client,
            body=Credentials(login=login, password=PASSWORD, device_name="python"),
        )
    return AuthenticatedClient(base_url=URL, token=expect(200, answer).access_token)


def new_id() -> uuid.UUID:
    """A UUIDv7: the time first, so that ids sort as they were made."""
    milliseconds = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | random
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return uuid.UUID(int=value)


def overdue(client: AuthenticatedClient, directive: uuid.UUID | None = None) -> OverdueReport:
    """Who is late, with the work of one directive or with all of it."""
    filters = {} if directive is None else {"directive": directive}
    return expect(200, read_overdue.sync_detailed(client=client, limit=100, **filters))


def same(left: Any, right: Any, what: str) -> None:
    """A loud stop when two things differ that should not."""
    if left != right:
        raise SystemExit(f"{what}: {left!r}, and not {right!r}")


def journey() -> None:
    """The steps; each one is an operation of the document."""
    clerk = signed_in("van.phong")
    head = signed_in("truong.thon.1")
    leader = signed_in("thuong.truc")

    # The server's day, not the clock of the machine that runs this.
    today = overdue(clerk).as_of
    directive, task, report = new_id(), new_id(), new_id()
    expect(
        201,
        put_directive.sync_detailed(
            directive,
            client=clerk,
            body=DirectiveDraft(
                kind=DirectiveKind.KET_LUAN,
                title="Kết luận giao ban tuần",
                issuer="Ban Thường vụ Đảng ủy xã",
                issued_on=today,
            ),
        ),
    )
    expect(
        201,
        put_task.sync_detailed(
            task,
            client=clerk,
            body=TaskDraft(
                directive=directive,
                content="Rà soát, báo cáo số hộ chưa có nước sạch",
                kind=TaskKind.NHIEM_VU,
                nature=Nature.ONE_OFF,
                position=1,
                priority=Priority.THUONG,
                due=Due(source=DueSource.STATED, on=today - datetime.timedelta(days=1), text="hôm qua"),
                assignees=[
                    Assignee(
                        name="Các thôn", class_=UnitKind.THON, basis=Basis.EXPLICIT, role=AssigneeRole.CHU_TRI
                    )
                ],
            ),
        ),
    )
    preview = expect(200, preview_issue.sync_detailed(directive, client=clerk))
    seen = expect(200, read_directive.sync_detailed(directive, client=clerk))
    issued = expect(
        200,
        issue_directive.sync_detailed(directive, client=clerk, body=IssueRequest(version=seen.version)),
    )
    late = overdue(clerk, directive)
    same(len(late.items), preview.assignments, "assignments overdue after issue")
    same({row.days_late for row in late.items}, {1}, "days late")

    mine = expect(200, list_assignments.sync_detailed(client=head, directive=directive))
    same(len(mine.items), 1, "assignments of this directive on the head's phone")
    assignment = mine.items[0]
    now = issued.issued_at
    expect(
        200,
        acknowledge_assignment.sync_detailed(assignment.id, client=head, body=Acknowledgement(made_at=now)),
    )
    draft = ReportDraft(assignment=assignment.id, completes=True, made_at=now, words="Thôn đã rà soát xong, còn 3 hộ.")
    sent = expect(201, submit_report.sync_detailed(report, client=head, body=draft))
    again = expect(200, submit_report.sync_detailed(report, client=head, body=draft))
    same(again.id, sent.id, "the same report sent twice")

    expect(
        200,
        review_report.sync_detailed(report, client=leader, body=ReviewDraft(verdict=Verdict.ACCEPT)),
    )
    done = expect(200, read_assignment.sync_detailed(assignment.id, client=head))
    same(done.state, State.COMPLETED, "state after acceptance")
    left = overdue(clerk, directive)
    same(len(left.items), len(late.items) - 1, "assignments overdue after acceptance")
    same(assignment.id in {row.assignment for row in left.items}, False, "the accepted one among them")
    print(f"issued to {preview.assignments} villages, reported by one, accepted, {len(left.items)} still overdue")


if __name__ == "__main__":
    sys.exit(journey())
