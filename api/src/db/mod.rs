//! The only ways to a connection. **Invariant: a write is a function that may run twice and touches
//! nothing but its transaction; what it answers leaves only after the commit is on disk.**
//!
//! On SQLite one thread writes: it takes the writes that wait, runs each in a savepoint of one
//! transaction, commits once with `synchronous=FULL` and then answers them all. On PostgreSQL each
//! write is a serializable transaction of its own, tried again when the database asks for it.

mod connection;
mod one_of;
mod statement;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use openapi::{id::Id, value::Instant};
use tokio::sync::oneshot;

pub use self::{connection::AnyConnection, one_of::one_of, statement::Statement};
use crate::{
    clock::Clock,
    error::{Error, Result},
};

/// Every migration, inside the program.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// How many rows one statement inserts: PostgreSQL takes 65,535 values in one.
pub const ROWS_AT_ONCE: usize = 500;

/// Runs the same expression on whichever engine is there, for what the common type cannot say.
#[macro_export]
macro_rules! on_both {
    ($connection:expr, |$c:ident| $body:expr) => {
        match $connection {
            $crate::db::AnyConnection::Sqlite($c) => $body,
            $crate::db::AnyConnection::Postgres($c) => $body,
        }
    };
}

/// Where the data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file of SQLite's.
    Sqlite(PathBuf),
    /// In PostgreSQL, by its URL.
    Postgres(String),
}

impl Place {
    /// From a setting: a URL of PostgreSQL, or else the path of a file (also as `sqlite:…`).
    #[must_use]
    pub fn of(setting: &str) -> Self {
        if setting.starts_with("postgres://") || setting.starts_with("postgresql://") {
            return Self::Postgres(setting.to_owned());
        }
        let path = setting.strip_prefix("sqlite:").unwrap_or(setting);
        Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }

    /// Opens one connection that may write, with everything set as we want it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn connect(&self) -> Result<AnyConnection> {
        self.establish().map_err(|bad| Error::Broken(format!("cannot open the database: {bad}")))
    }

    fn establish(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder)
                        .map_err(|bad| diesel::ConnectionError::BadConnection(bad.to_string()))?;
                }
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                set_pragmas(&mut connection).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Sqlite(connection))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(url)?;
                connection
                    .batch_execute(
                        // Planned once: planning a page anew cost as much as reading it.
                        "SET client_min_messages = warning; SET timezone = 'UTC';
                         SET plan_cache_mode = force_generic_plan;",
                    )
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Postgres(connection))
            }
        }
    }
}

/// Going over to WAL wants a new file for itself, and of all that SQLite does it alone does not wait for
/// it: of several servers that start at once on a new file all but one would fail.
fn set_pragmas(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..250 {
        match connection.batch_execute(PRAGMAS) {
            Err(diesel::result::Error::DatabaseError(_, why)) if why.message() == "database is locked" => {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
    connection.batch_execute(PRAGMAS)
}

/// Measured in `design/storage.md` §6. `synchronous=FULL`: an answered write survives a power cut.
const PRAGMAS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = 1073741824;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -4000;
    PRAGMA wal_autocheckpoint = 1000;
";

/// Runs the migrations that are still to run.
///
/// # Errors
/// When one of them fails; it is then not applied.
pub fn migrate(place: &Place) -> Result<usize> {
    let mut connection = place.connect()?;
    // Several processes may start at once on one PostgreSQL: one migrates, the others wait for it.
    if let AnyConnection::Postgres(c) = &mut connection {
        c.batch_execute("SELECT pg_advisory_lock(7305218934)")?;
    }
    let ran = run_pending(&mut connection);
    if let AnyConnection::Postgres(c) = &mut connection {
        // The default waits for a fifth of a table to change; index-only scans need it sooner.
        c.batch_execute(
            "ALTER TABLE assignments SET (autovacuum_vacuum_scale_factor = 0.01);
             SELECT pg_advisory_unlock(7305218934)",
        )?;
    }
    ran
}

fn run_pending(connection: &mut AnyConnection) -> Result<usize> {
    let failed = |bad| Error::Broken(format!("migration: {bad}"));
    if !connection.has_pending_migration(MIGRATIONS).map_err(failed)? {
        return Ok(0);
    }
    // On SQLite the one who may write migrates, and the others wait for him.
    let sqlite = matches!(connection, AnyConnection::Sqlite(_));
    if sqlite {
        begin(connection, "BEGIN IMMEDIATE")?;
    }
    let ran = connection.run_pending_migrations(MIGRATIONS).map(|ran| ran.len()).map_err(failed);
    match (&ran, sqlite) {
        (Ok(_), true) => commit(connection)?,
        (Err(_), true) => rollback(connection)?,
        (_, false) => {}
    }
    ran
}

/// Reads within one transaction or connection; see [`Db::read`].
pub struct Reading<'t> {
    connection: &'t mut AnyConnection,
    now: Instant,
}

impl Reading<'_> {
    /// The moment this transaction began. The only time there is in it.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }
    /// Whether this is SQLite.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.connection, AnyConnection::Sqlite(_))
    }
    /// The connection, for stores only.
    pub const fn conn(&mut self) -> &mut AnyConnection {
        self.connection
    }
}

/// How many ids this process has made.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Writes within one transaction; see [`Db::write`].
pub struct Writing<'t> {
    reading: Reading<'t>,
    forget_actors: bool,
}

impl<'t> std::ops::Deref for Writing<'t> {
    type Target = Reading<'t>;
    fn deref(&self) -> &Reading<'t> {
        &self.reading
    }
}
impl std::ops::DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reading
    }
}

impl<'t> Writing<'t> {
    /// A write on a connection whose transaction the caller holds: for the command line and jobs.
    pub const fn on(connection: &'t mut AnyConnection, now: Instant) -> Self {
        Self { reading: Reading { connection, now }, forget_actors: false }
    }

    /// A new id. Those this process makes sort in the order in which they were made.
    ///
    /// # Errors
    /// When the machine has no chance to give.
    pub fn new_id<T>(&mut self) -> Result<Id<T>> {
        let mut chance = [0; 10];
        getrandom::fill(&mut chance).map_err(|bad| Error::Broken(format!("getrandom: {bad}")))?;
        // 32 bits count what this process makes, so that ids of one millisecond keep their order;
        // the rest is chance (RFC 9562 §6.2, method 1).
        let [high, middle, low, last] = MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let [a, b, c, d, e, ..] = &mut chance;
        (*a, *b) = (high >> 4, (high << 4) | (middle >> 4));
        (*c, *d) = (((middle & 0x0f) << 2) | (low >> 6), (low << 2) | (last >> 6));
        *e = (last << 2) | (*e & 0x03);
        let ms = u64::try_from(self.reading.now.unix_ms()).unwrap_or(0);
        Ok(Id::new(ms, chance))
    }

    /// Says that roles, units, settings or sessions changed: what is remembered of callers is
    /// forgotten when this is committed.
    pub const fn forget_actors(&mut self) {
        self.forget_actors = true;
    }
}

/// What is run after a commit that changed who may do what.
pub type AfterForget = Arc<dyn Fn() + Send + Sync>;

/// How the database is opened.
#[derive(Clone)]
pub struct Options {
    /// Where.
    pub place: Place,
    /// How many connections read (SQLite), or read and write (PostgreSQL).
    pub connections: u32,
    /// The time.
    pub clock: Clock,
    /// See [`AfterForget`].
    pub after_forget: AfterForget,
}

/// The database: two verbs, whichever engine is behind it.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Opener>,
    writer: Option<Arc<Writer>>,
    options: Options,
}

struct Opener {
    place: Place,
    read_only: bool,
}

impl r2d2::ManageConnection for Opener {
    type Connection = AnyConnection;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        let mut connection = self.place.establish()?;
        if self.read_only {
            connection
                .batch_execute("PRAGMA query_only = ON")
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(connection)
    }
    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Self::Error> {
        match connection {
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(c) => diesel::sql_query("SELECT 1")
                .execute(c)
                .map(|_| ())
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration),
        }
    }
    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking()
            || on_both!(connection, |c| { AnsiTransactionManager::is_broken_transaction_manager(c) })
    }
}

impl Db {
    /// Opens the database. Migrations are not run; see [`migrate`].
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn open(options: Options) -> Result<Self> {
        let sqlite = matches!(options.place, Place::Sqlite(_));
        let writer = if sqlite { Some(Arc::new(Writer::start(options.clone())?)) } else { None };
        let pool = r2d2::Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(5))
            .build(Opener { place: options.place.clone(), read_only: sqlite })
            .map_err(|bad| Error::Broken(format!("cannot open the database: {bad}")))?;
        Ok(Self { pool, writer, options })
    }

    /// The time this database goes by.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.options.clock
    }
    /// Whether this is SQLite.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        self.writer.is_some()
    }
    /// How many connections are in use and how many are open, for the metrics.
    #[must_use]
    pub fn pool_state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections - state.idle_connections, state.connections)
    }

    /// How many writes wait for the one writer, for the metrics; none ever do on PostgreSQL.
    #[must_use]
    pub fn writes_waiting(&self) -> usize {
        self.writer.as_ref().map_or(0, |writer| writer.waiting.load(Ordering::Relaxed))
    }

    /// Reads. Each statement sees what is committed when it begins.
    ///
    /// # Errors
    /// What the story refuses, or that the database is out of reach.
    pub async fn read<T, F>(&self, story: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reading<'_>) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || {
            let mut connection = db.pool.get().map_err(|_timeout| Error::Busy)?;
            let now = db.options.clock.now();
            let mut tx = Reading { connection: &mut connection, now };
            let answer = story(&mut tx);
            if db.writer.is_none() && matches!(answer, Err(Error::Busy)) {
                // A connection the server has closed stays broken: make the pool drop it.
                if diesel::sql_query("SELECT 1").execute(&mut *connection).is_err() {
                    forget_connection(&mut connection);
                }
            }
            answer.map_err(outside)
        })
        .await
    }

    /// Reads, with all statements seeing the same state of the data.
    ///
    /// # Errors
    /// What the story refuses, or that the database is out of reach.
    pub async fn snapshot<T, F>(&self, story: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reading<'_>) -> Result<T> + Send + 'static,
    {
        let sqlite = self.is_sqlite();
        self.read(move |tx| {
            let how = if sqlite { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
            begin(tx.conn(), how)?;
            let answer = story(tx);
            rollback(tx.conn())?;
            answer
        })
        .await
    }

    /// Writes on PostgreSQL without serializable isolation, for the one job that takes a lock first and
    /// must see everything that is committed by then. Does nothing on SQLite.
    ///
    /// # Errors
    /// That the database is busy or out of reach.
    pub async fn write_after_lock<T, F>(&self, lock: i64, job: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: Fn(&mut Writing<'_>) -> Result<T> + Send + 'static,
    {
        if self.is_sqlite() {
            return Ok(None);
        }
        let db = self.clone();
        blocking(move || {
            let mut connection = db.pool.get().map_err(|_timeout| Error::Busy)?;
            begin(&mut connection, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
            let done = connection
                .batch_execute(&format!("SELECT pg_advisory_xact_lock({lock})"))
                .map_err(Error::from)
                .and_then(|()| job(&mut Writing::on(&mut connection, db.options.clock.now())));
            match done {
                Ok(done) => commit(&mut connection).map(|()| Some(done)),
                Err(error) => {
                    rollback(&mut connection)?;
                    Err(error)
                }
            }
        })
        .await
        .map_err(outside)
    }

    /// Writes. The story may run more than once; only its last run counts, whole or not at all.
    /// When this answers, what was written is on disk.
    ///
    /// # Errors
    /// What the story refuses, or that the database is busy, full or out of reach. Nothing is
    /// written then.
    pub async fn write<T, F>(&self, story: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Writing<'_>) -> Result<T> + Send + 'static,
    {
        let answer = match &self.writer {
            Some(writer) => writer.write(story).await,
            None => {
                let db = self.clone();
                blocking(move || db.write_postgres(&story)).await
            }
        };
        answer.map_err(outside)
    }

    fn write_postgres<T>(&self, story: &impl Fn(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        const ATTEMPTS: u32 = 30;
        let mut connection = self.pool.get().map_err(|_timeout| Error::Busy)?;
        for attempt in 0..ATTEMPTS {
            let answer = self.try_postgres(&mut connection, story);
            match answer {
                Err(Error::Retry) => std::thread::sleep(back_off(attempt)),
                Err(Error::Busy | Error::Full) => {
                    if diesel::sql_query("SELECT 1").execute(&mut *connection).is_err() {
                        forget_connection(&mut connection);
                    }
                    return answer;
                }
                other => return other,
            }
        }
        tracing::warn!(attempts = ATTEMPTS, "a write gave up against others");
        Err(Error::Busy)
    }

    fn try_postgres<T>(
        &self,
        connection: &mut AnyConnection,
        story: &impl Fn(&mut Writing<'_>) -> Result<T>,
    ) -> Result<T> {
        begin(connection, "BEGIN ISOLATION LEVEL SERIALIZABLE")?;
        let mut tx = Writing::on(connection, self.options.clock.now());
        let answer = catch_unwind(AssertUnwindSafe(|| story(&mut tx)));
        let forget = tx.forget_actors;
        let answer = match answer {
            Ok(answer) => answer,
            Err(_) => Err(Error::Broken("a write panicked".to_owned())),
        };
        match answer {
            Ok(answer) => {
                commit(connection)?;
                if forget {
                    (self.options.after_forget)();
                }
                Ok(answer)
            }
            Err(error) => {
                rollback(connection)?;
                Err(error)
            }
        }
    }
}

fn begin(connection: &mut AnyConnection, sql: &str) -> Result<()> {
    Ok(on_both!(connection, |c| { AnsiTransactionManager::begin_transaction_sql(c, sql) })?)
}
fn commit(connection: &mut AnyConnection) -> Result<()> {
    Ok(on_both!(connection, |c| { AnsiTransactionManager::commit_transaction(c) })?)
}
fn rollback(connection: &mut AnyConnection) -> Result<()> {
    Ok(on_both!(connection, |c| { AnsiTransactionManager::rollback_transaction(c) })?)
}

/// Marks a connection as broken, so that the pool closes it.
fn forget_connection(connection: &mut AnyConnection) {
    if let AnyConnection::Postgres(c) = connection {
        // A transaction begun on a dead connection and not ended is what the pool looks for.
        let _dead = AnsiTransactionManager::begin_transaction(c);
        let _dead = AnsiTransactionManager::rollback_transaction(c);
    }
}

/// A short wait, longer with each attempt, never the same for two that met.
fn back_off(attempt: u32) -> Duration {
    let mut chance = [0; 2];
    let _ = getrandom::fill(&mut chance);
    let most = 1000 * (1_u64 << attempt.min(6));
    Duration::from_micros(200 + u64::from(u16::from_le_bytes(chance)) * most / 65_536)
}

/// `Retry` is a word between the engine and this module; outside it means that others were faster.
fn outside(error: Error) -> Error {
    match error {
        Error::Retry => Error::Busy,
        other => other,
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|panicked| Err(Error::Broken(format!("a story panicked: {panicked}"))))
}

/// The thread that writes on SQLite.
struct Writer {
    queue: mpsc::SyncSender<Box<dyn Job>>,
    waiting: Arc<AtomicUsize>,
}

/// How many writes may wait; more are told that the server is busy.
const QUEUE: usize = 1024;
/// How many writes share one commit at most.
const BATCH: usize = 64;

/// One write, whatever it answers.
trait Job: Send {
    /// Runs it; an error that concerns more than this write is handed back.
    fn run(&mut self, connection: &mut AnyConnection, now: Instant) -> Result<()>;
    /// Whether who may do what has changed.
    fn forgets(&self) -> bool;
    /// Forgets what it would have answered, because it was rolled back.
    fn undo(&mut self, error: Error);
    /// Answers.
    fn answer(self: Box<Self>);
}

struct JobOf<T, F> {
    story: F,
    outcome: Result<T>,
    forgets: bool,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&mut Writing<'_>) -> Result<T> + Send> Job for JobOf<T, F> {
    fn run(&mut self, connection: &mut AnyConnection, now: Instant) -> Result<()> {
        let mut forgets = false;
        let outcome = connection.transaction(|connection| {
            let mut tx = Writing::on(connection, now);
            let answer = (self.story)(&mut tx);
            forgets = tx.forget_actors;
            answer
        });
        match outcome {
            // These say something of the transaction all share, not of this write alone.
            Err(error @ (Error::Full | Error::Busy | Error::Retry | Error::Broken(_))) => Err(error),
            outcome => {
                self.forgets = forgets && outcome.is_ok();
                self.outcome = outcome;
                Ok(())
            }
        }
    }
    fn forgets(&self) -> bool {
        self.forgets
    }
    fn undo(&mut self, error: Error) {
        self.forgets = false;
        self.outcome = Err(error);
    }
    fn answer(self: Box<Self>) {
        // The caller may have gone; what is written stays written.
        let _gone = self.reply.send(self.outcome);
    }
}

impl Writer {
    fn start(options: Options) -> Result<Self> {
        let connection = options.place.connect()?;
        let (queue, jobs) = mpsc::sync_channel::<Box<dyn Job>>(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        let thread = WriterThread { connection, options, waiting: Arc::clone(&waiting) };
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || thread.run(&jobs))
            .map_err(|bad| Error::Broken(format!("cannot start the writer: {bad}")))?;
        Ok(Self { queue, waiting })
    }

    async fn write<T, F>(&self, story: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Writing<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = JobOf { story, outcome: Err(Error::Busy), forgets: false, reply };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(Box::new(job)).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy);
        }
        answer.await.unwrap_or_else(|_gone| Err(Error::Broken("the writer is gone".to_owned())))
    }
}

struct WriterThread {
    connection: AnyConnection,
    options: Options,
    waiting: Arc<AtomicUsize>,
}

impl WriterThread {
    fn run(mut self, queue: &mpsc::Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let mut jobs = vec![first];
            jobs.extend(queue.try_iter().take(BATCH - 1));
            self.waiting.fetch_sub(jobs.len(), Ordering::Relaxed);
            self.commit_together(jobs);
        }
    }

    /// One transaction for all. If it fails for a reason that is not one write's own, each is tried
    /// in a transaction of its own, so that only the one at fault suffers.
    fn commit_together(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let together = self.transact(&mut jobs);
        if let Err(error) = together {
            if jobs.len() == 1 {
                for job in &mut jobs {
                    job.undo(clone_of(&error));
                }
            } else {
                for mut job in jobs {
                    let alone = std::slice::from_mut(&mut job);
                    if let Err(error) = self.transact(alone) {
                        job.undo(error);
                    }
                    self.settle(vec![job]);
                }
                return;
            }
        }
        self.settle(jobs);
    }

    fn settle(&self, jobs: Vec<Box<dyn Job>>) {
        if jobs.iter().any(|job| job.forgets()) {
            (self.options.after_forget)();
        }
        for job in jobs {
            job.answer();
        }
    }

    fn transact(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        let now = self.options.clock.now();
        let connection = &mut self.connection;
        let done = catch_unwind(AssertUnwindSafe(|| {
            begin(connection, "BEGIN IMMEDIATE")?;
            for job in jobs.iter_mut() {
                job.run(connection, now)?;
            }
            commit(connection)
        }));
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                self.abandon();
                Err(error)
            }
            Err(_) => {
                self.abandon();
                Err(Error::Broken("a write panicked".to_owned()))
            }
        }
    }

    /// Leaves no transaction behind: rolls back, and opens the file anew if that is not enough.
    fn abandon(&mut self) {
        let _gone = on_both!(&mut self.connection, |c| {
            while AnsiTransactionManager::rollback_transaction(c).is_ok() {}
            c.batch_execute("ROLLBACK")
        });
        match self.options.place.connect() {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::error!(?error, "cannot reopen the database"),
        }
    }
}

fn clone_of(error: &Error) -> Error {
    match error {
        Error::Refused(refusal) => Error::Refused(refusal.clone()),
        Error::Retry => Error::Retry,
        Error::Busy => Error::Busy,
        Error::Full => Error::Full,
        Error::Broken(cause) => Error::Broken(cause.clone()),
    }
}

/// Where the files of a SQLite database are, for backup.
#[must_use]
pub fn sqlite_file(place: &Place) -> Option<&Path> {
    match place {
        Place::Sqlite(path) => Some(path),
        Place::Postgres(_) => None,
    }
}

/// The keys after which a page begins.
///
/// # Errors
/// When the cursor is not one this list made.
pub fn after<K: serde::de::DeserializeOwned>(cursor: Option<&openapi::value::Cursor>) -> Result<Option<K>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    cursor.keys().map(Some).ok_or_else(|| {
        Error::field(
            "?cursor",
            openapi::problem::FieldCode::BadValue,
            "Con trỏ này không phải của danh sách này.",
            "This cursor is not one of this list's.",
        )
    })
}

/// A pattern for `LIKE` over folded text, with `\` as its escape.
#[must_use]
pub fn contains(words: &openapi::value::Query) -> String {
    let mut pattern = String::from("%");
    for c in openapi::text::fold(words.as_str()).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
