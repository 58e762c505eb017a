//! A fresh database for each story. **Invariant: no story sees another's data.**

use api::db::Place;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use tempfile::TempDir;

/// Which engine a story is told on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A schema of its own on the server at this URL.
    Postgres(String),
}

impl Engine {
    /// PostgreSQL, where there is one.
    pub fn postgres() -> Option<Self> {
        match std::env::var("DONDOC_TEST_POSTGRES") {
            Ok(url) => Some(Self::Postgres(url)),
            Err(_) if std::env::var_os("CI").is_some() => panic!("DONDOC_TEST_POSTGRES is not set"),
            Err(_) => {
                eprintln!("SKIPPED on PostgreSQL: DONDOC_TEST_POSTGRES is not set");
                None
            }
        }
    }

    /// A fresh database.
    pub fn fresh(&self) -> Fresh {
        match self {
            Self::Sqlite => {
                let folder = TempDir::new().unwrap();
                let place = Place::Sqlite(folder.path().join("dondoc.db"));
                Fresh { place, kept: Kept::Folder(folder) }
            }
            Self::Postgres(url) => {
                let mut chance = [0; 8];
                getrandom::fill(&mut chance).unwrap();
                let schema = format!("story_{:016x}", u64::from_le_bytes(chance));
                let mut connection = PgConnection::establish(url).unwrap();
                connection.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
                let mark = if url.contains('?') { '&' } else { '?' };
                let place = Place::Postgres(format!("{url}{mark}options=-csearch_path%3D{schema}"));
                Fresh { place, kept: Kept::Schema { url: url.clone(), schema } }
            }
        }
    }
}

/// A database that goes when this goes.
pub struct Fresh {
    /// Where it is.
    pub place: Place,
    kept: Kept,
}

enum Kept {
    Folder(TempDir),
    Schema { url: String, schema: String },
}

impl Drop for Fresh {
    fn drop(&mut self) {
        match &self.kept {
            Kept::Folder(folder) => drop(std::fs::remove_dir_all(folder.path())),
            Kept::Schema { url, schema } => {
                if let Ok(mut connection) = PgConnection::establish(url) {
                    let _ = connection.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
                }
            }
        }
    }
}
