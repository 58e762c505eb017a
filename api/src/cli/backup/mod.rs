//! `dondoc backup` and `dondoc restore`. **Invariant: a file that is called a backup is whole, on
//! disk and has been read again; nothing is ever restored over data.**

mod postgres;
mod sqlite;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use super::{
    Done, Stopped,
    database::{self, Tables},
    say, store,
};
use crate::{
    clock::Clock,
    db::{self, AnyConnection, Place, Writing},
    error::Error,
    hold,
};

/// `dondoc backup`
pub(super) fn backup(place: &Place, file: &Path) -> Done {
    if file.exists() {
        return Err(Stopped::failed(format!("{} is there already, and is left alone", file.display())));
    }
    // A disk that is not mounted is a folder that is not there: it must not be made on another disk.
    if let Some(folder) = folder_of(file).filter(|folder| !folder.is_dir()) {
        return Err(Stopped::failed(format!("there is no folder {}", folder.display())));
    }
    drop(database::existing(place)?);
    let part = Part::beside(file)?;
    match place {
        Place::Sqlite(path) => sqlite::copy_out(path, &part.0)?,
        Place::Postgres(url) => postgres::dump(url, &part.0)?,
    }
    let size = std::fs::metadata(&part.0).map_or(0, |about| about.len());
    part.becomes(file)?;
    say(format!("All data is in {} ({} kB).", file.display(), size.div_ceil(1000)));
    Ok(())
}

/// `dondoc restore`
pub(super) fn restore(place: &Place, file: &Path) -> Done {
    if !file.is_file() {
        return Err(Stopped::failed(format!("there is no file {}", file.display())));
    }
    match place {
        Place::Sqlite(path) => {
            sqlite::must_be_free(path)?;
            sqlite::must_be_at_rest(file)?;
            let part = Part::beside(path)?;
            copy_content(file, &part.0).map_err(|bad| io("copy", file, &bad))?;
            sqlite::must_be_whole(&part.0)?;
            renew(&Place::Sqlite(part.0.clone()))?;
            // SQLite empties the file beside it when the last connection closes; else it is needed.
            sqlite::must_be_at_rest(&part.0)?;
            part.becomes(path)?;
        }
        Place::Postgres(url) => {
            if store::table_count(&mut place.connect()?)? > 0 {
                return Err(Stopped::NotEmpty(
                    "the database has tables already, and is left alone".to_owned(),
                ));
            }
            postgres::fill(url, file)?;
            renew(place)?;
        }
    }
    say("All data is back. Phones and other systems that follow it will fetch everything again.");
    say("It sends nothing to anybody yet. Does it take the original's place? Then: dondoc sending resume");
    Ok(())
}

/// What makes a copy of the data a database of its own: the tables this program knows, a name that no
/// feed of the original goes on under, and silence until somebody says that the original is no more.
fn renew(place: &Place) -> Done {
    let ours = database::tables(&mut place.connect()?)?;
    match ours {
        Tables::None => return Err(Stopped::failed("this is no backup of Đôn Đốc's data")),
        Tables::Ahead => {
            return Err(Stopped::failed("the backup was written by a newer version of dondoc; use that one"));
        }
        Tables::Behind(_) | Tables::Current => {}
    }
    db::migrate(place)?;
    let mut connection = place.connect()?;
    let now = Clock::wall().now();
    Ok(diesel::Connection::transaction(&mut connection, |c: &mut AnyConnection| {
        let tx = &mut Writing::on(c, now);
        hold::hold(tx)?;
        store::new_epoch(tx)
    })
    .map_err(|error: Error| error)?)
}

/// The content alone: what the other file may be read by is not what the database may be read by.
fn copy_content(from: &Path, to: &Path) -> std::io::Result<u64> {
    std::io::copy(&mut File::open(from)?, &mut File::options().write(true).open(to)?)
}

fn folder_of(file: &Path) -> Option<&Path> {
    file.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// A file that is being written, beside the one it will be. Taken away again when it does not come
/// to that.
struct Part(PathBuf);

impl Part {
    fn beside(file: &Path) -> Result<Self, Stopped> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = Self(file.with_file_name(name));
        part.clear();
        database::make_private(&part.0).map_err(|bad| io("make", &part.0, &bad))?;
        Ok(part)
    }

    /// Gives it its name, once it is on disk; the name is on disk too when this returns.
    fn becomes(self, file: &Path) -> Done {
        let done = File::open(&self.0)
            .and_then(|part| part.sync_all())
            .and_then(|()| std::fs::rename(&self.0, file))
            .and_then(|()| sync_folder(file));
        done.map_err(|bad| io("write", file, &bad))
    }

    fn clear(&self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            let _was_not_there = std::fs::remove_file(name);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> std::io::Result<()> {
    File::open(folder_of(file).unwrap_or(Path::new(".")))?.sync_all()
}
#[cfg(not(unix))]
fn sync_folder(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

fn io(verb: &str, file: &Path, bad: &std::io::Error) -> Stopped {
    Stopped::failed(format!("cannot {verb} {}: {bad}", file.display()))
}
