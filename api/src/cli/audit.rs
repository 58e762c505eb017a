//! `dondoc audit verify`

use super::{Done, Stopped, database, say, store};
use crate::{config::Config, ledger};

pub(super) async fn verify(config: &Config) -> Done {
    let db = database::data(config)?;
    // On PostgreSQL the last entries may still be without their place.
    ledger::seal(&db).await?;
    let mut broken = false;
    for (tenant, slug, _) in db.read(store::organisations).await? {
        let verified = ledger::verify(&db, tenant).await?;
        match &verified.broken {
            None => say(format!("{slug}: {} entries, OK", verified.entries)),
            Some((position, why)) => {
                broken = true;
                say(format!("{slug}: BROKEN at entry {position}: {why}"));
            }
        }
    }
    if broken { Err(Stopped::Told) } else { Ok(()) }
}
