//! Signing in: links, passwords, tokens, devices, and those who guess.

use std::collections::HashSet;

use api::{
    organisation::{Founding, found},
    schema::ledger,
    sessions::{hash_password, rotate_key, set_password, tend_keys},
};
use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use mobile_client::{Client, Failed};
use openapi::{
    access::Role,
    endpoint::Nothing,
    ledger::Deed,
    people::{PatchPerson, PersonDraft, PersonId, PersonPatch, PutPerson, ReadPerson, RoleAt},
    problem::{Code, FieldCode},
    sessions::{
        Activate, ActivationId, ActivationLink, ActivationRequest, ChangePassword, CreateActivation,
        Credentials, InvitationRequest, ListDevices, Password, PasswordChange, ReadActivationQr,
        ReadInvitation, ReadMe, RefreshRequest, RefreshSession, RevokeDevice, RevokeDevices, Session, SignIn,
        SignOut,
    },
    units::UnitKind,
    value::{Token, Version},
};

use crate::{
    on_both,
    support::{World, id, name},
};

const PHONE: &str = "0912345678";
const RIGHT: &str = "mua-gat-thang-muoi";
const WRONG: &str = "mua-gieo-thang-nam";

fn password(text: &str) -> Password {
    Password::try_from(text.to_owned()).unwrap()
}
fn credentials(login: &str, secret: &str) -> Credentials {
    Credentials {
        login: login.parse().unwrap(),
        password: password(secret),
        device_name: name("Điện thoại của trưởng thôn"),
        organisation: None,
        device_proof: None,
    }
}
async fn sign_in(world: &World, credentials: Credentials) -> Result<Session, Failed> {
    Ok(world.stranger().call::<SignIn>((), credentials).await?.reply)
}
fn client_of(world: &World, session: &Session) -> Client {
    world.stranger().with_token(&session.access_token)
}
/// Whether a session still lets in; without a word it has ended.
async fn lets_in(world: &World, session: &Session) -> bool {
    match client_of(world, session).call::<ReadMe>((), Nothing).await {
        Ok(_) => true,
        Err(failed) => {
            assert_eq!(failed.code(), Code::SessionEnded);
            false
        }
    }
}

/// A village head with a phone number, who has not set a password.
async fn newcomer(world: &World) -> PersonId {
    let draft = PersonDraft {
        name: name("Bàn Văn Mẫu"),
        phone: Some(PHONE.parse().unwrap()),
        user_name: Some("ban.van.mau".parse().unwrap()),
        roles: vec![RoleAt { role: Role::Reporter, unit: world.village("Thôn Đồng Sim").await }],
        language: None,
    };
    let person = id();
    world.admin().await.call::<PutPerson>(person, draft).await.unwrap();
    person
}
async fn link_for(world: &World, person: PersonId) -> ActivationLink {
    let office = world.office().await;
    office.call::<CreateActivation>((person, id()), Nothing).await.unwrap().reply
}
async fn activate(world: &World, link: &ActivationLink, secret: &str) -> Result<Session, Failed> {
    let request = ActivationRequest {
        token: link.token.clone(),
        password: password(secret),
        device_name: name("Điện thoại của trưởng thôn"),
    };
    Ok(world.stranger().call::<Activate>(link.id, request).await?.reply)
}
/// The same, who has set his password through a link.
async fn village_head(world: &World) -> Session {
    let person = newcomer(world).await;
    let link = link_for(world, person).await;
    activate(world, &link, RIGHT).await.unwrap()
}
async fn refresh(world: &World, token: &Token) -> Result<Session, Failed> {
    let request = RefreshRequest { refresh_token: token.clone() };
    Ok(world.stranger().call::<RefreshSession>((), request).await?.reply)
}
/// How often something was done, by the ledger.
async fn deeds(world: &World, deed: Deed) -> usize {
    let count = world.running.state.db.read(move |tx| {
        let rows: Vec<String> =
            ledger::table.filter(ledger::deed.eq(deed)).select(ledger::subject_id).load(tx.conn())?;
        Ok(rows.len())
    });
    count.await.unwrap()
}
/// Tries to sign in from an address; tells the status and how long to wait.
async fn try_from_address(world: &World, address: &str, credentials: &Credentials) -> (u16, Option<i64>) {
    let answer = reqwest::Client::new()
        .post(format!("{}/v1/sessions", world.stranger().base()))
        .header("x-forwarded-for", address)
        .json(credentials)
        .send()
        .await
        .unwrap();
    let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), wait)
}
/// Another organisation whose administrator has the same login and a password.
async fn found_alike(world: &World, slug: &str, secret: &'static str) {
    let founding = Founding {
        name: name("Đảng bộ xã Khác"),
        slug: slug.parse().unwrap(),
        administrator: name("Quản trị"),
        user_name: "quan.tri".parse().unwrap(),
    };
    let hash = hash_password(&password(secret)).unwrap();
    let done = world.running.state.db.write(move |tx| {
        let founded = found(tx, &founding)?;
        set_password(tx, founded.tenant, founded.administrator, &hash)
    });
    done.await.unwrap();
}

on_both! {
    async fn a_person_sets_his_own_password_through_a_link_that_works_once(world: &World) {
        let person = newcomer(world).await;
        let (office, link_id) = (world.office().await, id());
        let made = office.call::<CreateActivation>((person, link_id), Nothing).await.unwrap();
        let again = office.call::<CreateActivation>((person, link_id), Nothing).await.unwrap();
        assert_eq!((made.status, again.status, &made.reply), (201, 200, &again.reply));
        let link = made.reply;
        let (address, secret) = link.link.as_str().split_once('#').unwrap();
        assert_eq!(address, "https://dondoc.example/app/");
        assert_eq!(secret, format!("/kich-hoat/{}/{}", link.id, link.token));
        assert_eq!(link.expires_at, world.now().plus(TimeDelta::hours(24)));

        let ask = InvitationRequest { token: link.token.clone() };
        let stranger = world.stranger();
        let invitation = stranger.call::<ReadInvitation>(link.id, ask.clone()).await.unwrap().reply;
        assert_eq!((invitation.name.as_str(), invitation.login.as_str()), ("Bàn Văn Mẫu", PHONE));
        let invented = InvitationRequest { token: "khong-phai-cua-ai-ca".parse().unwrap() };
        assert_eq!(stranger.call::<ReadInvitation>(link.id, invented).await.unwrap_err().status(), 404);
        assert_eq!(stranger.call::<ReadInvitation>(id(), ask.clone()).await.unwrap_err().status(), 404);

        assert_eq!(sign_in(world, credentials(PHONE, RIGHT)).await.unwrap_err().status(), 401);
        let session = activate(world, &link, RIGHT).await.unwrap();
        assert_eq!(session.person, person);
        assert!(lets_in(world, &session).await);
        assert!(lets_in(world, &sign_in(world, credentials(PHONE, RIGHT)).await.unwrap()).await);

        // Lost answers are given again; another password is not taken.
        assert!(lets_in(world, &activate(world, &link, RIGHT).await.unwrap()).await);
        assert_eq!(activate(world, &link, WRONG).await.unwrap_err().code(), Code::LinkExpired);
        assert_eq!(stranger.call::<ReadInvitation>(link.id, ask).await.unwrap_err().code(), Code::LinkExpired);
        let shown = office.call::<CreateActivation>((person, link_id), Nothing).await.unwrap().reply;
        assert!(shown.used);
        assert_eq!((deeds(world, Deed::Invited).await, deeds(world, Deed::Activated).await), (1, 1));
    }

    async fn a_used_link_cannot_be_guessed_on(world: &World) {
        let person = newcomer(world).await;
        let link = link_for(world, person).await;
        activate(world, &link, RIGHT).await.unwrap();
        for _ in 0..11 {
            assert_eq!(activate(world, &link, WRONG).await.unwrap_err().code(), Code::LinkExpired);
        }
        assert_eq!(activate(world, &link, RIGHT).await.unwrap_err().code(), Code::TooMany);
    }

    async fn a_link_sent_twice_at_once_lets_in_twice(world: &World) {
        let person = newcomer(world).await;
        let link = link_for(world, person).await;
        let (one, two) = tokio::join!(activate(world, &link, RIGHT), activate(world, &link, RIGHT));
        for session in [one.unwrap(), two.unwrap()] {
            assert!(lets_in(world, &session).await);
        }
        assert_eq!(deeds(world, Deed::Activated).await, 1);
    }

    async fn a_link_is_printed_as_a_code(world: &World) {
        let person = newcomer(world).await;
        let link = link_for(world, person).await;
        let office = world.office().await;
        let code = office.call::<ReadActivationQr>((person, link.id), Nothing).await.unwrap().reply.0;
        assert_eq!(code.media, "image/svg+xml");
        let picture = String::from_utf8(code.content).unwrap();
        assert!(picture.contains("<svg") && picture.len() > 1000);
        let other = office.call::<ReadActivationQr>((id(), link.id), Nothing).await.unwrap_err();
        assert_eq!(other.status(), 404);
        let leader = world.leader().await;
        assert_eq!(leader.call::<ReadActivationQr>((person, link.id), Nothing).await.unwrap_err().status(), 403);
        activate(world, &link, RIGHT).await.unwrap();
        let used = office.call::<ReadActivationQr>((person, link.id), Nothing).await.unwrap_err();
        assert_eq!(used.code(), Code::LinkExpired);
    }

    async fn a_link_lasts_a_day_and_until_a_newer_one(world: &World) {
        let person = newcomer(world).await;
        let older = link_for(world, person).await;
        let newer = link_for(world, person).await;
        assert_eq!(activate(world, &older, RIGHT).await.unwrap_err().code(), Code::LinkExpired);
        world.clock.advance(TimeDelta::hours(24));
        assert_eq!(activate(world, &newer, RIGHT).await.unwrap_err().code(), Code::LinkExpired);
        let last = link_for(world, person).await;
        world.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        activate(world, &last, RIGHT).await.unwrap();
    }

    async fn links_are_made_by_the_office_for_people_who_may_sign_in(world: &World) {
        let person = newcomer(world).await;
        let (office, admin) = (world.office().await, world.admin().await);
        let link = link_for(world, person).await;
        let somebody = world.me(&world.head_of("Thôn Một").await).await;
        let taken = office.call::<CreateActivation>((somebody, link.id), Nothing).await.unwrap_err();
        assert_eq!(taken.code(), Code::Conflict);
        let nobody = office.call::<CreateActivation>((id(), id()), Nothing).await.unwrap_err();
        assert_eq!(nobody.status(), 404);
        // Whoever sets somebody's password can act as him: not those who decide on the office's reports.
        let chief = world.me(&admin).await;
        let leader = world.me(&world.leader().await).await;
        for above in [chief, leader] {
            let refused = office.call::<CreateActivation>((above, id()), Nothing).await.unwrap_err();
            assert_eq!(refused.code(), Code::NotAllowed);
        }
        admin.call::<CreateActivation>((chief, id()), Nothing).await.unwrap();
        let head = world.head_of("Thôn Một").await;
        assert_eq!(head.call::<CreateActivation>((person, id()), Nothing).await.unwrap_err().status(), 403);

        let locked = PersonPatch { active: Some(false), ..PersonPatch::default() };
        admin.change::<PatchPerson>(person, Version::FIRST, locked).await.unwrap();
        assert_eq!(activate(world, &link, RIGHT).await.unwrap_err().code(), Code::LinkExpired);
        let refused = office.call::<CreateActivation>((person, id()), Nothing).await.unwrap_err();
        assert_eq!(refused.code(), Code::WrongState);
        let person = admin.call::<ReadPerson>(person, Nothing).await.unwrap().reply;
        assert!(!person.activated);
    }

    async fn a_person_signs_in_by_any_spelling_of_his_number_or_by_user_name(world: &World) {
        let head = village_head(world).await;
        let spellings = [
            "0912345678", "0912 345 678", "0912.345.678", "0912-345-678", "(0912) 345678", "+84912345678",
            "+84 912 345 678", "84912345678", "ban.van.mau", "Ban.Van.Mau", " ban.van.mau ",
        ];
        for login in spellings {
            let session = sign_in(world, credentials(login, RIGHT)).await;
            assert_eq!(session.map(|session| session.person).ok(), Some(head.person), "{login}");
        }
        let elsewhere = Credentials { organisation: Some("xa-khac".parse().unwrap()), ..credentials(PHONE, RIGHT) };
        assert_eq!(sign_in(world, elsewhere).await.unwrap_err().code(), Code::WrongCredentials);
        assert!(deeds(world, Deed::SignedIn).await > spellings.len());
    }

    async fn a_wrong_password_and_an_unknown_login_are_answered_alike(world: &World) {
        village_head(world).await;
        let wrong = sign_in(world, credentials(PHONE, WRONG)).await.unwrap_err();
        let unknown = sign_in(world, credentials("0987654321", WRONG)).await.unwrap_err();
        let (wrong, unknown) = (wrong.problem().unwrap(), unknown.problem().unwrap());
        assert_eq!((wrong.status, wrong.code), (401, Code::WrongCredentials));
        assert_eq!((wrong.code, &wrong.detail, &wrong.fields), (unknown.code, &unknown.detail, &unknown.fields));
    }

    async fn a_login_known_in_two_organisations_asks_which(world: &World) {
        found_alike(world, "xa-khac", "mat-khau-thu-nghiem").await;
        let both = credentials("quan.tri", "mat-khau-thu-nghiem");
        assert_eq!(sign_in(world, both.clone()).await.unwrap_err().code(), Code::ChooseOrganisation);
        let mut seen = HashSet::new();
        for slug in ["xa-suoi-mo", "xa-khac"] {
            let one = Credentials { organisation: Some(slug.parse().unwrap()), ..both.clone() };
            let session = sign_in(world, one).await.unwrap();
            let me = client_of(world, &session).call::<ReadMe>((), Nothing).await.unwrap().reply;
            assert_eq!(me.organisation.slug.as_str(), slug);
            seen.insert(me.id);
        }
        assert_eq!(seen.len(), 2);
        // Where the passwords differ, the password tells which.
        found_alike(world, "xa-thu-ba", RIGHT).await;
        let session = sign_in(world, credentials("quan.tri", RIGHT)).await.unwrap();
        let me = client_of(world, &session).call::<ReadMe>((), Nothing).await.unwrap().reply;
        assert_eq!(me.organisation.slug.as_str(), "xa-thu-ba");
        assert_eq!(sign_in(world, credentials("quan.tri", WRONG)).await.unwrap_err().status(), 401);
    }

    async fn a_login_of_a_whole_province_still_lets_in_who_names_his_organisation(world: &World) {
        for number in 0..9 {
            found_alike(world, &format!("xa-so-{number}"), RIGHT).await;
        }
        for secret in [RIGHT, WRONG] {
            let refused = sign_in(world, credentials("quan.tri", secret)).await.unwrap_err();
            assert_eq!(refused.code(), Code::ChooseOrganisation);
        }
        let last = Credentials {
            organisation: Some("xa-so-8".parse().unwrap()),
            ..credentials("quan.tri", RIGHT)
        };
        sign_in(world, last).await.unwrap();
    }

    async fn guessing_at_one_login_is_slowed_where_it_comes_from(world: &World) {
        village_head(world).await;
        let (wrong, right) = (credentials(PHONE, WRONG), credentials(PHONE, RIGHT));
        for _ in 0..6 {
            assert_eq!(try_from_address(world, "203.0.113.1", &wrong).await, (401, None));
        }
        assert_eq!(try_from_address(world, "203.0.113.1", &right).await, (429, Some(6)));
        // In another spelling it is the same login; at another address nobody waits.
        let spelled = credentials("+84 912 345 678", WRONG);
        assert_eq!(try_from_address(world, "203.0.113.1", &spelled).await.0, 429);
        assert_eq!(try_from_address(world, "203.0.113.2", &right).await.0, 200);
        world.clock.advance(TimeDelta::seconds(5));
        assert_eq!(try_from_address(world, "203.0.113.1", &wrong).await.0, 401);
        assert_eq!(try_from_address(world, "203.0.113.1", &right).await, (429, Some(11)));
        // However long it goes on, nobody waits longer than a quarter of an hour.
        for _ in 0..20 {
            world.clock.advance(TimeDelta::minutes(15));
            try_from_address(world, "203.0.113.1", &wrong).await;
        }
        let (_, wait) = try_from_address(world, "203.0.113.1", &wrong).await;
        assert!(wait.is_none_or(|wait| wait <= 901), "{wait:?}");
        world.clock.advance(TimeDelta::minutes(15));
        assert_eq!(try_from_address(world, "203.0.113.1", &right).await.0, 200);
        // Having got in, he is a free man again.
        assert_eq!(try_from_address(world, "203.0.113.1", &wrong).await.0, 401);
        assert_eq!(try_from_address(world, "203.0.113.1", &right).await.0, 200);
    }

    async fn strangers_everywhere_slow_strangers_but_no_device_that_is_known(world: &World) {
        let head = village_head(world).await;
        let (wrong, right) = (credentials(PHONE, WRONG), credentials(PHONE, RIGHT));
        for number in 0..51 {
            let address = format!("203.0.113.{}", number / 5);
            assert_eq!(try_from_address(world, &address, &wrong).await.0, 401);
        }
        assert_eq!(try_from_address(world, "198.51.100.1", &right).await.0, 429);
        let known = Credentials { device_proof: Some(head.device_proof.clone()), ..right.clone() };
        assert_eq!(try_from_address(world, "198.51.100.1", &known).await.0, 200);
        // A proof that is invented, or another's, is none.
        let invented = head.device_proof.as_str().replace(head.device.as_str(), id::<()>().as_str());
        let leader = world.leader().await;
        let other = sign_in(world, credentials("thuong.truc", "mat-khau-thu-nghiem")).await.unwrap();
        assert!(leader.token().is_some());
        for proof in [invented.as_str(), other.device_proof.as_str(), "Zk3v0Xb9Qm1sT7uYw5aEdR2c"] {
            let claimed = Credentials { device_proof: Some(proof.parse().unwrap()), ..right.clone() };
            assert_eq!(try_from_address(world, "198.51.100.1", &claimed).await.0, 429);
        }
        // The known device is counted by itself.
        let mistaken = Credentials { device_proof: Some(head.device_proof), ..wrong };
        for _ in 0..11 {
            assert_eq!(try_from_address(world, "198.51.100.1", &mistaken).await.0, 401);
        }
        assert_eq!(try_from_address(world, "198.51.100.1", &known).await.0, 429);
        // And a link from the office always lets in.
        let link = link_for(world, head.person).await;
        assert!(lets_in(world, &activate(world, &link, WRONG).await.unwrap()).await);
    }

    async fn trying_one_password_on_many_logins_is_slowed(world: &World) {
        let address = "203.0.113.1";
        for number in 0..101 {
            let unknown = credentials(&format!("09{number:08}"), WRONG);
            assert_eq!(try_from_address(world, address, &unknown).await.0, 401, "{number}");
        }
        let next = credentials("0999999999", WRONG);
        assert_eq!(try_from_address(world, address, &next).await.0, 429);
        assert_eq!(try_from_address(world, "203.0.113.2", &next).await.0, 401);
        // Soon forgiven: a whole commune may stand behind the address.
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(try_from_address(world, address, &next).await.0, 401);
    }

    async fn an_access_token_lasts_a_quarter_of_an_hour_and_is_renewed(world: &World) {
        let head = village_head(world).await;
        assert_eq!(head.expires_in, 900);
        world.clock.advance(TimeDelta::seconds(899));
        assert!(lets_in(world, &head).await);
        world.clock.advance(TimeDelta::seconds(1));
        let over = client_of(world, &head).call::<ReadMe>((), Nothing).await.unwrap_err();
        assert_eq!(over.code(), Code::NotSignedIn);
        let next = refresh(world, &head.refresh_token).await.unwrap();
        assert!(lets_in(world, &next).await);
        assert_eq!((next.person, next.device), (head.person, head.device));
        assert_ne!(next.refresh_token, head.refresh_token);
        // A phone that lies in a drawer for a season signs in again.
        world.days_pass(89);
        let next = refresh(world, &next.refresh_token).await.unwrap();
        world.days_pass(90);
        assert_eq!(refresh(world, &next.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
    }

    async fn a_refresh_whose_answer_was_lost_is_answered_again(world: &World) {
        let head = village_head(world).await;
        let first = refresh(world, &head.refresh_token).await.unwrap();
        world.clock.advance(TimeDelta::seconds(59));
        let again = refresh(world, &head.refresh_token).await.unwrap();
        assert_eq!(first.refresh_token, again.refresh_token);
        assert!(lets_in(world, &again).await);
        let next = refresh(world, &again.refresh_token).await.unwrap();
        assert!(lets_in(world, &next).await);
        assert_eq!(deeds(world, Deed::TokenReused).await, 0);
    }

    async fn a_refresh_sent_many_times_at_once_gives_one_new_token(world: &World) {
        let head = village_head(world).await;
        let sends = (0..10).map(|_| refresh(world, &head.refresh_token));
        let answers = futures_util::future::join_all(sends).await;
        let tokens: HashSet<String> =
            answers.into_iter().map(|answer| answer.unwrap().refresh_token.to_string()).collect();
        assert_eq!(tokens.len(), 1);
    }

    async fn a_refresh_token_that_comes_back_late_ends_the_session(world: &World) {
        let head = village_head(world).await;
        let next = refresh(world, &head.refresh_token).await.unwrap();
        world.clock.advance(TimeDelta::seconds(60));
        assert_eq!(refresh(world, &head.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
        // Who has the newest may be the thief: it ends too, and the access token at once.
        assert!(!lets_in(world, &next).await);
        assert_eq!(refresh(world, &next.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
        assert_eq!(deeds(world, Deed::TokenReused).await, 1);
        // He signs in again, and other devices go on.
        assert!(lets_in(world, &sign_in(world, credentials(PHONE, RIGHT)).await.unwrap()).await);
    }

    async fn a_thief_who_refreshed_often_is_found_out_all_the_same(world: &World) {
        let head = village_head(world).await;
        let mut thief = refresh(world, &head.refresh_token).await.unwrap();
        for _ in 0..3 {
            thief = refresh(world, &thief.refresh_token).await.unwrap();
        }
        assert_eq!(refresh(world, &head.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
        assert!(!lets_in(world, &thief).await);
        assert_eq!(deeds(world, Deed::TokenReused).await, 1);
    }

    async fn a_token_we_did_not_make_is_nobodys(world: &World) {
        let head = village_head(world).await;
        let token = head.refresh_token.as_str();
        let changed = [token.replacen('.', ".A", 1), format!("{token}A"), "Zk3v0Xb9Qm1sT7uYw5aEdR2c".to_owned()];
        for token in changed {
            let refused = refresh(world, &token.parse().unwrap()).await.unwrap_err();
            assert_eq!(refused.code(), Code::SessionEnded);
        }
        assert!(lets_in(world, &head).await);
        let access = head.access_token.as_str();
        for token in [format!("{access}A"), access.replacen('.', ".e30", 1)] {
            let client = world.stranger().with_token(&token.parse().unwrap());
            assert_eq!(client.call::<ReadMe>((), Nothing).await.unwrap_err().code(), Code::NotSignedIn);
        }
    }

    async fn devices_are_listed_and_a_lost_one_is_signed_out_at_once(world: &World) {
        let phone = village_head(world).await;
        let laptop = Credentials { device_name: name("Máy tính"), ..credentials(PHONE, RIGHT) };
        let laptop = sign_in(world, laptop).await.unwrap();
        let client = client_of(world, &laptop);
        let devices = client.call::<ListDevices>((), Nothing).await.unwrap().reply.items;
        assert_eq!(devices.len(), 2);
        for device in &devices {
            assert_eq!(device.current, device.id == laptop.device);
        }
        client.call::<RevokeDevice>(phone.device, Nothing).await.unwrap();
        assert!(!lets_in(world, &phone).await);
        assert_eq!(refresh(world, &phone.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
        let left = client.call::<ListDevices>((), Nothing).await.unwrap().reply.items;
        assert_eq!(left.iter().map(|device| device.id).collect::<Vec<_>>(), [laptop.device]);
        // Said twice it is done once; another's device is none.
        client.call::<RevokeDevice>(phone.device, Nothing).await.unwrap();
        assert_eq!(deeds(world, Deed::SignedOut).await, 1);
        let admin = world.admin().await;
        assert_eq!(admin.call::<RevokeDevice>(laptop.device, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(client.call::<RevokeDevice>(id(), Nothing).await.unwrap_err().status(), 404);
        assert!(lets_in(world, &laptop).await);
    }

    async fn signing_out_ends_this_device_or_all_of_them(world: &World) {
        let first = village_head(world).await;
        let second = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        let third = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        client_of(world, &first).call::<SignOut>((), Nothing).await.unwrap();
        assert!(!lets_in(world, &first).await);
        assert!(lets_in(world, &second).await && lets_in(world, &third).await);
        client_of(world, &second).call::<RevokeDevices>((), Nothing).await.unwrap();
        assert!(!lets_in(world, &second).await && !lets_in(world, &third).await);
        assert_eq!(deeds(world, Deed::SignedOut).await, 3);
        let none = client_of(world, &first).call::<SignOut>((), Nothing).await.unwrap_err();
        assert_eq!(none.status(), 401);
    }

    async fn a_changed_password_signs_out_all_other_devices(world: &World) {
        let phone = village_head(world).await;
        let laptop = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        let link = link_for(world, phone.person).await;
        let client = client_of(world, &laptop);
        let change = |current: &str| PasswordChange { current: password(current), new: password(WRONG) };
        let refused = client.call::<ChangePassword>((), change(WRONG)).await.unwrap_err();
        let field = &refused.problem().unwrap().fields[0];
        assert_eq!((field.pointer.as_str(), field.code), ("/current", FieldCode::BadValue));
        client.call::<ChangePassword>((), change(RIGHT)).await.unwrap();
        assert!(lets_in(world, &laptop).await && !lets_in(world, &phone).await);
        assert_eq!(refresh(world, &phone.refresh_token).await.unwrap_err().code(), Code::SessionEnded);
        assert_eq!(sign_in(world, credentials(PHONE, RIGHT)).await.unwrap_err().status(), 401);
        sign_in(world, credentials(PHONE, WRONG)).await.unwrap();
        // A link that still lay around would undo it.
        assert_eq!(activate(world, &link, RIGHT).await.unwrap_err().code(), Code::LinkExpired);
        assert_eq!(deeds(world, Deed::PasswordChanged).await, 1);
        // Whoever holds the phone for a moment must not find the password by trying.
        for _ in 0..11 {
            let refused = client.call::<ChangePassword>((), change(RIGHT)).await.unwrap_err();
            assert_eq!(refused.status(), 422);
        }
        assert_eq!(client.call::<ChangePassword>((), change(WRONG)).await.unwrap_err().status(), 429);
    }

    async fn an_activation_signs_out_whoever_had_the_old_password(world: &World) {
        let thief = village_head(world).await;
        let link = link_for(world, thief.person).await;
        assert!(lets_in(world, &thief).await);
        let head = activate(world, &link, WRONG).await.unwrap();
        assert!(lets_in(world, &head).await && !lets_in(world, &thief).await);
    }

    async fn the_signing_key_changes_without_signing_anybody_out(world: &World) {
        let state = &world.running.state;
        let key = |session: &Session| session.access_token.as_str().split('.').next().unwrap().to_owned();
        village_head(world).await;
        world.days_pass(30);
        let before = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        tend_keys(state).await.unwrap();
        // Other processes learn of the new key before they are shown its tokens.
        let meanwhile = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        assert_eq!(key(&before), key(&meanwhile));
        world.clock.advance(TimeDelta::minutes(3));
        let after = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        assert_ne!(key(&before), key(&after));
        for session in [&before, &meanwhile, &after] {
            assert!(lets_in(world, session).await);
        }
        // Looked at again it is not due; a key made elsewhere is taken up; the unused are dropped.
        let newest = || state.keys().newest().unwrap().kid.clone();
        let kid = newest();
        tend_keys(state).await.unwrap();
        assert_eq!(newest(), kid);
        world.days_pass(1);
        state.db.write(rotate_key).await.unwrap();
        assert_eq!(newest(), kid);
        let last = sign_in(world, credentials(PHONE, RIGHT)).await.unwrap();
        tend_keys(state).await.unwrap();
        assert_ne!(newest(), kid);
        assert!(lets_in(world, &last).await);
    }

    async fn somebody_in_two_units_is_shown_with_both(world: &World) {
        let office = world.unit("Văn phòng Đảng ủy", UnitKind::VanPhong).await;
        let village = world.village("Thôn Đồng Sim").await;
        let head = village_head(world).await;
        let roles = vec![
            RoleAt { role: Role::Reporter, unit: village },
            RoleAt { role: Role::Office, unit: office },
        ];
        let patch = PersonPatch { roles: Some(roles), ..PersonPatch::default() };
        let admin = world.admin().await;
        admin.change::<PatchPerson>(head.person, Version::FIRST, patch).await.unwrap();
        let me = client_of(world, &head).call::<ReadMe>((), Nothing).await.unwrap().reply;
        let held: HashSet<(Role, String)> =
            me.roles.iter().map(|role| (role.role, role.unit.name.to_string())).collect();
        let expected = [(Role::Reporter, "Thôn Đồng Sim"), (Role::Office, "Văn phòng Đảng ủy")];
        assert_eq!(held, expected.map(|(role, unit)| (role, unit.to_owned())).into());
    }
}

/// Sessions outlive the server: the keys and the devices are in the database.
mod sessions_outlive_a_restart {
    use super::*;
    use crate::support::Engine;

    async fn tell(engine: Engine) {
        let world = World::new(engine).await;
        let head = village_head(&world).await;
        let link: ActivationId = id();
        let office = world.office().await;
        let before = office.call::<CreateActivation>((head.person, link), Nothing).await.unwrap().reply;
        let world = world.restart().await;
        assert!(lets_in(&world, &head).await);
        refresh(&world, &head.refresh_token).await.unwrap();
        let office = world.office().await;
        let after = office.call::<CreateActivation>((head.person, link), Nothing).await.unwrap().reply;
        assert_eq!(before, after);
        world.end().await;
    }
    #[tokio::test]
    async fn sqlite() {
        tell(Engine::Sqlite).await;
    }
    #[tokio::test]
    async fn postgres() {
        let Some(engine) = Engine::postgres() else { return };
        tell(engine).await;
    }
}
