//! Opening the database for a command. **Invariant: a command that needs data never makes an empty
//! database instead; a SQLite file that we make can be read by its owner only.**

use std::{path::Path, sync::Arc};

use diesel::{migration::MigrationSource, sqlite::Sqlite};

use super::{Done, Stopped, say, store};
use crate::{
    app,
    clock::Clock,
    config::Config,
    db::{self, AnyConnection, Db, MIGRATIONS, Place},
    error::Error,
    state::State,
};

/// How the tables compare with what this program knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tables {
    /// There are none of ours.
    None,
    /// So many migrations are still to run.
    Behind(usize),
    /// They are as this program knows them.
    Current,
    /// A newer program has been here.
    Ahead,
}

/// Compares the tables with what this program knows.
pub(super) fn tables(connection: &mut AnyConnection) -> Result<Tables, Error> {
    let applied = store::applied(connection)?;
    let known = MigrationSource::<Sqlite>::migrations(&MIGRATIONS)
        .map_err(|bad| Error::Broken(format!("migrations: {bad}")))?;
    let known: Vec<String> = known.iter().map(|one| one.name().version().to_string()).collect();
    if applied.is_empty() {
        return Ok(Tables::None);
    }
    if applied.iter().any(|one| !known.contains(one)) {
        return Ok(Tables::Ahead);
    }
    match known.iter().filter(|one| !applied.contains(one)).count() {
        0 => Ok(Tables::Current),
        missing => Ok(Tables::Behind(missing)),
    }
}

/// A connection to a database that is there and holds this program's tables, as they are now.
pub(super) fn existing(place: &Place) -> Result<AnyConnection, Stopped> {
    if let Place::Sqlite(path) = place
        && !path.exists()
    {
        return Err(Stopped::failed(format!(
            "there is no database at {}; `dondoc init` makes one",
            path.display()
        )));
    }
    let mut connection = place.connect()?;
    match tables(&mut connection)? {
        Tables::Current => Ok(connection),
        Tables::None => Err(Stopped::failed("the database is empty; `dondoc init` fills it")),
        Tables::Behind(_) => {
            Err(Stopped::failed("the database is of an older version; run `dondoc migrate`"))
        }
        Tables::Ahead => Err(too_new()),
    }
}

fn too_new() -> Stopped {
    Stopped::failed("the database was written by a newer version of dondoc; use that one")
}

/// The data of a database that is there.
pub(super) fn data(config: &Config) -> Result<Db, Stopped> {
    drop(existing(&config.place)?);
    Ok(Db::open(db::Options {
        place: config.place.clone(),
        connections: 1,
        clock: Clock::wall(),
        after_forget: Arc::new(|| ()),
    })?)
}

/// The database, made and brought up to date if need be.
pub(super) async fn made(config: &Config, clock: &Clock) -> Result<Arc<State>, Stopped> {
    prepare(&config.place)?;
    Ok(app::open(&config.options(clock)).await?)
}

/// What must be so before migrations run: not newer than we are, and not for everybody to read.
pub(super) fn prepare(place: &Place) -> Done {
    if let Place::Sqlite(path) = place {
        make_private(path)
            .map_err(|bad| Stopped::failed(format!("cannot make {}: {bad}", path.display())))?;
    }
    match tables(&mut place.connect()?)? {
        Tables::Ahead => Err(too_new()),
        Tables::None | Tables::Behind(_) | Tables::Current => Ok(()),
    }
}

/// Makes an empty file that only its owner can read, unless it is there. SQLite takes an empty file
/// for an empty database, and gives the files beside it the same permissions.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut how = std::fs::OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    match how.open(path) {
        Err(bad) if bad.kind() != std::io::ErrorKind::AlreadyExists => Err(bad),
        _ => Ok(()),
    }
}

/// `dondoc migrate`
pub(super) fn migrate(config: &Config) -> Done {
    prepare(&config.place)?;
    match db::migrate(&config.place)? {
        0 => say("The database is up to date."),
        1 => say("One migration has run; the database is up to date."),
        ran => say(format!("{ran} migrations have run; the database is up to date.")),
    }
    Ok(())
}
