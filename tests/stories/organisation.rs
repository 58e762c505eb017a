//! The organisation's settings.

use openapi::{
    endpoint::Nothing,
    organisation::{PatchSettings, ReadSettings, SettingsPatch},
    people::{OversightDraft, PutOversight},
    problem::FieldCode,
    sessions::ReadMe,
};

use crate::{
    on_both,
    support::{World, id, name},
};

on_both! {
    async fn settings_are_changed_by_the_administrator_from_the_version_he_saw(world: &World) {
        let admin = world.admin().await;
        let before = admin.call::<ReadSettings>((), Nothing).await.unwrap().reply;
        assert_eq!((before.time_zone.as_str(), before.due_soon_days.get()), ("Asia/Ho_Chi_Minh", 3));
        let patch = SettingsPatch {
            name: Some(name("Đảng bộ phường Suối Mơ")),
            due_soon_days: Some(5.try_into().unwrap()),
            ..SettingsPatch::default()
        };
        let unversioned = admin.call::<PatchSettings>((), patch.clone()).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        let after = admin.change::<PatchSettings>((), before.version, patch.clone()).await.unwrap().reply;
        assert_eq!(after.organisation.name, name("Đảng bộ phường Suối Mơ"));
        assert_eq!((after.due_soon_days.get(), after.version), (5, before.version.next()));
        let late = admin.change::<PatchSettings>((), before.version, patch.clone()).await.unwrap_err();
        assert_eq!(late.status(), 412);
        let same = admin.change::<PatchSettings>((), after.version, patch.clone()).await.unwrap().reply;
        assert_eq!(same, after);

        // Everybody sees them, at once; nobody else changes them.
        for client in [world.office().await, world.head_of("Thôn Đồng Sim").await, world.inspector().await] {
            assert_eq!(client.call::<ReadSettings>((), Nothing).await.unwrap().reply, after);
            let me = client.call::<ReadMe>((), Nothing).await.unwrap().reply;
            assert_eq!(me.organisation, after.organisation);
            let refused = client.change::<PatchSettings>((), after.version, patch.clone()).await.unwrap_err();
            assert_eq!(refused.status(), 403);
        }
        assert_eq!(world.stranger().call::<ReadSettings>((), Nothing).await.unwrap_err().status(), 401);
    }

    async fn a_time_zone_must_exist_and_moves_midnight_at_once(world: &World) {
        let admin = world.admin().await;
        let before = admin.call::<ReadSettings>((), Nothing).await.unwrap().reply;
        let zone = |zone: &str| SettingsPatch { time_zone: Some(zone.parse().unwrap()), ..SettingsPatch::default() };
        for unknown in ["Asia/Suoi_Mo", "asia/ho_chi_minh", "Mars"] {
            let refused = admin.change::<PatchSettings>((), before.version, zone(unknown)).await.unwrap_err();
            let field = &refused.problem().unwrap().fields[0];
            assert_eq!((field.pointer.as_str(), field.code), ("/time_zone", FieldCode::NotKnown));
        }
        let overseer = world.overseer_of(&[]).await;
        let (person, unit) = (world.me(&overseer).await, world.village("Thôn Đồng Sim").await);
        let from_today = OversightDraft { person, unit, from: world.today(), to: None };
        admin.call::<PutOversight>(id(), from_today).await.unwrap();
        let oversees = async || overseer.call::<ReadMe>((), Nothing).await.unwrap().reply.oversees.len();
        assert_eq!(oversees().await, 1);
        // Eight in the morning in Hà Nội is still yesterday in Honolulu.
        admin.change::<PatchSettings>((), before.version, zone("Pacific/Honolulu")).await.unwrap();
        assert_eq!(oversees().await, 0);
    }
}
