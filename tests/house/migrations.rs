//! Migrations go both ways: each runs, goes back, and runs again to the same schema.

use api::db::{MIGRATIONS, Place};
use diesel::migration::{Migration, MigrationSource};
use diesel::{backend::Backend, sqlite::Sqlite};
use diesel_migrations::MigrationHarness;

use super::{catalog, on_each_engine};

fn count() -> usize {
    let all: Vec<Box<dyn Migration<Sqlite>>> = MIGRATIONS.migrations().unwrap();
    all.len()
}

fn nothing<DB: Backend>(_: &impl MigrationHarness<DB>) {}

on_each_engine! {
    /// Each by itself, so that a fault in one is not made good by a later one.
    fn migrations_go_both_ways(place: &Place) {
        let mut connection = place.connect().unwrap();
        nothing(&connection);
        assert!(catalog::definitions(&mut connection).is_empty());
        for _ in 0..count() {
            let before = catalog::definitions(&mut connection);
            connection.run_next_migration(MIGRATIONS).unwrap();
            let after = catalog::definitions(&mut connection);
            assert_ne!(before, after);
            connection.revert_last_migration(MIGRATIONS).unwrap();
            assert_eq!(catalog::definitions(&mut connection), before);
            connection.run_next_migration(MIGRATIONS).unwrap();
            assert_eq!(catalog::definitions(&mut connection), after);
        }
        assert!(!connection.has_pending_migration(MIGRATIONS).unwrap());
        let whole = catalog::definitions(&mut connection);
        connection.revert_all_migrations(MIGRATIONS).unwrap();
        assert!(catalog::definitions(&mut connection).is_empty());
        connection.run_pending_migrations(MIGRATIONS).unwrap();
        assert_eq!(catalog::definitions(&mut connection), whole);
    }
}

on_each_engine! {
    /// Several servers may start at once.
    fn migrations_run_once_however_many_servers_start(place: &Place) {
        let servers: Vec<_> = (0..4)
            .map(|_| {
                let place = place.clone();
                std::thread::spawn(move || api::db::migrate(&place).unwrap())
            })
            .collect();
        let ran: usize = servers.into_iter().map(|server| server.join().unwrap()).sum();
        assert_eq!(ran, count());
    }
}
