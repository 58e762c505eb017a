//! People: entered, changed, anonymised; who oversees which unit.

use api::schema::ledger;
use diesel::{QueryDsl, RunQueryDsl};
use mobile_client::{Client, Failed};
use openapi::{
    access::Role,
    endpoint::Nothing,
    people::{
        Anonymisation, AnonymisePerson, ListOversights, ListPeople, OversightDraft, OversightPatch,
        OversightsQuery, PatchOversight, PatchPerson, PeopleQuery, Person, PersonDraft, PersonId,
        PersonPatch, PutOversight, PutPerson, ReadOversight, ReadPerson, RoleAt,
    },
    problem::{Code, FieldCode, Language},
    sessions::{Credentials, ListDevices, MePatch, PatchMe, ReadMe, SignIn},
    units::{MergeUnit, UnitId, UnitKind, UnitMerger},
    value::{Change, Limit},
};

use crate::{
    on_both,
    support::{World, id, name, note},
};

/// Somebody with a phone number and no role.
fn villager(called: &str, phone: &str) -> PersonDraft {
    PersonDraft {
        name: name(called),
        phone: Some(phone.parse().unwrap()),
        user_name: None,
        roles: vec![],
        language: None,
    }
}

fn at(role: Role, unit: UnitId) -> RoleAt {
    RoleAt { role, unit }
}

/// Where a refusal points, and why.
fn faults(failed: Failed) -> Vec<(String, FieldCode)> {
    let problem = failed.problem().unwrap();
    assert_eq!(problem.code, Code::Invalid, "{failed}");
    problem.fields.iter().map(|field| (field.pointer.to_string(), field.code)).collect()
}
fn fault(pointer: &str, code: FieldCode) -> Vec<(String, FieldCode)> {
    vec![(pointer.to_owned(), code)]
}

async fn enter(admin: &Client, draft: PersonDraft) -> Person {
    admin.call::<PutPerson>(id(), draft).await.unwrap().reply
}

/// The administrator of the organisation that `second_organisation` makes.
async fn second_admin(world: &World) -> Client {
    world.second_organisation().await;
    let credentials = Credentials {
        login: "quan.tri".parse().unwrap(),
        password: String::from("mat-khau-thu-nghiem").try_into().unwrap(),
        device_name: name("máy thử"),
        organisation: Some("xa-suoi-mo-2".parse().unwrap()),
        device_proof: None,
    };
    let session = world.stranger().call::<SignIn>((), credentials).await.unwrap().reply;
    world.stranger().with_token(&session.access_token)
}

/// Everything the ledger has ever said of anything.
async fn ledger_says(world: &World) -> String {
    let told = world.running.state.db.read(|tx| {
        let rows: Vec<(Option<String>, Option<String>)> =
            ledger::table.select((ledger::before, ledger::after)).load(tx.conn())?;
        let rows = rows.into_iter().flat_map(|(before, after)| [before, after]);
        Ok(rows.flatten().collect::<Vec<_>>().join("\n"))
    });
    told.await.unwrap()
}

on_both! {
    async fn a_person_is_entered_once_however_often_he_is_sent(world: &World) {
        let admin = world.admin().await;
        let person: PersonId = id();
        let unit = world.village("Thôn Đồng Sim").await;
        let draft = PersonDraft {
            roles: vec![at(Role::Reporter, unit), at(Role::Overseer, unit)],
            ..villager("Bàn Văn Mẫu", "0912345678")
        };
        let first = admin.call::<PutPerson>(person, draft.clone()).await.unwrap();
        let again = admin.call::<PutPerson>(person, draft.clone()).await.unwrap();
        assert_eq!((first.status, again.status), (201, 200));
        assert_eq!(first.reply, again.reply);
        assert_eq!(first.reply.draft.language, Some(Language::Vi));
        assert!(first.reply.active && !first.reply.activated);
        // The same number in another spelling, the same roles in another order: the same content.
        let mut spelled = PersonDraft { phone: Some("+84912345678".parse().unwrap()), ..draft.clone() };
        spelled.roles.reverse();
        assert_eq!(admin.call::<PutPerson>(person, spelled).await.unwrap().status, 200);
        let other = PersonDraft { name: name("Lò Thị Ví Dụ"), ..draft };
        assert_eq!(admin.call::<PutPerson>(person, other).await.unwrap_err().code(), Code::Conflict);
        assert_eq!(admin.call::<ReadPerson>(person, Nothing).await.unwrap().reply, first.reply);
    }

    async fn a_login_is_one_persons_within_an_organisation_and_free_in_another(world: &World) {
        let admin = world.admin().await;
        let first = enter(&admin, villager("Bàn Văn Mẫu", "0912345678")).await;
        let same = villager("Lò Thị Ví Dụ", "+84912345678");
        assert_eq!(admin.call::<PutPerson>(id(), same.clone()).await.unwrap_err().code(), Code::Duplicate);
        let by_name = PersonDraft {
            phone: None,
            user_name: Some("quan.tri".parse().unwrap()),
            ..villager("Lò Thị Ví Dụ", "0912345678")
        };
        assert_eq!(admin.call::<PutPerson>(id(), by_name).await.unwrap_err().code(), Code::Duplicate);
        let second = enter(&admin, villager("Lò Thị Ví Dụ", "0987654321")).await;
        let take = PersonPatch { phone: Change::Set("0912345678".parse().unwrap()), ..PersonPatch::default() };
        let taken = admin.change::<PatchPerson>(second.id, second.version, take).await.unwrap_err();
        assert_eq!(taken.code(), Code::Duplicate);
        // A number that was given up is free.
        let give_up = PersonPatch {
            phone: Change::Clear,
            user_name: Change::Set("ban.van.mau".parse().unwrap()),
            ..PersonPatch::default()
        };
        admin.change::<PatchPerson>(first.id, first.version, give_up).await.unwrap();
        assert_eq!(admin.call::<PutPerson>(id(), same.clone()).await.unwrap().status, 201);
        let elsewhere = second_admin(world).await;
        assert_eq!(elsewhere.call::<PutPerson>(id(), same).await.unwrap().status, 201);
    }

    async fn a_person_needs_a_phone_number_or_a_user_name(world: &World) {
        let admin = world.admin().await;
        let nothing = PersonDraft { phone: None, ..villager("Bàn Văn Mẫu", "0912345678") };
        let refused = admin.call::<PutPerson>(id(), nothing).await.unwrap_err();
        assert_eq!(faults(refused), fault("/phone", FieldCode::Required));
        let person = enter(&admin, villager("Bàn Văn Mẫu", "0912345678")).await;
        let clear = PersonPatch { phone: Change::Clear, ..PersonPatch::default() };
        let refused = admin.change::<PatchPerson>(person.id, person.version, clear).await.unwrap_err();
        assert_eq!(faults(refused), fault("/phone", FieldCode::Required));
    }

    async fn roles_are_held_at_units_that_exist_and_each_once(world: &World) {
        let admin = world.admin().await;
        let village = world.village("Thôn Đồng Sim").await;
        let merged = world.village("Thôn Bản Cuôn").await;
        let merger = UnitMerger { into: village, on: world.today(), reason: note("Sáp nhập.") };
        let version = openapi::value::Version::FIRST;
        admin.change::<MergeUnit>(merged, version, merger).await.unwrap();
        let with = |roles| PersonDraft { roles, ..villager("Bàn Văn Mẫu", "0912345678") };
        let try_roles = async |roles| faults(admin.call::<PutPerson>(id(), with(roles)).await.unwrap_err());

        let unknown = try_roles(vec![at(Role::Reporter, village), at(Role::Reporter, id())]).await;
        assert_eq!(unknown, fault("/roles/1/unit", FieldCode::NotKnown));
        let gone = try_roles(vec![at(Role::Reporter, merged)]).await;
        assert_eq!(gone, fault("/roles/0/unit", FieldCode::NotAllowedHere));
        let twice = try_roles(vec![at(Role::Reporter, village), at(Role::Reporter, village)]).await;
        assert_eq!(twice, fault("/roles/1", FieldCode::Duplicate));
        // Whoever signs in with a password is not another system.
        let system = try_roles(vec![at(Role::Integration, village)]).await;
        assert_eq!(system, fault("/roles/0/role", FieldCode::NotAllowedHere));
        let many = try_roles(vec![at(Role::Reporter, village); 51]).await;
        assert_eq!(many, fault("/roles", FieldCode::TooMany));

        // The unit of another organisation is no unit.
        let elsewhere = second_admin(world).await;
        let refused = elsewhere.call::<PutPerson>(id(), with(vec![at(Role::Reporter, village)])).await;
        assert_eq!(faults(refused.unwrap_err()), fault("/roles/0/unit", FieldCode::NotKnown));
    }

    async fn of_two_editors_of_a_person_one_wins_and_the_other_is_told(world: &World) {
        let admin = world.admin().await;
        let person = enter(&admin, villager("Bàn Văn Mẫu", "0912345678")).await;
        let rename = |to: &str| PersonPatch { name: Some(name(to)), ..PersonPatch::default() };
        let unversioned = admin.call::<PatchPerson>(person.id, rename("Một")).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        let changed = admin.change::<PatchPerson>(person.id, person.version, rename("Một")).await.unwrap().reply;
        assert_eq!((changed.draft.name.clone(), changed.version), (name("Một"), person.version.next()));
        let late = admin.change::<PatchPerson>(person.id, person.version, rename("Hai")).await.unwrap_err();
        assert_eq!(late.status(), 412);
        // Nothing changed is no change.
        let same = admin.change::<PatchPerson>(person.id, changed.version, rename("Một")).await.unwrap().reply;
        assert_eq!(same, changed);
        // The language is his own business: the draft sent again does not take it back.
        let person: PersonId = id();
        let draft = PersonDraft { language: None, ..villager("Lò Thị Ví Dụ", "0987654321") };
        admin.call::<PutPerson>(person, draft.clone()).await.unwrap();
        assert_eq!(admin.call::<PutPerson>(person, draft).await.unwrap().status, 200);
    }

    async fn people_are_found_by_name_unit_and_role_page_by_page(world: &World) {
        let admin = world.admin().await;
        let (one, two) = (world.village("Thôn Một").await, world.village("Thôn Hai").await);
        for number in 0..7 {
            let unit = if number % 2 == 0 { one } else { two };
            let role = if number < 4 { Role::Reporter } else { Role::Overseer };
            let draft = villager(&format!("Bàn Văn Số {number}"), &format!("091234567{number}"));
            enter(&admin, PersonDraft { roles: vec![at(role, unit)], ..draft }).await;
        }
        let names = async |query: PeopleQuery| -> Vec<String> {
            let found = admin.query::<ListPeople>((), query).await.unwrap().reply;
            found.items.iter().map(|person| person.draft.name.to_string()).collect()
        };
        let named = |q: &str| PeopleQuery { q: Some(q.parse().unwrap()), ..PeopleQuery::default() };
        assert_eq!(names(named("ban van SO 3")).await, ["Bàn Văn Số 3"]);
        assert_eq!(names(named("%")).await, [""; 0]);
        let at_one = PeopleQuery { unit: Some(one), ..PeopleQuery::default() };
        assert_eq!(names(at_one.clone()).await.len(), 4);
        let overseers = PeopleQuery { role: Some(Role::Overseer), ..PeopleQuery::default() };
        assert_eq!(names(overseers).await.len(), 3);
        let both = PeopleQuery { role: Some(Role::Overseer), ..at_one };
        assert_eq!(names(both).await, ["Bàn Văn Số 4", "Bàn Văn Số 6"]);

        let mut seen = vec![];
        let mut query = PeopleQuery { limit: Some(Limit::try_from(3).unwrap()), ..named("ban van") };
        loop {
            let page = admin.query::<ListPeople>((), query.clone()).await.unwrap().reply;
            assert!(page.items.len() <= 3);
            seen.extend(page.items.iter().map(|person| person.draft.name.to_string()));
            // Somebody entered meanwhile does not make anybody appear twice or not at all.
            enter(&admin, villager("An Thị Đầu", &format!("09{:08}", seen.len()))).await;
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        assert_eq!(seen, (0..7).map(|number| format!("Bàn Văn Số {number}")).collect::<Vec<_>>());
    }

    async fn a_new_role_counts_from_the_next_request_on(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        assert_eq!(head.query::<ListPeople>((), PeopleQuery::default()).await.unwrap_err().status(), 403);
        let admin = world.admin().await;
        let person = admin.call::<ReadPerson>(world.me(&head).await, Nothing).await.unwrap().reply;
        let unit = person.draft.roles[0].unit;
        let roles = Some(vec![at(Role::Reporter, unit), at(Role::Office, unit)]);
        let patch = PersonPatch { roles, ..PersonPatch::default() };
        let person = admin.change::<PatchPerson>(person.id, person.version, patch).await.unwrap().reply;
        head.query::<ListPeople>((), PeopleQuery::default()).await.unwrap();
        let patch = PersonPatch { roles: Some(vec![]), ..PersonPatch::default() };
        admin.change::<PatchPerson>(person.id, person.version, patch).await.unwrap();
        assert_eq!(head.query::<ListPeople>((), PeopleQuery::default()).await.unwrap_err().status(), 403);
        assert!(head.call::<ReadMe>((), Nothing).await.unwrap().reply.roles.is_empty());
    }

    async fn whoever_is_deactivated_is_signed_out_at_once_and_cannot_come_back(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let admin = world.admin().await;
        let person = admin.call::<ReadPerson>(world.me(&head).await, Nothing).await.unwrap().reply;
        let active = |active| PersonPatch { active: Some(active), ..PersonPatch::default() };
        let person = admin.change::<PatchPerson>(person.id, person.version, active(false)).await.unwrap().reply;
        assert!(!person.active);
        assert_eq!(head.call::<ReadMe>((), Nothing).await.unwrap_err().code(), Code::SessionEnded);
        let credentials = Credentials {
            login: "thon.dong.sim".parse().unwrap(),
            password: String::from("mat-khau-thu-nghiem").try_into().unwrap(),
            device_name: name("máy thử"),
            organisation: None,
            device_proof: None,
        };
        let refused = world.stranger().call::<SignIn>((), credentials.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Code::WrongCredentials);
        // Let in again, he signs in again; the old sessions stay ended.
        admin.change::<PatchPerson>(person.id, person.version, active(true)).await.unwrap();
        let session = world.stranger().call::<SignIn>((), credentials).await.unwrap().reply;
        let client = world.stranger().with_token(&session.access_token);
        assert_eq!(client.call::<ListDevices>((), Nothing).await.unwrap().reply.items.len(), 1);
        assert_eq!(head.call::<ReadMe>((), Nothing).await.unwrap_err().code(), Code::SessionEnded);
    }

    async fn the_last_administrator_who_can_sign_in_stays(world: &World) {
        let admin = world.admin().await;
        let me = admin.call::<ReadPerson>(world.me(&admin).await, Nothing).await.unwrap().reply;
        let unit = me.draft.roles[0].unit;
        let leaving = [
            PersonPatch { active: Some(false), ..PersonPatch::default() },
            PersonPatch { roles: Some(vec![at(Role::Office, unit)]), ..PersonPatch::default() },
        ];
        let gone = Anonymisation { reason: note("Thôi nhiệm vụ.") };
        let stays = async || {
            for patch in leaving.clone() {
                let refused = admin.change::<PatchPerson>(me.id, me.version, patch).await.unwrap_err();
                assert_eq!(refused.code(), Code::WrongState);
            }
            let refused = admin.call::<AnonymisePerson>(me.id, gone.clone()).await.unwrap_err();
            assert_eq!(refused.code(), Code::WrongState);
        };
        stays().await;
        // One who has never set a password could let nobody in.
        let draft = PersonDraft { roles: vec![at(Role::Admin, unit)], ..villager("Lò Thị Ví Dụ", "0987654321") };
        let second = enter(&admin, draft).await;
        stays().await;
        admin.change::<PatchPerson>(second.id, second.version, leaving[0].clone()).await.unwrap();
        stays().await;
        world.somebody("quan.tri.hai", Role::Admin, "Văn phòng Đảng ủy", UnitKind::VanPhong).await;
        admin.change::<PatchPerson>(me.id, me.version, leaving[1].clone()).await.unwrap();
    }

    async fn two_administrators_cannot_both_leave_at_once(world: &World) {
        let first = world.admin().await;
        let second = world.somebody("quan.tri.hai", Role::Admin, "Văn phòng Đảng ủy", UnitKind::VanPhong).await;
        let (one, two) = (world.me(&first).await, world.me(&second).await);
        let leave = PersonPatch { active: Some(false), ..PersonPatch::default() };
        let version = openapi::value::Version::FIRST;
        let (one, two) = tokio::join!(
            first.change::<PatchPerson>(one, version, leave.clone()),
            second.change::<PatchPerson>(two, version, leave.clone()),
        );
        let refused: Vec<Code> = [one, two].into_iter().filter_map(|left| Some(left.err()?.code())).collect();
        assert_eq!(refused, [Code::WrongState]);
    }

    async fn of_two_people_entered_at_once_with_one_number_one_is_taken(world: &World) {
        let admin = world.admin().await;
        let sends = (0..6).map(|number| {
            admin.call::<PutPerson>(id(), villager(&format!("Bàn Văn {number}"), "0912345678"))
        });
        let answers = futures_util::future::join_all(sends).await;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(taken, 1);
        assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|e| e.code() == Code::Duplicate));
    }

    async fn whoever_is_anonymised_leaves_what_he_did_and_nothing_of_himself(world: &World) {
        let admin = world.admin().await;
        let unit = world.village("Thôn Đồng Sim").await;
        let draft = PersonDraft {
            user_name: Some("truong.thon".parse().unwrap()),
            roles: vec![at(Role::Reporter, unit)],
            ..villager("Bàn Văn Mẫu", "0912345678")
        };
        let person = enter(&admin, draft).await;
        let rename = PersonPatch { name: Some(name("Bàn Văn Mẫu Mực")), ..PersonPatch::default() };
        admin.change::<PatchPerson>(person.id, person.version, rename).await.unwrap();
        let why = Anonymisation { reason: note("Theo yêu cầu của đương sự.") };
        let gone = admin.call::<AnonymisePerson>(person.id, why.clone()).await.unwrap().reply;
        assert!(!gone.active && !gone.activated && gone.anonymised_at.is_some());
        assert_eq!((gone.draft.phone.clone(), gone.draft.user_name.clone()), (None, None));
        assert!(gone.draft.roles.is_empty() && gone.draft.name != name("Bàn Văn Mẫu Mực"));
        assert_eq!(admin.call::<AnonymisePerson>(person.id, why).await.unwrap().reply, gone);
        assert_eq!(admin.call::<ReadPerson>(person.id, Nothing).await.unwrap().reply, gone);

        let told = ledger_says(world).await;
        for secret in ["Bàn Văn", "0912345678", "truong.thon"] {
            assert!(!told.contains(secret), "the ledger tells {secret}");
        }
        let back = PersonPatch { active: Some(true), ..PersonPatch::default() };
        let refused = admin.change::<PatchPerson>(person.id, gone.version, back).await.unwrap_err();
        assert_eq!(refused.code(), Code::WrongState);
        let absent = Anonymisation { reason: note("Không có.") };
        assert_eq!(admin.call::<AnonymisePerson>(id(), absent).await.unwrap_err().status(), 404);
    }

    async fn people_are_entered_by_the_administrator_and_read_by_those_who_see_everything(world: &World) {
        let person: PersonId = id();
        let draft = villager("Bàn Văn Mẫu", "0912345678");
        for client in [world.office().await, world.leader().await, world.inspector().await] {
            client.query::<ListPeople>((), PeopleQuery::default()).await.unwrap();
            let refused = client.call::<PutPerson>(person, draft.clone()).await.unwrap_err();
            assert_eq!(refused.code(), Code::NotAllowed);
        }
        let head = world.head_of("Thôn Đồng Sim").await;
        assert_eq!(head.call::<ReadPerson>(person, Nothing).await.unwrap_err().status(), 403);
        let stranger = world.stranger();
        assert_eq!(stranger.call::<ReadPerson>(person, Nothing).await.unwrap_err().status(), 401);

        world.admin().await.call::<PutPerson>(person, draft.clone()).await.unwrap();
        // Another organisation sees nothing of him, and may use his id for somebody of its own.
        let elsewhere = second_admin(world).await;
        assert_eq!(elsewhere.call::<ReadPerson>(person, Nothing).await.unwrap_err().status(), 404);
        let patch = PersonPatch { active: Some(false), ..PersonPatch::default() };
        let version = openapi::value::Version::FIRST;
        assert_eq!(elsewhere.change::<PatchPerson>(person, version, patch).await.unwrap_err().status(), 404);
        assert_eq!(elsewhere.call::<PutPerson>(person, draft).await.unwrap().status, 201);
    }

    async fn everybody_chooses_the_language_he_reads(world: &World) {
        let head = world.head_of("Thôn Đồng Sim").await;
        let me = head.call::<ReadMe>((), Nothing).await.unwrap().reply;
        let english = MePatch { language: Some(Language::En), version: None };
        assert_eq!(head.call::<PatchMe>((), english.clone()).await.unwrap_err().status(), 428);
        let changed = head.change::<PatchMe>((), me.version, english.clone()).await.unwrap().reply;
        assert_eq!((changed.language, changed.version), (Language::En, me.version.next()));
        assert_eq!(head.change::<PatchMe>((), me.version, english).await.unwrap_err().status(), 412);
    }

    async fn an_overseer_has_a_unit_in_his_charge_from_the_first_day_to_the_last(world: &World) {
        let overseer = world.overseer_of(&[]).await;
        let person = world.me(&overseer).await;
        let unit = world.village("Thôn Đồng Sim").await;
        let admin = world.admin().await;
        let draft = OversightDraft { person, unit, from: world.day(2), to: Some(world.day(3)) };
        admin.call::<PutOversight>(id(), draft).await.unwrap();
        let mut seen = vec![];
        for _ in 0..5 {
            let overseer = world.overseer_of(&[]).await;
            let me = overseer.call::<ReadMe>((), Nothing).await.unwrap().reply;
            seen.push(me.oversees.iter().any(|brief| brief.id == unit));
            world.days_pass(1);
        }
        assert_eq!(seen, [false, false, true, true, false]);
    }

    async fn a_charge_counts_for_nothing_without_the_role(world: &World) {
        let overseer = world.overseer_of(&["Thôn Đồng Sim"]).await;
        let me = overseer.call::<ReadMe>((), Nothing).await.unwrap().reply;
        assert_eq!(me.oversees.len(), 1);
        let admin = world.admin().await;
        let patch = PersonPatch { roles: Some(vec![]), ..PersonPatch::default() };
        admin.change::<PatchPerson>(me.id, me.version, patch).await.unwrap();
        assert!(overseer.call::<ReadMe>((), Nothing).await.unwrap().reply.oversees.is_empty());
    }

    async fn an_oversight_names_an_overseer_a_unit_and_days_in_order(world: &World) {
        let overseer = world.overseer_of(&[]).await;
        let person = world.me(&overseer).await;
        let head = world.me(&world.head_of("Thôn Một").await).await;
        let unit = world.village("Thôn Đồng Sim").await;
        let admin = world.admin().await;
        let good = OversightDraft { person, unit, from: world.today(), to: None };
        let refused = async |draft| faults(admin.call::<PutOversight>(id(), draft).await.unwrap_err());
        let unknown = refused(OversightDraft { person: id(), unit: id(), ..good.clone() }).await;
        let expected =
            [("/person".to_owned(), FieldCode::NotKnown), ("/unit".to_owned(), FieldCode::NotKnown)];
        assert_eq!(unknown, expected);
        let no_overseer = refused(OversightDraft { person: head, ..good.clone() }).await;
        assert_eq!(no_overseer, fault("/person", FieldCode::NotAllowedHere));
        let reversed = refused(OversightDraft { to: Some(world.day(-1)), ..good.clone() }).await;
        assert_eq!(reversed, fault("/to", FieldCode::BadValue));

        let oversight = id();
        let first = admin.call::<PutOversight>(oversight, good.clone()).await.unwrap();
        let again = admin.call::<PutOversight>(oversight, good.clone()).await.unwrap();
        assert_eq!((first.status, again.status, &first.reply), (201, 200, &again.reply));
        let other = OversightDraft { from: world.day(1), ..good };
        assert_eq!(admin.call::<PutOversight>(oversight, other).await.unwrap_err().code(), Code::Conflict);

        let end = |day| OversightPatch { to: Change::Set(day), ..OversightPatch::default() };
        let unversioned = admin.call::<PatchOversight>(oversight, end(world.day(9))).await.unwrap_err();
        assert_eq!(unversioned.status(), 428);
        let version = first.reply.version;
        let reversed = admin.change::<PatchOversight>(oversight, version, end(world.day(-1))).await;
        assert_eq!(faults(reversed.unwrap_err()), fault("/to", FieldCode::BadValue));
        let ended = admin.change::<PatchOversight>(oversight, version, end(world.day(9))).await.unwrap().reply;
        assert_eq!((ended.draft.to, ended.version), (Some(world.day(9)), version.next()));
        let late = admin.change::<PatchOversight>(oversight, version, end(world.day(8))).await.unwrap_err();
        assert_eq!(late.status(), 412);
        assert_eq!(admin.call::<ReadOversight>(oversight, Nothing).await.unwrap().reply, ended);

        let office = world.office().await;
        assert_eq!(office.call::<ReadOversight>(oversight, Nothing).await.unwrap().reply, ended);
        assert_eq!(office.call::<PutOversight>(id(), ended.draft).await.unwrap_err().status(), 403);
        assert_eq!(overseer.call::<ReadOversight>(oversight, Nothing).await.unwrap_err().status(), 403);
        let elsewhere = second_admin(world).await;
        assert_eq!(elsewhere.call::<ReadOversight>(oversight, Nothing).await.unwrap_err().status(), 404);
    }

    async fn oversights_are_listed_by_person_unit_and_day(world: &World) {
        let overseer = world.overseer_of(&["Thôn Một", "Thôn Hai"]).await;
        let person = world.me(&overseer).await;
        let (one, three) = (world.village("Thôn Một").await, world.village("Thôn Ba").await);
        let admin = world.admin().await;
        let later = OversightDraft { person, unit: three, from: world.day(5), to: Some(world.day(6)) };
        admin.call::<PutOversight>(id(), later).await.unwrap();
        let count = async |query: OversightsQuery| {
            admin.query::<ListOversights>((), query).await.unwrap().reply.items.len()
        };
        let query = OversightsQuery::default;
        assert_eq!(count(query()).await, 3);
        assert_eq!(count(OversightsQuery { person: Some(person), ..query() }).await, 3);
        assert_eq!(count(OversightsQuery { person: Some(id()), ..query() }).await, 0);
        assert_eq!(count(OversightsQuery { unit: Some(one), ..query() }).await, 1);
        let on = |day| OversightsQuery { on: Some(day), ..query() };
        assert_eq!(count(on(world.today())).await, 2);
        assert_eq!(count(on(world.day(5))).await, 3);
        assert_eq!(count(on(world.day(7))).await, 2);
        let mut small = OversightsQuery { limit: Some(Limit::try_from(2).unwrap()), ..query() };
        let first = admin.query::<ListOversights>((), small.clone()).await.unwrap().reply;
        small.cursor = first.next.clone();
        let second = admin.query::<ListOversights>((), small).await.unwrap().reply;
        assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
    }
}
