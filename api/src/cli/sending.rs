//! `dondoc sending`: whether this copy of the data speaks to the world.

use super::{Done, database, say};
use crate::{config::Config, hold};

/// `dondoc sending state`
pub(super) async fn state(config: &Config) -> Done {
    say(match database::data(config)?.read(hold::since).await? {
        None => "Webhooks, push notices, e-mail and text messages are sent.".to_owned(),
        Some(since) => format!("Nothing is sent to anybody since {since}. What there is to say waits."),
    });
    Ok(())
}

/// `dondoc sending hold`
pub(super) async fn hold(config: &Config) -> Done {
    database::data(config)?.write(hold::hold).await?;
    state(config).await
}

/// `dondoc sending resume`
pub(super) async fn resume(config: &Config) -> Done {
    database::data(config)?.write(hold::release).await?;
    state(config).await
}
