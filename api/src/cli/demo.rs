//! `dondoc demo`

use super::{Done, Stopped, database, say, store};
use crate::{clock::Clock, config::Config, demo};

/// The clerk, the leaders and a few of the heads come first; the others are like them.
const SHOWN: usize = 8;

pub(super) async fn demo(config: &Config) -> Done {
    let clock = Clock::wall();
    let state = database::made(config, &clock).await?;
    if !state.db.read(store::is_empty).await? {
        return Err(Stopped::NotEmpty(
            "the database already holds an organisation, and an invented commune does not belong beside it"
                .to_owned(),
        ));
    }
    drop(state);
    let logins = demo::run(&config.place, clock.now()).await?;
    say("The database now holds an invented commune. Nobody in it exists. Sign in as:");
    for login in logins.iter().take(SHOWN) {
        say(format!("  {:<16} {:<22} {}", login.user_name, demo::PASSWORD, login.what));
    }
    say(format!("and as {} more, with the same password.", logins.len().saturating_sub(SHOWN)));
    Ok(())
}
