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

    async fn a_tag_weakened_on_the_way_leaves_the_version_in_the_body(world: &World) {
        let (admin, unit) = (world.admin().await, world.village("Thôn Một").await);
        let at = format!("{}/v1/units/{unit}", admin.base());
        let patch = async |tag: &str, body: &str| {
            let request = reqwest::Client::new().patch(&at).bearer_auth(admin.token().unwrap());
            let request = request.header("if-match", tag.to_owned()).header("content-type", "application/json");
            request.body(body.to_owned()).send().await.unwrap().status().as_u16()
        };
        assert_eq!(patch("W/\"1\"", "{\"name\":\"Thôn Mới\",\"version\":1}").await, 200);
        assert_eq!(patch("W/\"2\"", "{\"name\":\"Thôn Cũ\",\"version\":1}").await, 412, "somebody was faster");
        assert_eq!(patch("W/\"2\"", "{\"name\":\"Thôn Cũ\"}").await, 412, "a weak tag alone names no version");
        assert_eq!(patch("\"2\"", "{\"name\":\"Thôn Cũ\"}").await, 200);
        assert_eq!(patch("mười", "{\"name\":\"Thôn Cũ\"}").await, 400);
    }

    async fn what_can_be_got_can_be_asked_about(world: &World) {
        let (admin, unit) = (world.admin().await, world.village("Thôn Một").await);
        for path in [format!("/v1/units/{unit}"), "/v1/units".to_owned(), "/v1/me".to_owned(), "/healthz".to_owned(), "/openapi.json".to_owned()] {
            let ask = |method: reqwest::Method| {
                let at = format!("{}{path}", admin.base());
                reqwest::Client::new().request(method, at).bearer_auth(admin.token().unwrap()).send()
            };
            let (got, head) = (ask(reqwest::Method::GET).await.unwrap(), ask(reqwest::Method::HEAD).await.unwrap());
            assert_eq!((head.status(), head.headers().get("etag")), (got.status(), got.headers().get("etag")), "{path}");
            assert_eq!(head.headers().get("content-type"), got.headers().get("content-type"), "{path}");
            assert!(head.text().await.unwrap().is_empty() && !got.text().await.unwrap().is_empty(), "{path}");
        }
        let at = format!("{}/v1/units/{}", admin.base(), id::<()>());
        let absent = reqwest::Client::new().head(&at).bearer_auth(admin.token().unwrap()).send().await.unwrap();
        assert_eq!(absent.status().as_u16(), 404);
        let stranger = reqwest::Client::new().head(&at).send().await.unwrap();
        assert_eq!(stranger.status().as_u16(), 401);
        let wrong = reqwest::Client::new().delete(&at).bearer_auth(admin.token().unwrap()).send().await.unwrap();
        let allow = wrong.headers().get("allow").unwrap().to_str().unwrap();
        assert!(wrong.status().as_u16() == 405 && allow.contains("HEAD") && allow.contains("GET"), "{allow}");
    }

    async fn every_wrong_field_is_named_at_once(world: &World) {
        let admin = world.admin().await;
        let at = format!("{}/v1/units/{}", admin.base(), id::<()>());
        let body = r#"{"name":"","kind":"lang","parent":"x","valid_from":"2026-13-01","aliases":[]}"#;
        let request = reqwest::Client::new().put(&at).bearer_auth(admin.token().unwrap());
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 422);
        let problem: serde_json::Value = answer.json().await.unwrap();
        let mut named: Vec<_> = problem["fields"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
        named.sort_unstable();
        assert_eq!(named, ["/kind", "/name", "/parent", "/valid_from"]);
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
