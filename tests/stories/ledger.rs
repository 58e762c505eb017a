//! The audit trail: who did what, and that nobody has changed it since.

use api::{error::Error, ledger::verify, schema};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use openapi::{
    endpoint::Nothing,
    ledger::{AuditEvent, AuditQuery, Deed, ListAuditEvents, Subject},
    tasks::TaskDraft,
    value::Limit,
};

use crate::{
    on_both,
    support::{World, due, note},
};

async fn trail(world: &World, query: AuditQuery) -> Vec<AuditEvent> {
    let inspector = world.inspector().await;
    let mut events = Vec::new();
    let mut cursor = None;
    loop {
        let asked = AuditQuery { cursor, ..query.clone() };
        let page = inspector.query::<ListAuditEvents>((), asked).await.unwrap().reply;
        events.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return events;
        }
    }
}

on_both! {
    async fn everything_done_is_written_down_in_one_chain(world: &World) {
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let events = trail(world, AuditQuery { limit: Some(Limit::try_from(3).unwrap()), ..Default::default() }).await;
        assert!(events.iter().map(|event| event.position).eq(1..=i64::try_from(events.len()).unwrap()));
        assert!(events.windows(2).all(|two| two[1].previous_hash == two[0].hash));
        assert_eq!(events[0].previous_hash.as_str(), "0".repeat(64));
        let given = events.iter().find(|event| event.deed == Deed::Assigned).unwrap();
        assert_eq!((given.subject, given.subject_id), (Subject::Assignment, assignment.cast()));
        assert_eq!(given.by.as_ref().map(|person| person.id), Some(world.me(&world.office().await).await));
        assert_eq!(given.at, world.now());
    }

    async fn the_trail_is_asked_about_a_thing_a_person_or_a_time(world: &World) {
        let assignment = world.give("Thôn Đồng Sim", 5).await;
        let before = world.now();
        world.days_pass(1);
        world.give("Thôn Hai", 5).await;
        let of = trail(world, AuditQuery { subject_id: Some(assignment.cast()), ..Default::default() }).await;
        assert_eq!(of.iter().map(|event| event.deed).collect::<Vec<_>>(), [Deed::Assigned]);
        let given = trail(world, AuditQuery { subject: Some(Subject::Assignment), ..Default::default() }).await;
        assert_eq!(given.len(), 2);
        let office = world.me(&world.office().await).await;
        let by = trail(world, AuditQuery { by: Some(office), subject: Some(Subject::Directive), ..Default::default() }).await;
        assert_eq!(by.iter().map(|event| event.deed).collect::<Vec<_>>(), [Deed::Created, Deed::Issued, Deed::Created, Deed::Issued]);
        let old = AuditQuery { subject: Some(Subject::Assignment), to: Some(before), ..Default::default() };
        assert_eq!(trail(world, old).await.len(), 1);
        let new = AuditQuery { subject: Some(Subject::Assignment), from: Some(world.now()), ..Default::default() };
        assert_eq!(trail(world, new).await.len(), 1);
    }

    async fn only_leaders_and_inspectors_read_the_trail(world: &World) {
        for client in [world.office().await, world.admin().await, world.head_of("Thôn Một").await] {
            assert_eq!(client.call::<ListAuditEvents>((), Nothing).await.unwrap_err().status(), 403);
        }
        for client in [world.leader().await, world.inspector().await] {
            assert_eq!(client.call::<ListAuditEvents>((), Nothing).await.unwrap().status, 200);
        }
        assert_eq!(world.stranger().call::<ListAuditEvents>((), Nothing).await.unwrap_err().status(), 401);
    }

    async fn no_private_note_is_in_the_trail(world: &World) {
        world.issue(|draft| vec![
            TaskDraft { private_note: Some(note("Hộ ông Bàn Văn Mẫu")), due: due(world.day(3)), ..draft },
        ]).await;
        let events = serde_json::to_string(&trail(world, AuditQuery::default()).await).unwrap();
        assert!(!events.contains("Bàn Văn Mẫu"));
    }

    async fn what_was_changed_afterwards_shows(world: &World) {
        for village in ["Thôn Một", "Thôn Hai", "Thôn Ba"] {
            world.give(village, 5).await;
        }
        let (db, tenant) = (world.running.state.db.clone(), world.tenant);
        let last = i64::try_from(trail(world, AuditQuery::default()).await.len()).unwrap();
        let found = verify(&db, tenant).await.unwrap();
        assert_eq!((found.entries, found.broken), (last, None));

        use schema::{ledger, ledger_heads};
        let at = last - 3;
        let set = async |words: Option<String>| {
            let changed = db.write(move |tx| {
                diesel::update(ledger::table.filter(ledger::position.eq(at)))
                    .set(ledger::after.eq(words.as_deref()))
                    .execute(tx.conn())
                    .map_err(Error::from)
            });
            assert_eq!(changed.await.unwrap(), 1);
        };
        let read = db.read(move |tx| {
            let of = ledger::table.filter(ledger::position.eq(at)).select(ledger::after);
            of.first::<Option<String>>(tx.conn()).map_err(Error::from)
        });
        let before = read.await.unwrap();
        set(Some("{}".to_owned())).await;
        assert_eq!(verify(&db, tenant).await.unwrap().broken.map(|(place, _)| place), Some(at));
        set(before).await;
        assert_eq!(verify(&db, tenant).await.unwrap().broken, None);

        let head = async |to: i64| {
            db.write(move |tx| {
                diesel::update(ledger_heads::table.filter(ledger_heads::organisation.eq(tenant)))
                    .set(ledger_heads::position.eq(to))
                    .execute(tx.conn())
                    .map_err(Error::from)
            }).await.unwrap()
        };
        head(last - 1).await;
        assert!(verify(&db, tenant).await.unwrap().broken.is_some(), "the chain was cut short");
        head(last).await;

        let removed = db.write(move |tx| {
            diesel::delete(ledger::table.filter(ledger::position.eq(at))).execute(tx.conn()).map_err(Error::from)
        });
        assert_eq!(removed.await.unwrap(), 1);
        assert_eq!(verify(&db, tenant).await.unwrap().broken.map(|(place, _)| place), Some(at));

        let headless = db.write(move |tx| {
            diesel::delete(ledger_heads::table.filter(ledger_heads::organisation.eq(tenant)))
                .execute(tx.conn())
                .map_err(Error::from)
        });
        headless.await.unwrap();
        assert!(verify(&db, tenant).await.unwrap().broken.is_some(), "a chain without an end");
    }
}
