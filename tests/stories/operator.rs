//! The operator: installs, looks after and moves the data, by the program's own commands.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use api::db::Place;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use mobile_client::Client;
use openapi::{
    access::{KeyScope, Role},
    calendar_feeds::{CalendarFeedDraft, PutCalendarFeed, ReadCalendarFile},
    endpoint::{Dto, Nothing},
    health::{Condition, ReadHealth, ReadMetrics, ReadReadiness},
    id::Id,
    keys::{KeyDraft, KeySecret, PutKey},
    ledger::{FeedQuery, ReadFeed},
    people::{PersonDraft, PutPerson, RoleAt},
    problem::Code,
    sessions::{CreateActivation, InvitationRequest, ReadInvitation, ReadMe},
    units::{ListUnits, PutUnit, ReadUnit, Unit, UnitDraft, UnitKind, UnitsQuery},
};
use reqwest::{StatusCode, header};

use crate::{
    on_both,
    support::{
        Engine, Program, World, id, name,
        program::{Serving, command, ended, serve},
    },
};

const PASSWORD: &str = "ruong-bac-thang-mua-nay";

/// Tells a story of the program once on each engine.
macro_rules! of_the_program {
    ($($(#[$meta:meta])* async fn $story:ident($program:ident: &Program) $body:block)+) => { $(
        mod $story {
            use super::*;
            async fn tell($program: &Program) $body
            $(#[$meta])*
            #[tokio::test]
            async fn sqlite() {
                tell(&Program::new(&Engine::Sqlite)).await;
            }
            $(#[$meta])*
            #[tokio::test]
            async fn postgres() {
                let Some(engine) = Engine::postgres() else { return };
                tell(&Program::new(&engine)).await;
            }
        }
    )+ };
}

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

fn directly(place: &Place, sql: &str) {
    use api::db::AnyConnection;
    match &mut place.connect().unwrap() {
        AnyConnection::Sqlite(c) => c.batch_execute(sql).unwrap(),
        AnyConnection::Postgres(c) => c.batch_execute(sql).unwrap(),
    }
}

/// A key for another system.
async fn a_key(admin: &Client) -> KeySecret {
    let draft = KeyDraft { scopes: vec![KeyScope::ReadOrganisation], addresses: None, ..KeyDraft::example() };
    admin.call::<PutKey>(id(), draft).await.unwrap().reply.secret.unwrap()
}

of_the_program! {
    async fn a_key_has_an_allowance_of_its_own(program: &Program) {
        let link = program.found("xa-suoi-mo");
        let serving = serve(program.command().env("DONDOC_RATE_LIMIT_PER_MINUTE", "30"));
        let admin = serving.activate(&link, PASSWORD).await;
        let secret = a_key(&admin).await;
        let system = serving.stranger().with_token(&secret.as_str().parse().unwrap());
        let mut asked = 0;
        let refused = loop {
            match system.query::<ListUnits>((), UnitsQuery::default()).await {
                Ok(_) => asked += 1,
                Err(refused) => break refused,
            }
        };
        assert_eq!(refused.code(), Code::TooMany);
        // A little more, while the allowance grows again.
        assert!((30..40).contains(&asked), "{asked}");
        admin.call::<ReadMe>((), Nothing).await.unwrap();
        // Whoever invents keys uses up the allowance of his address.
        let invented = api::tokens::marked_secret(b"another", "ddk", 1, "x", &[1; 32]);
        let stranger = serving.stranger().with_token(&invented.parse().unwrap());
        let mut refused = Vec::new();
        for _ in 0..40 {
            refused.push(stranger.query::<ListUnits>((), UnitsQuery::default()).await.unwrap_err().code());
        }
        assert!(refused.contains(&Code::KeyRefused) && refused.contains(&Code::TooMany), "{refused:?}");
        admin.call::<ReadMe>((), Nothing).await.unwrap();
    }

    async fn no_secret_stands_in_the_log(program: &Program) {
        let link = program.found("xa-suoi-mo");
        let log = program.file("log");
        let serving = serve(
            program.command().env("DONDOC_LOG_LEVEL", "debug").stderr(std::fs::File::create(&log).unwrap()),
        );
        let admin = serving.activate(&link, PASSWORD).await;
        let secret = a_key(&admin).await;
        let system = serving.stranger().with_token(&secret.as_str().parse().unwrap());
        system.query::<ListUnits>((), UnitsQuery::default()).await.unwrap();
        let feed = admin.call::<PutCalendarFeed>(id(), CalendarFeedDraft::example()).await.unwrap().reply;
        let address = feed.address.unwrap().to_string();
        let (_, secret) = address.rsplit_once('/').unwrap();
        serving.stranger().call::<ReadCalendarFile>(secret.parse().unwrap(), Nothing).await.unwrap();
        serving.stop();
        let said = std::fs::read_to_string(log).unwrap();
        assert!(said.contains("read_calendar_file") && said.contains("put_key"), "{said}");
        assert!(!said.contains("ddk_") && !said.contains("ddc_"), "{said}");
    }

    async fn an_organisation_is_founded_and_its_administrator_comes_in(program: &Program) {
        let link = program.found("xa-suoi-mo");
        let serving = program.serve();
        let admin = serving.activate(&link, PASSWORD).await;
        let me = admin.call::<ReadMe>((), Nothing).await.unwrap().reply;
        assert_eq!(me.name, name("Quản trị"));
        assert_eq!(me.roles.iter().map(|role| role.role).collect::<Vec<_>>(), [Role::Admin]);
        serving.stop();
    }

    async fn one_installation_holds_several_organisations_but_no_short_name_twice(program: &Program) {
        program.found("xa-suoi-mo");
        program.found("xa-nui-xanh");
        let arguments = ["--administrator", "Quản trị", "--user-name", "quan.tri"];
        let named = ["init", "--organisation", "Đảng bộ khác", "--slug", "xa-suoi-mo"];
        let again = program.run(&[&named[..], &arguments[..]].concat());
        assert_eq!((again.code, again.out.as_str()), (1, ""));
        assert_eq!(again.err, "dondoc: An organisation with this short name exists already.\n");
        let named = ["init", "--organisation", "Đảng bộ khác", "--slug", "Xã Suối Mơ"];
        let misspelt = program.run(&[&named[..], &arguments[..]].concat());
        assert_eq!(misspelt.code, 2);
        assert!(misspelt.err.starts_with("dondoc: --slug \"Xã Suối Mơ\": "), "{misspelt:?}");
    }

    async fn whoever_lost_his_password_gets_a_new_link(program: &Program) {
        let first = program.found("xa-suoi-mo");
        let nobody = program.run(&["invite", "--user-name", "truong.thon.1"]);
        assert_eq!((nobody.code, nobody.err.as_str()), (1, "dondoc: there is nobody called «truong.thon.1»\n"));
        let address = "http://192.168.1.5:8080";
        let invited = program.run(&["invite", "--user-name", "quan.tri", "--qr", "--public-url", address]);
        assert_eq!(invited.code, 0, "{invited:?}");
        assert!(invited.out.contains('█') && !invited.out.contains("Phones cannot open"), "{invited:?}");
        let start = format!("{address}/app/#/kich-hoat/");
        let link = invited.out.lines().find_map(|line| line.trim().strip_prefix(&start)).unwrap();
        let (id, token) = link.split_once('/').unwrap();
        let serving = program.serve();
        let admin = serving.activate(&(id.to_owned(), token.to_owned()), PASSWORD).await;
        assert_eq!(admin.call::<ReadMe>((), Nothing).await.unwrap().reply.name, name("Quản trị"));
        let old = InvitationRequest { token: first.1.parse().unwrap() };
        let refused = serving.stranger().call::<ReadInvitation>(first.0.parse().unwrap(), old).await;
        assert_eq!(refused.unwrap_err().code(), Code::LinkExpired);
        serving.stop();
        program.found("xa-nui-xanh");
        let which = program.run(&["invite", "--user-name", "quan.tri"]);
        assert_eq!(which.code, 2);
        assert!(which.err.contains("--organisation chooses one of xa-suoi-mo, xa-nui-xanh"), "{which:?}");
        let chosen = program.run(&["invite", "--user-name", "quan.tri", "--organisation", "xa-nui-xanh"]);
        assert!(chosen.code == 0 && chosen.out.contains("Phones cannot open"), "{chosen:?}");
        let whole = program.run(&["audit", "verify"]);
        assert_eq!(whole.code, 0, "{whole:?}");
    }

    async fn an_invented_commune_never_stands_beside_a_real_one(program: &Program) {
        program.found("xa-suoi-mo");
        let refused = program.run(&["demo"]);
        assert_eq!(refused.code, 3, "{refused:?}");
    }

    async fn who_asks_an_empty_place_for_data_is_told_so(program: &Program) {
        for asked in [&["doctor"][..], &["audit", "verify"], &["key", "rotate"], &["backup", "copy"]] {
            let refused = program.run(asked);
            assert_eq!(refused.code, 1, "{refused:?}");
            assert!((refused.out + &refused.err).contains("`dondoc init`"));
        }
        assert!(!program.file("copy").exists());
    }

    async fn the_doctor_finds_a_sound_installation_sound(program: &Program) {
        program.found("xa-suoi-mo");
        let well = program.run(&["doctor", "--public-url", "https://dondoc.example"]);
        assert_eq!(well.code, 0, "{well:?}");
        assert!(!well.out.contains("FAULT"), "{well:?}");
        let plain = program.run(&["doctor", "--public-url", "http://dondoc.example"]);
        assert_eq!(plain.code, 1);
        assert!(plain.out.contains("FAULT  public_url is http://dondoc.example"), "{plain:?}");
    }

    async fn an_entry_changed_behind_our_back_is_found(program: &Program) {
        program.found("xa-suoi-mo");
        program.found("xa-nui-xanh");
        let whole = program.run(&["audit", "verify"]);
        assert_eq!((whole.code, whole.out.as_str()), (0, "xa-suoi-mo: 3 entries, OK\nxa-nui-xanh: 3 entries, OK\n"));
        directly(program.place(), "UPDATE ledger SET after = '{}' WHERE organisation = 2 AND position = 1");
        let broken = program.run(&["audit", "verify"]);
        let said = "xa-suoi-mo: 3 entries, OK\nxa-nui-xanh: BROKEN at entry 1: its content was changed\n";
        assert_eq!((broken.code, broken.out.as_str()), (1, said));
        directly(program.place(), "DELETE FROM ledger WHERE organisation = 1 AND position = 3");
        let broken = program.run(&["audit", "verify"]);
        assert!(broken.out.starts_with("xa-suoi-mo: BROKEN at entry 3: it is missing\n"), "{broken:?}");
        let doctor = program.run(&["doctor"]);
        assert_eq!(doctor.code, 1);
        assert!(doctor.out.contains("FAULT  the audit trail of xa-nui-xanh is broken at entry 1"));
    }

    async fn what_was_accepted_is_finished_before_the_end(program: &Program) {
        program.found("xa-suoi-mo");
        for signal in ["TERM", "INT"] {
            let serving = program.serve();
            let address = serving.base.strip_prefix("http://").unwrap().to_owned();
            // Who is connected and asks nothing more holds nobody up.
            let _silent = TcpStream::connect(&address).unwrap();
            let kept_open = serving.stranger();
            kept_open.call::<ReadHealth>((), Nothing).await.unwrap();
            let body = r#"{"login":"quan.tri","password":"khong-phai-mat-khau","device_name":"thử"}"#;
            let mut line = TcpStream::connect(&address).unwrap();
            write!(
                line,
                "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
                body.len()
            )
            .unwrap();
            // The server is reading now.
            let mut begun = [0; 25];
            line.read_exact(&mut begun).unwrap();
            assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
            let (first, rest) = body.split_at(20);
            line.write_all(first.as_bytes()).unwrap();
            serving.signal(signal);
            while TcpStream::connect(&address).is_ok() {}
            line.write_all(rest.as_bytes()).unwrap();
            let mut answer = String::new();
            line.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
            assert!(answer.contains("wrong_credentials"), "{answer}");
            assert_eq!(serving.ended().code(), Some(0));
        }
    }

    async fn the_log_tells_of_every_request_and_of_nobody(program: &Program) {
        let link = program.found("xa-suoi-mo");
        let log = std::fs::File::create(program.file("log")).unwrap();
        let serving = serve(program.command().env("DONDOC_LOG_LEVEL", "trace").stderr(log));
        let admin = serving.activate(&link, PASSWORD).await;
        let unit = id();
        admin.call::<PutUnit>(unit, village("Thôn Đồng Sim")).await.unwrap();
        let query = UnitsQuery { q: Some("dong sim".parse().unwrap()), ..UnitsQuery::default() };
        admin.query::<ListUnits>((), query).await.unwrap();
        let http = reqwest::Client::new();
        let asked = http.get(format!("{}/v1/khong-co?so=0912345678", serving.base)).send().await.unwrap();
        let number = asked.headers()["x-request-id"].to_str().unwrap().to_owned();
        serving.stop();
        let log = std::fs::read_to_string(program.file("log")).unwrap();
        let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let answered: Vec<_> = lines.iter().filter(|line| line["message"] == "answered").collect();
        let endpoints: Vec<_> = answered.iter().map(|line| line["endpoint"].as_str().unwrap()).collect();
        assert_eq!(endpoints, ["activate", "put_unit", "list_units", "other"]);
        let last = answered.last().unwrap();
        assert_eq!((&last["request_id"], &last["status"]), (&number.into(), &404.into()));
        let told = [&link.1, PASSWORD, &admin.token().unwrap().to_string(), "quan.tri", "Quản trị", "Đồng Sim", "sim"];
        for word in told.into_iter().chain(["0912345678", "127.0.0.1:", unit.as_str()]) {
            let told = log.lines().filter(|line| !line.contains("\"listening\"")).find(|line| line.contains(word));
            assert_eq!(told, None, "{word} is nobody's business");
        }
    }

    async fn a_new_signing_key_signs_nobody_out(program: &Program) {
        let link = program.found("xa-suoi-mo");
        let serving = program.serve();
        let admin = serving.activate(&link, PASSWORD).await;
        serving.stop();
        let rotated = program.run(&["key", "rotate"]);
        assert_eq!(rotated.code, 0, "{rotated:?}");
        let serving = program.serve();
        let same = serving.stranger().with_token(&admin.token().unwrap());
        same.call::<ReadMe>((), Nothing).await.unwrap();
        serving.stop();
    }

    async fn nobody_without_tls_speaks_to_a_database_far_away(program: &Program) {
        let mut far = program.command();
        far.env("DATABASE_URL", "postgres://dondoc:bi-mat@db.dondoc.example/dondoc");
        let refused = ended(far.arg("migrate"));
        assert_eq!(refused.code, 2);
        assert!(refused.err.starts_with("dondoc: database: "), "{refused:?}");
        assert!(refused.err.contains("sslmode=disable") && !refused.err.contains("bi-mat"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_bad_setting_is_told_in_one_sentence_that_names_it() {
    let program = Program::new(&Engine::Sqlite);
    std::fs::write(program.file("dondoc.toml"), "workers = 'many'\n").unwrap();
    let refused = program.run(&["serve"]);
    assert_eq!(refused.code, 2);
    let said = "dondoc: workers: \"many\", set by dondoc.toml, is not a whole number from 1 to 256\n";
    assert_eq!((refused.out.as_str(), refused.err.as_str()), ("", said));
    let mut command = program.command();
    command.env("DONDOC_WORKERS", "0").env("DONDOC_LISTEN", "127.0.0.1");
    let refused = ended(command.arg("serve"));
    assert_eq!(refused.code, 2);
    assert!(refused.err.starts_with("dondoc: listen: \"127.0.0.1\", set by --listen or DONDOC_LISTEN"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_of_ours_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::new(&Engine::Sqlite);
    program.found("xa-suoi-mo");
    let serving = program.serve();
    program.run(&["backup", "copy.backup"]);
    let Place::Sqlite(database) = program.place() else { unreachable!() };
    let beside = |end: &str| format!("{}{end}", database.display());
    for file in
        [beside(""), beside("-wal"), beside("-shm"), program.file("copy.backup").display().to_string()]
    {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    serving.stop();
    std::fs::set_permissions(program.file("copy.backup"), PermissionsExt::from_mode(0o644)).unwrap();
    let restored = program.file("restored.db");
    program.run(&["restore", "copy.backup", "--database", restored.to_str().unwrap()]);
    assert_eq!(std::fs::metadata(&restored).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(database, PermissionsExt::from_mode(0o644)).unwrap();
    let doctor = program.run(&["doctor"]);
    assert!(doctor.out.contains("look   every user of this machine can read"), "{doctor:?}");
}

async fn all_units(client: &Client) -> Vec<Unit> {
    let mut all = Vec::new();
    let mut query = UnitsQuery::default();
    loop {
        let page = client.query::<ListUnits>((), query.clone()).await.unwrap().reply;
        all.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return all,
        }
    }
}

/// A clerk, who follows the feed.
async fn clerk(serving: &Serving, admin: &Client, unit: Id<Unit>) -> Client {
    let person = id();
    let draft = PersonDraft {
        name: name("Văn thư"),
        phone: None,
        user_name: Some("van.thu".parse().unwrap()),
        roles: vec![RoleAt { role: Role::Office, unit }],
        language: None,
    };
    admin.call::<PutPerson>(person, draft).await.unwrap();
    let link = admin.call::<CreateActivation>((person, id()), Nothing).await.unwrap().reply;
    serving.activate(&(link.id.to_string(), link.token.to_string()), PASSWORD).await
}

/// Writes on and on, and says how many were answered.
async fn write_until_told(client: Client, done: tokio::sync::watch::Receiver<bool>) -> Vec<Id<Unit>> {
    let mut written = Vec::new();
    while !*done.borrow() {
        let unit = id();
        client.call::<PutUnit>(unit, village(&format!("Thôn {}", written.len()))).await.unwrap();
        written.push(unit);
    }
    written
}

/// Writes, makes a backup while others write, restores it elsewhere and looks at what is there.
async fn a_backup_is_made_while_serving_and_restored_elsewhere(here: &Program, there: &Place) {
    let link = here.found("xa-suoi-mo");
    let serving = here.serve();
    let admin = serving.activate(&link, PASSWORD).await;
    let before: Id<Unit> = id();
    admin.call::<PutUnit>(before, village("Thôn Đồng Sim")).await.unwrap();
    let office = clerk(&serving, &admin, before).await;
    let feed = office.query::<ReadFeed>((), FeedQuery::default()).await.unwrap().reply;
    let since = FeedQuery { since: Some(feed.state), ..FeedQuery::default() };
    office.query::<ReadFeed>((), since.clone()).await.unwrap();
    let (tell, told) = tokio::sync::watch::channel(false);
    let writing = tokio::spawn(write_until_told(admin.clone(), told));
    let mut backup = here.command();
    backup.args(["backup", "copy.backup"]);
    let made = tokio::task::spawn_blocking(move || ended(&mut backup)).await.unwrap();
    assert_eq!(made.code, 0, "{made:?}");
    tell.send(true).unwrap();
    let written = writing.await.unwrap();
    serving.stop();
    let again = here.run(&["backup", "copy.backup"]);
    assert_eq!(again.code, 1, "a backup is never written over: {again:?}");
    let nowhere = here.run(&["backup", "no-such-disk/copy.backup"]);
    assert_eq!(nowhere.err, "dondoc: there is no folder no-such-disk\n");

    let mut restore = command(here.file("").as_path(), there);
    let restored = ended(restore.args(["restore", "copy.backup"]));
    assert_eq!(restored.code, 0, "{restored:?}");
    let mut restore = command(here.file("").as_path(), there);
    let again = ended(restore.args(["restore", "copy.backup"]));
    assert_eq!(again.code, 3, "nothing is restored over data: {again:?}");
    let verified = ended(command(here.file("").as_path(), there).args(["audit", "verify"]));
    assert_eq!(verified.code, 0, "{verified:?}");
    // Whoever tries a copy beside the original must not have it tell everybody everything again.
    let sending = |what: &str| ended(command(here.file("").as_path(), there).args(["sending", what])).out;
    let silent = sending("state");
    assert!(silent.starts_with("Nothing is sent to anybody since "), "{silent}");
    assert_eq!(sending("hold"), silent);
    let sends = "Webhooks, push notices, e-mail and text messages are sent.\n";
    assert_eq!(sending("resume"), sends);
    assert_eq!(sending("state"), sends);

    let serving = serve(&mut command(here.file("").as_path(), there));
    let admin = serving.stranger().with_token(&admin.token().unwrap());
    let found = admin.call::<ReadUnit>(before, Nothing).await.unwrap().reply;
    assert_eq!(found.draft, village("Thôn Đồng Sim"));
    // What was written meanwhile is there up to one moment: nothing is missing in between.
    let there: Vec<Id<Unit>> = all_units(&admin).await.iter().map(|unit| unit.id).collect();
    let kept = written.iter().take_while(|unit| there.contains(unit)).count();
    assert!(written[kept..].iter().all(|unit| !there.contains(unit)));
    // Whoever followed the original starts over: the copy may have gone back in time.
    let office = serving.stranger().with_token(&office.token().unwrap());
    assert_eq!(office.query::<ReadFeed>((), since).await.unwrap_err().status(), 410);
    office.query::<ReadFeed>((), FeedQuery::default()).await.unwrap();
    serving.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_on_sqlite_is_whole() {
    let (here, there) = (Program::new(&Engine::Sqlite), Program::new(&Engine::Sqlite));
    a_backup_is_made_while_serving_and_restored_elsewhere(&here, there.place()).await;
    // Neither the file of a running database nor any other file is taken for a backup.
    let other = Program::new(&Engine::Sqlite);
    std::fs::write(other.file("letter"), "Kính gửi: các chi bộ\n").unwrap();
    let refused = other.run(&["restore", "letter"]);
    assert_eq!(refused.err, "dondoc: this is no backup of Đôn Đốc's data\n");
    let serving = here.serve();
    serving.stranger().call::<ReadReadiness>((), Nothing).await.unwrap();
    let Place::Sqlite(used) = here.place() else { unreachable!() };
    let refused = other.run(&["restore", used.to_str().unwrap()]);
    assert!(refused.err.contains("make a backup of it"), "{refused:?}");
    serving.stop();
    let Place::Sqlite(free) = other.place() else { unreachable!() };
    assert!(!free.exists() && !free.with_extension("db.part").exists());
}

/// A database of its own rather than a schema: that is what a backup on PostgreSQL holds.
struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    fn new() -> Option<Self> {
        let Some(Engine::Postgres(server)) = Engine::postgres() else { return None };
        let name = format!("story_{}", id::<()>()).replace('-', "");
        let mut connection = PgConnection::establish(&server).unwrap();
        let made = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        connection.batch_execute(&made).unwrap();
        Some(Self { server, name })
    }
    fn place(&self) -> Place {
        let (server, _) = self.server.split('?').next().unwrap().rsplit_once('/').unwrap();
        Place::Postgres(format!("{server}/{}", self.name))
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.server) {
            let _ = connection.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_on_postgres_is_whole() {
    let (Some(here), Some(there)) = (OwnDatabase::new(), OwnDatabase::new()) else { return };
    let program = Program::at(here.place());
    a_backup_is_made_while_serving_and_restored_elsewhere(&program, &there.place()).await;
}

#[tokio::test]
async fn who_has_no_pg_dump_is_told_what_to_install() {
    let Some(engine) = Engine::postgres() else { return };
    let program = Program::new(&engine);
    program.found("xa-suoi-mo");
    let refused = ended(program.command().env("PATH", "").args(["backup", "copy.backup"]));
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("postgresql-client"), "{refused:?}");
    assert!(!program.file("copy.backup").exists() && !program.file("copy.backup.part").exists());
}

on_both! {
    async fn the_server_says_whether_it_is_alive_and_ready(world: &World) {
        let anyone = world.stranger();
        let alive = anyone.call::<ReadHealth>((), Nothing).await.unwrap();
        assert_eq!((alive.status, alive.reply.status), (200, Condition::Ok));
        let ready = anyone.call::<ReadReadiness>((), Nothing).await.unwrap();
        assert_eq!((ready.status, ready.reply.status), (200, Condition::Ok));
        directly(world.place(), "ALTER TABLE installation RENAME TO lost");
        let unready = anyone.call::<ReadReadiness>((), Nothing).await.unwrap_err();
        assert_eq!(unready.status(), 503);
        assert_eq!(anyone.call::<ReadHealth>((), Nothing).await.unwrap().status, 200);
        directly(world.place(), "ALTER TABLE lost RENAME TO installation");
        anyone.call::<ReadReadiness>((), Nothing).await.unwrap();
    }

    async fn figures_are_for_the_addresses_the_operator_named(world: &World) {
        let address = format!("{}/metrics", world.stranger().base());
        let http = reqwest::Client::new();
        world.stranger().call::<ReadMetrics>((), Nothing).await.unwrap();
        let figures = http.get(&address).send().await.unwrap();
        assert_eq!(figures.status(), StatusCode::OK);
        assert_eq!(figures.headers()[header::CONTENT_TYPE], "text/plain");
        world.admin().await;
        let figures = world.stranger().call::<ReadMetrics>((), Nothing).await.unwrap().reply;
        let figures = String::from_utf8(figures.0.content).unwrap();
        assert!(figures.contains(r#"dondoc_requests_total{endpoint="sign_in",status="200"}"#), "{figures}");
        for figure in ["dondoc_request_seconds_bucket", "dondoc_connections_open", "dondoc_writes_waiting 0"] {
            assert!(figures.contains(figure), "{figure}");
        }
        // Told by a proxy that is trusted: somebody else is asking.
        let refused = http.get(&address).header("X-Forwarded-For", "10.0.0.9").send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }

    async fn the_document_is_served_as_it_is_committed(world: &World) {
        let http = reqwest::Client::new();
        let base = world.stranger().base().to_owned();
        let committed = [
            ("/openapi.json", include_str!("../../openapi/openapi.json")),
            ("/openapi-3.0.json", include_str!("../../openapi/openapi-3.0.json")),
        ];
        for (path, text) in committed {
            let served = http.get(format!("{base}{path}")).send().await.unwrap();
            assert_eq!(served.headers()[header::CONTENT_TYPE], "application/json");
            assert!(served.headers().contains_key("dondoc-version"));
            assert_eq!(served.headers()[header::CACHE_CONTROL], "public, max-age=300");
            let tag = served.headers()[header::ETAG].clone();
            assert!(served.text().await.unwrap() == text);
            let again = http.get(format!("{base}{path}")).header(header::IF_NONE_MATCH, tag);
            assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
            let refused = http.delete(format!("{base}{path}")).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(refused.headers()[header::ALLOW], "GET, HEAD");
            assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
        }
    }

    async fn the_page_to_browse_it_needs_nothing_from_elsewhere(world: &World) {
        let http = reqwest::Client::new();
        let base = world.stranger().base().to_owned();
        let page = http.get(format!("{base}/docs")).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        let page = page.text().await.unwrap();
        let named = page.split(['"']).filter(|part| part.starts_with("docs/") || part.ends_with(".json"));
        let named: Vec<&str> = named.collect();
        assert_eq!(named.len(), 5, "{named:?}");
        for path in named {
            let part = http.get(format!("{base}/{path}")).send().await.unwrap();
            assert_eq!(part.status(), StatusCode::OK, "{path}");
        }
        assert!(!page.contains("://"), "{page}");
    }
}
