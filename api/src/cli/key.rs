//! `dondoc key rotate`

use super::{Done, database, say};
use crate::{config::Config, sessions};

pub(super) async fn rotate(config: &Config) -> Done {
    let db = database::data(config)?;
    db.write(sessions::rotate_key).await?;
    say("There is a new key. Servers that run sign with it in a few minutes; nobody is signed out.");
    Ok(())
}
