//! Units: entered, changed, listed, merged.

use openapi::{
    endpoint::Nothing,
    units::{ListUnits, PatchUnit, PutUnit, ReadUnit, UnitDraft, UnitKind, UnitPatch, UnitsQuery},
};

use crate::{
    on_both,
    support::{World, id, name},
};

fn village(called: &str) -> UnitDraft {
    UnitDraft {
        kind: UnitKind::Thon,
        name: name(called),
        aliases: vec![],
        parent: None,
        valid_from: None,
        valid_to: None,
    }
}

on_both! {
    async fn a_unit_is_entered_once_however_often_it_is_sent(world: &World) {
        let admin = world.admin().await;
        let unit = id();
        let first = admin.call::<PutUnit>(unit, village("Thôn Đồng Sim")).await.unwrap();
        let again = admin.call::<PutUnit>(unit, village("Thôn Đồng Sim")).await.unwrap();
        assert_eq!((first.status, again.status), (201, 200));
        assert_eq!(first.reply, again.reply);
        let other = admin.call::<PutUnit>(unit, village("Thôn Khác")).await.unwrap_err();
        assert_eq!(other.status(), 409);
    }

    async fn of_two_editors_one_wins_and_the_other_is_told(world: &World) {
        let admin = world.admin().await;
        let unit = id();
        let made = admin.call::<PutUnit>(unit, village("Thôn Đồng Sim")).await.unwrap().reply;
        let rename = |to: &str| UnitPatch { name: Some(name(to)), ..UnitPatch::default() };
        let unversioned = admin.call::<PatchUnit>(unit, rename("Thôn Một")).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        admin.change::<PatchUnit>(unit, made.version, rename("Thôn Một")).await.unwrap();
        let late = admin.change::<PatchUnit>(unit, made.version, rename("Thôn Hai")).await.unwrap_err();
        assert_eq!(late.status(), 412);
        assert_eq!(admin.call::<ReadUnit>(unit, Nothing).await.unwrap().reply.draft.name, name("Thôn Một"));
    }

    async fn units_are_found_without_marks(world: &World) {
        let admin = world.admin().await;
        admin.call::<PutUnit>(id(), village("Phường Núi")).await.unwrap();
        admin.call::<PutUnit>(id(), village("Thôn Đồng Sim")).await.unwrap();
        let query = UnitsQuery { q: Some("phuong nui".parse().unwrap()), ..UnitsQuery::default() };
        let found = admin.query::<ListUnits>((), query).await.unwrap().reply;
        assert_eq!(found.items.len(), 1);
        assert_eq!(found.items[0].draft.name, name("Phường Núi"));
    }
}
