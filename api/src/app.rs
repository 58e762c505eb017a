//! The program put together: features mounted, limits set, the server started and stopped.
//! **Invariant: every endpoint of the contract is mounted here, once.**

use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr, TcpListener},
    num::NonZeroU32,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    middleware::{Compress, from_fn},
    web,
};

use crate::{
    access::Actors,
    channels::{self, Outside},
    clock::Clock,
    config,
    db::{self, Db, Place},
    error::{Error, Result},
    keys::Uses,
    metrics::Metrics,
    net::{self, Allowed},
    phone::{self, Shelf},
    serve::{Limits, Routes, edge},
    sessions,
    state::State,
};

/// How the program is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the data is kept.
    pub place: Place,
    /// The time it goes by.
    pub clock: Clock,
    /// How many threads take requests.
    pub workers: usize,
    /// How many database connections are open at most.
    pub connections: u32,
    /// How much one caller may ask in a minute.
    pub requests_per_minute: NonZeroU32,
    /// Proxies whose word on the caller's address is believed.
    pub trusted_proxies: HashSet<IpAddr>,
    /// Addresses that may read the metrics.
    pub metrics_from: HashSet<IpAddr>,
    /// Hosts that may be reached from here although they are in a private network or have no TLS.
    pub outgoing_allow_hosts: Allowed,
    /// Whether it warns people; several servers on the same data may, and each warning is given once.
    pub warns: bool,
    /// Under which address people reach this server.
    pub public_url: String,
    /// Where the phone's app is; what was built with the program, unless named.
    pub app: Option<PathBuf>,
    /// Where the office's app is; what was built with the program, unless named.
    pub office: Option<PathBuf>,
    /// The ways messages take.
    pub channels: config::Channels,
}

/// Everything of the contract, mounted.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    crate::sessions::mount(&mut routes);
    crate::organisation::mount(&mut routes);
    crate::roster::mount(&mut routes);
    crate::units::mount(&mut routes);
    crate::people::mount(&mut routes);
    crate::calendar::mount(&mut routes);
    crate::channels::mount(&mut routes);
    crate::calendar_feeds::mount(&mut routes);
    crate::keys::mount(&mut routes);
    crate::directives::mount(&mut routes);
    crate::imports::mount(&mut routes);
    crate::tasks::mount(&mut routes);
    crate::assignments::mount(&mut routes);
    crate::reports::mount(&mut routes);
    crate::attachments::mount(&mut routes);
    crate::decisions::mount(&mut routes);
    crate::figures::mount(&mut routes);
    crate::alerts::mount(&mut routes);
    crate::ledger::mount(&mut routes);
    crate::webhooks::mount(&mut routes);
    crate::health::mount(&mut routes);
    routes
}

/// Opens the database, migrated and with its keys made, and everything the requests share.
///
/// # Errors
/// When the database cannot be reached or migrated.
pub async fn open(options: &Options) -> Result<Arc<State>> {
    let place = options.place.clone();
    tokio::task::spawn_blocking(move || db::migrate(&place))
        .await
        .map_err(|bad| Error::Broken(format!("migration: {bad}")))??;
    let actors = Arc::new(Actors::default());
    let forgetful = Arc::clone(&actors);
    let db = Db::open(db::Options {
        place: options.place.clone(),
        connections: options.connections,
        clock: options.clock.clone(),
        after_forget: Arc::new(move || forgetful.forget()),
    })?;
    db.write(sessions::ensure_installation).await?;
    db.write(channels::ensure_push_key).await?;
    let keys = db.read(sessions::keys).await?;
    let push_key = db.read(channels::push_key).await?;
    let (secret, epoch) = db
        .read(sessions::installation)
        .await?
        .ok_or_else(|| Error::Broken("the installation has no key".to_owned()))?;
    Ok(Arc::new(State {
        db,
        actors,
        keys: std::sync::RwLock::new(keys),
        secret,
        epoch,
        limits: Limits::per_minute(options.requests_per_minute),
        metrics: Metrics::new()?,
        net: net::Client::new(options.outgoing_allow_hosts.clone())?,
        trusted_proxies: options.trusted_proxies.clone(),
        metrics_from: options.metrics_from.clone(),
        public_url: options.public_url.clone(),
        outside: Outside::open(
            &options.channels,
            push_key.as_deref(),
            &options.public_url,
            &options.outgoing_allow_hosts,
        )?,
        climbed: crate::alerts::Climbed::default(),
        key_uses: Uses::default(),
        feed_uses: Uses::default(),
    }))
}

/// A server that is running.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its requests share.
    pub state: Arc<State>,
    handle: ServerHandle,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    jobs: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Waits until the server has stopped, by a signal or by [`Self::stop`] from elsewhere.
    ///
    /// # Errors
    /// When it could not run.
    pub async fn finished(self) -> Result<()> {
        let ended = self.server.await.map_err(|bad| Error::Broken(format!("server: {bad}")))?;
        self.jobs.abort();
        ended.map_err(|bad| Error::Broken(format!("server: {bad}")))
    }
    /// Stops taking requests, and finishes those it has accepted.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        self.jobs.abort();
        let _ended = self.server.await;
    }
    /// The handle by which another task stops it.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }
}

/// Starts answering. `signals` says whether SIGTERM and SIGINT stop it.
///
/// # Errors
/// When the address is taken.
pub async fn start(options: &Options, listener: TcpListener, signals: bool) -> Result<Running> {
    const FINISH_WITHIN: u64 = 30;
    let state = open(options).await?;
    let app = Arc::new(Shelf::open(&phone::PHONE, options.app.as_deref())?);
    let office = Arc::new(Shelf::open(&phone::OFFICE, options.office.as_deref())?);
    let address = listener.local_addr().map_err(|bad| Error::Broken(format!("address: {bad}")))?;
    let shared = Arc::clone(&state);
    let workers = options.workers.max(1);
    // More threads than connections only wait for each other (`design/storage.md` §5.1).
    let connections = usize::try_from(options.connections).unwrap_or(4);
    let mut server = HttpServer::new(move || {
        App::new().app_data(Arc::clone(&shared)).wrap(Compress::default()).wrap(from_fn(edge)).configure(
            |config: &mut web::ServiceConfig| {
                crate::docs::mount(config);
                phone::mount(config, &app);
                phone::mount(config, &office);
                phone::mount_root(config);
                channels::mount_pages(config);
                routes().configure(config);
            },
        )
    })
    .workers(workers)
    .worker_max_blocking_threads(connections.div_ceil(workers).max(1))
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(FINISH_WITHIN);
    if !signals {
        server = server.disable_signals();
    }
    let server = server.listen(listener).map_err(|bad| Error::Broken(format!("cannot listen: {bad}")))?.run();
    let handle = server.handle();
    let jobs = tokio::spawn(crate::jobs::run(Arc::clone(&state), options.warns));
    Ok(Running { address, state, handle, server: tokio::spawn(server), jobs })
}
