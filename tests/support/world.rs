//! A commune with a server of its own, a clock that is moved by hand, and people to act in it.

use std::{
    collections::HashMap,
    net::TcpListener,
    num::NonZeroU32,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use api::{
    app::{self, Options, Running},
    clock::Clock,
    config::Channels,
    organisation::{Founding, found},
    sessions::{hash_password, set_password},
};
use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    access::{KeyScope, Role},
    endpoint::Nothing,
    id::Id,
    keys::{KeyDraft, KeySecret, PutKey},
    people::{OversightDraft, PersonDraft, PersonId, PutOversight, PutPerson, RoleAt},
    sessions::{Credentials, Password, SignIn},
    units::{PutUnit, UnitDraft, UnitId, UnitKind},
    value::{Date, Instant, Name, Note, Phrase, Title},
};
use tokio::sync::Mutex;

use super::{Engine, engines::Fresh};

/// Everybody's password.
const PASSWORD: &str = "mat-khau-thu-nghiem";

/// A server with one commune in it.
pub struct World {
    /// The clock everything goes by. Begins on Friday, 20 November 2026, at 8 in the morning in Hà Nội.
    pub clock: Clock,
    /// The server.
    pub running: Arc<Running>,
    /// The organisation's number.
    pub tenant: i32,
    slug: &'static str,
    units: Mutex<HashMap<String, UnitId>>,
    fresh: Arc<Fresh>,
    options: Options,
}

/// A commune whose server has stopped.
pub struct Halted {
    /// The clock it will go by.
    pub clock: Clock,
    tenant: i32,
    slug: &'static str,
    units: Mutex<HashMap<String, UnitId>>,
    fresh: Arc<Fresh>,
    options: Options,
}

impl Halted {
    /// Where the data is.
    pub fn place(&self) -> &api::db::Place {
        &self.fresh.place
    }
    /// The server serves again.
    pub async fn resume(self) -> World {
        let running = Arc::new(World::start(&self.options).await);
        let Self { clock, tenant, slug, units, fresh, options } = self;
        World { clock, running, tenant, slug, units, fresh, options }
    }
}

/// A fresh id.
pub fn id<T>() -> Id<T> {
    static LAST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1_795_000_000_000);
    let mut chance = [0; 10];
    getrandom::fill(&mut chance).unwrap();
    Id::new(LAST.fetch_add(1, std::sync::atomic::Ordering::SeqCst), chance)
}
/// A name.
pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}
/// A title.
pub fn title(text: &str) -> Title {
    text.parse().unwrap()
}
/// A phrase.
pub fn phrase(text: &str) -> Phrase {
    text.parse().unwrap()
}
/// A note.
pub fn note(text: &str) -> Note {
    text.parse().unwrap()
}

fn hashed() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_password(&password()).unwrap())
}
fn password() -> Password {
    Password::try_from(PASSWORD.to_owned()).unwrap()
}

impl World {
    /// A new commune on an engine.
    pub async fn new(engine: Engine) -> Self {
        Self::on_clock(engine, Clock::standing_at("2026-11-20T01:00:00Z".parse().unwrap())).await
    }

    /// A new commune that goes by a clock: by the machine's, where a process of its own comes in.
    pub async fn on_clock(engine: Engine, clock: Clock) -> Self {
        Self::with(engine, clock, None, Channels::default()).await
    }

    /// A new commune whose messages go the ways it is told.
    pub async fn with_channels(engine: Engine, channels: Channels) -> Self {
        let clock = Clock::standing_at("2026-11-20T01:00:00Z".parse().unwrap());
        Self::with(engine, clock, None, channels).await
    }

    /// A new commune whose server gives out the phone's app from a folder.
    pub async fn with_app(engine: Engine, app: PathBuf) -> Self {
        let clock = Clock::standing_at("2026-11-20T01:00:00Z".parse().unwrap());
        Self::with(engine, clock, Some(app), Channels::default()).await
    }

    async fn with(engine: Engine, clock: Clock, app: Option<PathBuf>, channels: Channels) -> Self {
        let fresh = engine.fresh();
        let options = Options {
            place: fresh.place.clone(),
            clock: clock.clone(),
            workers: 1,
            connections: 4,
            requests_per_minute: NonZeroU32::new(1_000_000).unwrap(),
            trusted_proxies: ["127.0.0.1".parse().unwrap()].into(),
            metrics_from: ["127.0.0.1".parse().unwrap()].into(),
            outgoing_allow_hosts: api::net::Allowed::parse("127.0.0.1").unwrap(),
            warns: false,
            public_url: "https://dondoc.example".to_owned(),
            office: app.clone(),
            app,
            channels,
        };
        let running = Arc::new(Self::start(&options).await);
        let slug = "xa-suoi-mo";
        let tenant = Self::found(&running, slug).await;
        Self { clock, running, tenant, slug, units: Mutex::default(), fresh: Arc::new(fresh), options }
    }

    async fn start(options: &Options) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        app::start(options, listener, false).await.unwrap()
    }

    async fn found(running: &Running, slug: &str) -> i32 {
        let founding = Founding {
            name: name("Đảng bộ xã Suối Mơ"),
            slug: slug.parse().unwrap(),
            administrator: name("Quản trị"),
            user_name: "quan.tri".parse().unwrap(),
        };
        let done = running.state.db.write(move |tx| {
            let founded = found(tx, &founding)?;
            set_password(tx, founded.tenant, founded.administrator, hashed())?;
            Ok(founded.tenant)
        });
        done.await.unwrap()
    }

    /// A second organisation on the same server, alike in everything: slug `xa-suoi-mo-2`.
    pub async fn second_organisation(&self) -> i32 {
        Self::found(&self.running, "xa-suoi-mo-2").await
    }

    /// A second organisation on the same server, where everything has the same names. It must be
    /// dropped before this world ends.
    pub async fn twin(&self) -> Self {
        let slug = "xa-suoi-mo-2";
        let tenant = self.second_organisation().await;
        Self {
            clock: self.clock.clone(),
            running: Arc::clone(&self.running),
            tenant,
            slug,
            units: Mutex::default(),
            fresh: Arc::clone(&self.fresh),
            options: self.options.clone(),
        }
    }

    /// Stops the server and starts it again on the same data.
    pub async fn restart(self) -> Self {
        Arc::into_inner(self.running).unwrap().stop().await;
        let running = Arc::new(Self::start(&self.options).await);
        Self { running, ..self }
    }

    /// Another server on the same data, as far as its jobs go: it takes no requests.
    pub async fn another_server(&self) -> Arc<api::state::State> {
        app::open(&self.options).await.unwrap()
    }

    /// Stops the server and keeps everything else, for stories in which the program itself serves.
    pub async fn halt(self) -> Halted {
        let Self { clock, running, tenant, slug, units, fresh, options } = self;
        Arc::into_inner(running).unwrap().stop().await;
        Halted { clock, tenant, slug, units, fresh, options }
    }

    /// Stops the server and throws its data away.
    pub async fn end(self) {
        let Self { running, fresh, .. } = self;
        Arc::into_inner(running).unwrap().stop().await;
        drop(fresh);
    }

    /// Moves the clock on.
    pub fn days_pass(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
    }
    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
    /// Today in Hà Nội.
    pub fn today(&self) -> Date {
        Date::of((self.now().utc() + TimeDelta::hours(7)).date_naive())
    }
    /// The day so many days from today.
    pub fn day(&self, days: i64) -> Date {
        self.today().plus(days)
    }

    /// Where the data is, to do to it what no caller can.
    pub fn place(&self) -> &api::db::Place {
        &self.fresh.place
    }

    /// Nobody.
    pub fn stranger(&self) -> Client {
        Client::new(&format!("http://{}", self.running.address))
    }
    /// The administrator.
    pub async fn admin(&self) -> Client {
        self.sign_in("quan.tri").await
    }
    /// The clerk.
    pub async fn office(&self) -> Client {
        self.somebody("van.phong", Role::Office, "Văn phòng Đảng ủy", UnitKind::VanPhong).await
    }
    /// The supervisor.
    pub async fn leader(&self) -> Client {
        self.somebody("thuong.truc", Role::Leader, "Thường trực Đảng ủy", UnitKind::ThuongTruc).await
    }
    /// The inspector.
    pub async fn inspector(&self) -> Client {
        self.somebody("kiem.tra", Role::Inspector, "Ủy ban Kiểm tra", UnitKind::Ubkt).await
    }
    /// The head of a village, which exists from now on.
    pub async fn head_of(&self, village: &str) -> Client {
        let user = openapi::text::fold(village).replace(' ', ".");
        self.somebody(&user, Role::Reporter, village, UnitKind::Thon).await
    }
    /// Whoever oversees the villages named, from long ago.
    pub async fn overseer_of(&self, villages: &[&str]) -> Client {
        let client = self.somebody("uy.vien", Role::Overseer, "Ban Thường vụ", UnitKind::BanThuongVu).await;
        let person = self.me(&client).await;
        let admin = self.admin().await;
        for village in villages {
            let unit = self.unit(village, UnitKind::Thon).await;
            let draft = OversightDraft { person, unit, from: self.day(-3000), to: None };
            admin.call::<PutOversight>(id(), draft).await.unwrap();
        }
        client
    }

    /// The unit of this name, entered if need be.
    pub async fn unit(&self, unit_name: &str, kind: UnitKind) -> UnitId {
        let mut units = self.units.lock().await;
        if let Some(unit) = units.get(unit_name) {
            return *unit;
        }
        let unit = id();
        let draft = UnitDraft {
            kind,
            name: name(unit_name),
            aliases: vec![],
            parent: None,
            valid_from: None,
            valid_to: None,
        };
        self.admin().await.call::<PutUnit>(unit, draft).await.unwrap();
        units.insert(unit_name.to_owned(), unit);
        unit
    }
    /// A village.
    pub async fn village(&self, village: &str) -> UnitId {
        self.unit(village, UnitKind::Thon).await
    }

    /// Somebody with one role at a unit, signed in.
    pub async fn somebody(&self, user: &str, role: Role, unit_name: &str, kind: UnitKind) -> Client {
        let unit = self.unit(unit_name, kind).await;
        if let Ok(client) = self.try_sign_in(user).await {
            return client;
        }
        let person: PersonId = id();
        let draft = PersonDraft {
            name: name(&format!("Người của {unit_name}")),
            phone: None,
            user_name: Some(user.parse().unwrap()),
            roles: vec![RoleAt { role, unit }],
            language: None,
        };
        self.admin().await.call::<PutPerson>(person, draft).await.unwrap();
        let tenant = self.tenant;
        self.running.state.db.write(move |tx| set_password(tx, tenant, person, hashed())).await.unwrap();
        self.sign_in(user).await
    }

    /// Another system, with a key of these scopes, perhaps limited to some units.
    pub async fn key(&self, scopes: &[KeyScope], units: Option<&[UnitId]>) -> Client {
        let draft = KeyDraft {
            name: name("Cổng dữ liệu của tỉnh"),
            scopes: scopes.to_vec(),
            units: units.map(<[UnitId]>::to_vec),
            addresses: None,
            days: 180.try_into().unwrap(),
        };
        let issued = self.admin().await.call::<PutKey>(id(), draft).await.unwrap().reply;
        self.with_key(&issued.secret.unwrap())
    }
    /// Whoever has the secret of a key.
    pub fn with_key(&self, secret: &KeySecret) -> Client {
        self.stranger().with_token(&secret.as_str().parse().unwrap())
    }

    /// Signs in with the password everybody has.
    pub async fn sign_in(&self, user: &str) -> Client {
        self.try_sign_in(user).await.unwrap()
    }
    async fn try_sign_in(&self, user: &str) -> Result<Client, mobile_client::Failed> {
        let credentials = Credentials {
            login: user.parse().unwrap(),
            password: password(),
            device_name: name("máy thử"),
            organisation: Some(self.slug.parse().unwrap()),
            device_proof: None,
        };
        let session = self.stranger().call::<SignIn>((), credentials).await?.reply;
        Ok(self.stranger().with_session(&session))
    }

    /// Who a client speaks for.
    pub async fn me(&self, client: &Client) -> PersonId {
        client.call::<openapi::sessions::ReadMe>((), Nothing).await.unwrap().reply.id
    }
}
