//! API keys of other systems: what they reach, and how they end.

use api::keys::tend;
use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    access::KeyScope,
    directives::{IssueDirective, IssueRequest, PutDirective, ReadDirective},
    endpoint::{Dto, Nothing},
    figures::{OverdueQuery, ReadOverdue, ReadStatistics, StatisticsQuery},
    keys::{
        AddressBlock, IssuedKey, KeyDraft, KeyId, KeyState, KeysQuery, ListKeys, PutKey, ReadKey, RevokeKey,
        RotateKey, RotationDraft, RotationId,
    },
    ledger::{AuditQuery, Deed, FeedQuery, ListAuditEvents, ReadFeed, Subject},
    people::{ListPeople, PatchPerson, PeopleQuery, PersonDraft, PersonPatch, PutPerson, ReadPerson},
    problem::{Code, FieldCode},
    sessions::{CreateActivation, ReadMe},
    tasks::{AssigneeRole, PutTask, ReadTask, TaskDraft},
    units::UnitId,
};

use crate::{
    on_both,
    support::{World, conclusion, due, given_to, id, name, note, task},
};

fn draft(scopes: &[KeyScope]) -> KeyDraft {
    KeyDraft { scopes: scopes.to_vec(), units: None, addresses: None, ..KeyDraft::example() }
}
fn days(days: i64, scopes: &[KeyScope]) -> KeyDraft {
    KeyDraft { days: days.try_into().unwrap(), ..draft(scopes) }
}
fn limited(units: &[UnitId], scopes: &[KeyScope]) -> KeyDraft {
    KeyDraft { units: Some(units.to_vec()), ..draft(scopes) }
}
fn rotation(overlap_hours: Option<i64>) -> RotationDraft {
    let overlap_hours = overlap_hours.map(|hours| hours.try_into().unwrap());
    RotationDraft { overlap_hours, days: None }
}
async fn made(world: &World, draft: KeyDraft) -> (IssuedKey, Client) {
    let issued = world.admin().await.call::<PutKey>(id(), draft).await.unwrap().reply;
    let client = world.with_key(issued.secret.as_ref().unwrap());
    (issued, client)
}
async fn late(client: &Client) -> Result<usize, mobile_client::Failed> {
    let report = client.query::<ReadOverdue>((), OverdueQuery::default()).await?.reply;
    Ok(report.items.len())
}
async fn refused(client: &Client) -> (Code, String) {
    let failed = late(&client.in_english()).await.unwrap_err();
    (failed.code(), failed.problem().unwrap().detail.to_string())
}
async fn read(world: &World, key: KeyId) -> openapi::keys::Key {
    world.admin().await.call::<ReadKey>(key, Nothing).await.unwrap().reply
}

/// Asks for what is late, from an address, with whatever is shown for a key.
async fn ask_from(world: &World, address: &str, shown: &str) -> reqwest::Response {
    let at = format!("{}/v1/overdue", world.stranger().base());
    let request = reqwest::Client::new().get(at).header("x-forwarded-for", address);
    request.header("authorization", format!("Bearer {shown}")).send().await.unwrap()
}

on_both! {
    async fn another_system_pulls_what_is_late_in_its_unit(world: &World) {
        let mine = world.give("Thôn Đồng Sim", 2).await;
        world.give("Thôn Suối Trong", 2).await;
        let unit = world.village("Thôn Đồng Sim").await;
        let scopes = [KeyScope::ReadFigures, KeyScope::ReadFeed, KeyScope::ReadAssignments];
        let (_, one) = made(world, limited(&[unit], &scopes)).await;
        let (_, all) = made(world, draft(&scopes)).await;
        world.days_pass(3);
        assert_eq!(late(&all).await.unwrap(), 2);
        let found = one.query::<ReadOverdue>((), OverdueQuery::default()).await.unwrap().reply;
        let found: Vec<_> = found.items.iter().map(|row| row.assignment).collect();
        assert_eq!(found, [mine]);
        let counted = one.query::<ReadStatistics>((), StatisticsQuery::default()).await.unwrap().reply;
        assert_eq!(counted.total.open_overdue.get(), 1);
        // Of another unit it learns nothing, neither by asking nor by following.
        let other = world.village("Thôn Suối Trong").await;
        let asked = OverdueQuery { unit: Some(other), ..OverdueQuery::default() };
        assert_eq!(one.query::<ReadOverdue>((), asked).await.unwrap_err().status(), 422);
        let feed = one.query::<ReadFeed>((), FeedQuery::default()).await.unwrap().reply;
        let followed: Vec<_> = feed.items.iter().filter(|item| item.subject == Subject::Assignment).collect();
        assert_eq!((followed.len(), followed[0].id), (1, mine.cast()));
    }

    async fn another_system_enters_a_directive_and_issues_it(world: &World) {
        let (issued, system) = made(world, draft(&[KeyScope::ReadDirectives, KeyScope::ChangeDirectives])).await;
        let unit = world.village("Thôn Đồng Sim").await;
        let (directive, job) = (id(), id());
        system.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let entered = TaskDraft {
            due: due(world.day(5)),
            assignees: vec![given_to(&[unit], AssigneeRole::ChuTri)],
            private_note: Some(note("Hộ ông Mẫu.")),
            ..task(directive, "Rà soát hộ nghèo")
        };
        let first = system.call::<PutTask>(job, entered.clone()).await.unwrap();
        let again = system.call::<PutTask>(job, entered).await.unwrap();
        assert_eq!((first.status, again.status), (201, 200));
        // What is private is for the commune's own people, also when another system entered it.
        assert_eq!((first.reply.draft.private_note, again.reply.draft.private_note), (None, None));
        assert_eq!(system.call::<ReadTask>(job, Nothing).await.unwrap().reply.draft.private_note, None);
        let office = world.office().await;
        let kept = office.call::<ReadTask>(job, Nothing).await.unwrap().reply.draft.private_note;
        assert_eq!(kept, Some(note("Hộ ông Mẫu.")));

        let version = system.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        system.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap();
        assert_eq!(world.of_task(job).await.len(), 1);
        // The record says that the key did it, by its name.
        let query = AuditQuery { by: Some(issued.key.id.cast()), ..AuditQuery::default() };
        let trail = world.inspector().await.query::<ListAuditEvents>((), query).await.unwrap().reply;
        assert!(trail.items.iter().any(|event| event.deed == Deed::Issued));
        for event in &trail.items {
            assert_eq!(event.by_key, Some(issued.key.id));
            assert_eq!(event.by.as_ref().unwrap().name, issued.key.draft.name);
        }
        // And a person did what a person does.
        let query = AuditQuery { subject: Some(Subject::Key), ..AuditQuery::default() };
        let trail = world.inspector().await.query::<ListAuditEvents>((), query).await.unwrap().reply;
        assert_eq!((trail.items.len(), trail.items[0].by_key, trail.items[0].deed), (1, None, Deed::Created));
        let told = serde_json::to_string(&trail.items).unwrap();
        assert!(!told.contains(issued.secret.unwrap().as_str()));
    }

    async fn a_key_without_the_scope_is_told_which_it_lacks(world: &World) {
        let (_, system) = made(world, draft(&[KeyScope::ReadDirectives])).await;
        let (code, words) = refused(&system).await;
        assert_eq!(code, Code::NotAllowed);
        assert!(words.contains("`figures:read`"), "{words}");
        let failed = system.in_english().call::<PutDirective>(id(), conclusion()).await.unwrap_err();
        assert!(failed.problem().unwrap().detail.as_str().contains("`directives:write`"));
        // It is nobody, and has nothing of its own.
        let failed = system.in_english().call::<ReadMe>((), Nothing).await.unwrap_err();
        assert_eq!(failed.status(), 403);
        assert!(failed.problem().unwrap().detail.as_str().contains("not an API key"));
    }

    async fn a_secret_is_shown_for_ten_minutes_and_then_by_nobody(world: &World) {
        let admin = world.admin().await;
        let key = id();
        let first = admin.call::<PutKey>(key, draft(&[KeyScope::ReadFigures])).await.unwrap();
        let again = admin.call::<PutKey>(key, draft(&[KeyScope::ReadFigures])).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        let secret = first.reply.secret.unwrap();
        assert!(secret.as_str().starts_with(first.reply.key.starts_with.as_str()));
        let other = admin.call::<PutKey>(key, draft(&[KeyScope::ReadFeed])).await.unwrap_err();
        assert_eq!(other.code(), Code::Conflict);
        let made_at = world.now();
        world.clock.advance(TimeDelta::minutes(10));
        let later = admin.call::<PutKey>(key, draft(&[KeyScope::ReadFigures])).await.unwrap();
        assert_eq!((later.status, later.reply.secret), (200, None));
        // What it could be made again from is gone, even for a server whose clock goes back.
        tend(&world.running.state).await.unwrap();
        world.clock.set(made_at);
        let back = admin.call::<PutKey>(key, draft(&[KeyScope::ReadFigures])).await.unwrap();
        assert_eq!(back.reply.secret, None);
        assert_eq!(late(&world.with_key(&secret)).await.unwrap(), 0);
    }

    async fn a_key_ends_when_its_days_are_over(world: &World) {
        let (issued, system) = made(world, days(30, &[KeyScope::ReadFigures])).await;
        world.days_pass(30);
        world.clock.advance(TimeDelta::milliseconds(-1));
        assert_eq!(late(&system).await.unwrap(), 0);
        assert_eq!(read(world, issued.key.id).await.state, KeyState::Working);
        // It was looked up a moment ago, and is refused all the same.
        world.clock.advance(TimeDelta::milliseconds(1));
        let (code, words) = refused(&system).await;
        assert_eq!((code, words.contains("expired")), (Code::KeyRefused, true));
        assert_eq!(read(world, issued.key.id).await.state, KeyState::Expired);
        let failed = world.admin().await.call::<RotateKey>((issued.key.id, id()), rotation(None)).await;
        assert_eq!(failed.unwrap_err().code(), Code::WrongState);
    }

    async fn a_revoked_key_stops_at_once(world: &World) {
        let (issued, system) = made(world, draft(&[KeyScope::ReadFigures])).await;
        assert_eq!(late(&system).await.unwrap(), 0);
        let admin = world.admin().await;
        let revoked = admin.call::<RevokeKey>(issued.key.id, Nothing).await.unwrap().reply;
        assert_eq!((revoked.state, revoked.revoked_at), (KeyState::Revoked, Some(world.now())));
        let (code, words) = refused(&system).await;
        assert_eq!((code, words.contains("revoked")), (Code::KeyRefused, true));
        world.days_pass(1);
        let again = admin.call::<RevokeKey>(issued.key.id, Nothing).await.unwrap().reply;
        assert_eq!(again.revoked_at, revoked.revoked_at);
        let listed = |working| KeysQuery { working: Some(working), ..KeysQuery::default() };
        let working = admin.query::<ListKeys>((), listed(true)).await.unwrap().reply.items;
        let ended = admin.query::<ListKeys>((), listed(false)).await.unwrap().reply.items;
        assert_eq!((working.len(), ended.len()), (0, 1));
    }

    async fn the_secret_before_goes_on_until_the_overlap_is_over(world: &World) {
        let (issued, old) = made(world, days(30, &[KeyScope::ReadFigures])).await;
        let (admin, key) = (world.admin().await, issued.key.id);
        let turn: RotationId = id();
        let more = RotationDraft { days: Some(60.try_into().unwrap()), ..rotation(Some(48)) };
        let first = admin.call::<RotateKey>((key, turn), more.clone()).await.unwrap();
        let again = admin.call::<RotateKey>((key, turn), more).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        let other = admin.call::<RotateKey>((key, turn), rotation(None)).await.unwrap_err();
        assert_eq!(other.code(), Code::Conflict);
        let rotated = first.reply.key;
        assert_eq!(rotated.expires_at, world.now().plus(TimeDelta::days(60)));
        assert_eq!(rotated.overlap_until, Some(world.now().plus(TimeDelta::hours(48))));
        assert_ne!(rotated.starts_with, issued.key.starts_with);
        let new = world.with_key(&first.reply.secret.unwrap());

        world.clock.advance(TimeDelta::hours(48) - TimeDelta::seconds(1));
        assert_eq!((late(&old).await.unwrap(), late(&new).await.unwrap()), (0, 0));
        world.clock.advance(TimeDelta::seconds(1));
        let (code, words) = refused(&old).await;
        assert_eq!((code, words.contains("another secret")), (Code::KeyRefused, true));
        assert_eq!(late(&new).await.unwrap(), 0);
        assert_eq!(read(world, key).await.overlap_until, None);
        // Without an overlap the one before ends at once, also where it was looked up a moment ago.
        let newest = admin.call::<RotateKey>((key, id()), rotation(Some(0))).await.unwrap().reply;
        assert_eq!(refused(&new).await.0, Code::KeyRefused);
        assert_eq!(late(&world.with_key(&newest.secret.unwrap())).await.unwrap(), 0);
        let absent = admin.call::<RotateKey>((id(), id()), rotation(None)).await.unwrap_err();
        assert_eq!(absent.status(), 404);
    }

    async fn a_key_may_be_kept_to_addresses(world: &World) {
        let blocks = ["203.0.113.0/24", "2001:db8::7"].map(|block| block.parse::<AddressBlock>().unwrap());
        let kept = KeyDraft { addresses: Some(blocks.to_vec()), ..draft(&[KeyScope::ReadFigures]) };
        let (issued, _) = made(world, kept).await;
        let secret = issued.secret.unwrap();
        for (address, status) in [("203.0.113.9", 200), ("203.0.114.9", 401), ("2001:db8::7", 200), ("2001:db8::8", 401)] {
            let answer = ask_from(world, address, secret.as_str()).await;
            assert_eq!(answer.status().as_u16(), status, "{address}");
        }
        // The proxy's own address, when it says no other.
        assert_eq!(refused(&world.with_key(&secret)).await.0, Code::KeyRefused);
    }

    async fn what_is_no_key_is_refused_in_plain_words(world: &World) {
        let (issued, _) = made(world, draft(&[KeyScope::ReadFigures])).await;
        let secret = issued.secret.unwrap().to_string();
        let cut = secret.get(..88).unwrap();
        // Another's secret with the check sum it would have.
        let invented = api::tokens::marked_secret(b"another installation", "ddk", 1, "x", &[1; 32]);
        for shown in ["ddk_", cut, &secret.to_uppercase().replace("DDK", "ddk"), &format!("{secret}0"), &invented] {
            let answer = ask_from(world, "203.0.113.9", shown).await;
            assert_eq!(answer.status().as_u16(), 401, "{shown}");
            let how = answer.headers().get("www-authenticate").unwrap().to_str().unwrap().to_owned();
            assert!(how.starts_with("Bearer") && how.contains("invalid_token"), "{how}");
            let problem: openapi::problem::Problem = answer.json().await.unwrap();
            assert_eq!(problem.code, Code::KeyRefused);
            assert!(problem.detail.as_str().contains("Không có khóa này"), "{}", problem.detail);
        }
        // A key of one organisation is nobody in another's, and reads only its own.
        let twin = world.twin().await;
        twin.give("Thôn Đồng Sim", 1).await;
        world.days_pass(3);
        let (_, theirs) = made(&twin, draft(&[KeyScope::ReadFigures])).await;
        assert_eq!(late(&theirs).await.unwrap(), 1);
        assert_eq!(late(&world.with_key(&secret.parse().unwrap())).await.unwrap(), 0);
        drop(twin);
    }

    async fn only_the_administrator_makes_keys_and_the_inspector_sees_them(world: &World) {
        let (issued, system) = made(world, draft(KeyScope::ALL)).await;
        let key = issued.key.id;
        let inspector = world.inspector().await;
        assert_eq!(inspector.call::<ReadKey>(key, Nothing).await.unwrap().reply, issued.key);
        let listed = inspector.query::<ListKeys>((), KeysQuery::default()).await.unwrap().reply;
        assert_eq!(listed.items, std::slice::from_ref(&issued.key));
        for client in [inspector, world.office().await, world.leader().await, system] {
            let made = client.call::<PutKey>(id(), draft(&[KeyScope::ReadFigures])).await.unwrap_err();
            let turned = client.call::<RotateKey>((key, id()), rotation(None)).await.unwrap_err();
            let ended = client.call::<RevokeKey>(key, Nothing).await.unwrap_err();
            assert_eq!((made.status(), turned.status(), ended.status()), (403, 403, 403));
        }
        for client in [world.office().await, world.leader().await] {
            assert_eq!(client.call::<ReadKey>(key, Nothing).await.unwrap_err().status(), 403);
        }
        assert_eq!(world.admin().await.call::<ReadKey>(id(), Nothing).await.unwrap_err().status(), 404);
    }

    async fn who_stands_in_the_record_for_a_key_is_no_person(world: &World) {
        let admin = world.admin().await;
        let (issued, _) = made(world, draft(&[KeyScope::ReadFigures])).await;
        let person = issued.key.id.cast();
        let people = admin.query::<ListPeople>((), PeopleQuery::default()).await.unwrap().reply;
        assert!(people.items.iter().all(|one| one.id != person));
        assert_eq!(admin.call::<ReadPerson>(person, Nothing).await.unwrap_err().status(), 404);
        let phone = PersonPatch { version: Some(1.try_into().unwrap()), ..PersonPatch::example() };
        assert_eq!(admin.call::<PatchPerson>(person, phone).await.unwrap_err().status(), 404);
        assert_eq!(admin.call::<CreateActivation>((person, id()), Nothing).await.unwrap_err().status(), 404);
        let taken = PersonDraft { roles: vec![], ..PersonDraft::example() };
        assert_eq!(admin.call::<PutPerson>(person, taken).await.unwrap_err().code(), Code::Conflict);
        let me = world.me(&admin).await;
        let failed = admin.call::<PutKey>(me.cast(), draft(&[KeyScope::ReadFigures])).await.unwrap_err();
        assert_eq!(failed.code(), Code::Conflict);
    }

    async fn when_a_key_was_last_used_is_written_down_afterwards(world: &World) {
        let (issued, system) = made(world, draft(&[KeyScope::ReadFigures])).await;
        assert_eq!(issued.key.last_used_at, None);
        world.clock.advance(TimeDelta::minutes(20));
        late(&system).await.unwrap();
        let used = world.now();
        world.clock.advance(TimeDelta::seconds(30));
        tend(&world.running.state).await.unwrap();
        assert_eq!(read(world, issued.key.id).await.last_used_at, Some(used));
        // A key that does not reach what it asks for was used; one that does not work was not.
        world.admin().await.call::<RevokeKey>(issued.key.id, Nothing).await.unwrap();
        refused(&system).await;
        tend(&world.running.state).await.unwrap();
        assert_eq!(read(world, issued.key.id).await.last_used_at, Some(used));
    }

    async fn a_limit_that_limits_nothing_is_refused(world: &World) {
        let admin = world.admin().await;
        let unit = world.village("Thôn Đồng Sim").await;
        let refused = async |draft: KeyDraft| {
            let failed = admin.call::<PutKey>(id(), draft).await.unwrap_err();
            let field = &failed.problem().unwrap().fields[0];
            (field.pointer.to_string(), field.code)
        };
        let figures = [KeyScope::ReadFigures];
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(refused(draft(&[])).await, at("/scopes", FieldCode::Required));
        let twice = [KeyScope::ReadFigures, KeyScope::ReadFigures];
        assert_eq!(refused(draft(&twice)).await, at("/scopes/1", FieldCode::Duplicate));
        assert_eq!(refused(limited(&[], &figures)).await, at("/units", FieldCode::Required));
        assert_eq!(refused(limited(&[id()], &figures)).await, at("/units/0", FieldCode::NotKnown));
        assert_eq!(refused(limited(&[unit, unit], &figures)).await, at("/units/1", FieldCode::Duplicate));
        let whole = [KeyScope::ReadFigures, KeyScope::ChangeDirectives];
        assert_eq!(refused(limited(&[unit], &whole)).await, at("/scopes/1", FieldCode::NotAllowedHere));
        let nowhere = KeyDraft { addresses: Some(vec![]), ..draft(&figures) };
        assert_eq!(refused(nowhere).await, at("/addresses", FieldCode::Required));
        let odd = KeyDraft { addresses: Some(vec!["300.1.1.1".parse().unwrap()]), ..draft(&figures) };
        assert_eq!(refused(odd).await, at("/addresses/0", FieldCode::BadValue));
        assert!(openapi::keys::KeyDays::try_from(367).is_err());
        // The order in which they are said makes no other key.
        let key = id();
        let scopes = [KeyScope::ReadFeed, KeyScope::ReadFigures];
        let first = admin.call::<PutKey>(key, draft(&scopes)).await.unwrap();
        let turned = KeyDraft { name: name("Cổng dữ liệu của tỉnh"), ..draft(&[scopes[1], scopes[0]]) };
        assert_eq!(admin.call::<PutKey>(key, turned).await.unwrap().reply, first.reply);
    }
}
