//! Copies of a SQLite database.

use std::path::{Path, PathBuf};

use diesel::{Connection, SqliteConnection};

use super::super::{Done, Stopped, store};
use crate::db::AnyConnection;

fn open(path: &Path) -> Result<SqliteConnection, Stopped> {
    SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|bad| Stopped::failed(format!("cannot open {}: {bad}", path.display())))
}

/// Writes all data of one moment into a file that is empty, and reads it again.
pub(super) fn copy_out(from: &Path, to: &Path) -> Done {
    let target = to.to_str().ok_or_else(|| {
        Stopped::failed(format!("{} is not UTF-8, as SQLite wants its file names", to.display()))
    })?;
    store::copy_into(&mut open(from)?, target)?;
    must_be_whole(to)
}

/// Refuses what SQLite itself finds fault with.
pub(super) fn must_be_whole(path: &Path) -> Done {
    let mut connection = AnyConnection::Sqlite(open(path)?);
    let found = store::text(&mut connection, "(SELECT integrity_check FROM pragma_integrity_check LIMIT 1)");
    match found {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(Stopped::failed(format!("the copy is damaged: {said}"))),
        Err(_no_database) => Err(Stopped::failed("this is no backup of Đôn Đốc's data")),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(end);
    name.into()
}

/// Refuses to restore over anything.
pub(super) fn must_be_free(path: &Path) -> Done {
    let wal = beside(path, "-wal");
    if wal.exists() {
        return Err(Stopped::NotEmpty(format!(
            "{} belongs to another database; move it away first",
            wal.display()
        )));
    }
    if std::fs::metadata(path).is_ok_and(|about| about.len() > 0) {
        return Err(Stopped::NotEmpty(format!("{} is there already, and is left alone", path.display())));
    }
    Ok(())
}

/// Refuses the file of a running server, which is not all of its data.
pub(super) fn must_be_at_rest(file: &Path) -> Done {
    if std::fs::metadata(beside(file, "-wal")).is_ok_and(|about| about.len() > 0) {
        return Err(Stopped::failed(format!(
            "{} is a database and not all of it; make a backup of it with `dondoc backup`",
            file.display()
        )));
    }
    Ok(())
}
