//! `dondoc init`

use openapi::{
    ledger::{Deed, Subject},
    value::{Name, Slug, UserName},
};

use super::{Done, Stopped, argument, database, link, say};
use crate::{
    clock::Clock,
    config::Config,
    ledger::{self, Entry},
    organisation::{Founding, found},
    sessions,
};

/// What is needed to found an organisation.
#[derive(clap::Args)]
pub(super) struct Init {
    /// Its full name, such as "Đảng bộ xã Suối Mơ"
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Its short name, by which people choose it when they sign in, such as xa-suoi-mo
    #[arg(long, value_name = "WORD")]
    slug: String,
    /// The name of its first administrator
    #[arg(long, value_name = "NAME")]
    administrator: String,
    /// What the administrator signs in with, such as quan.tri
    #[arg(long, value_name = "WORD")]
    user_name: String,
}

impl Init {
    fn founding(self) -> Result<Founding, Stopped> {
        Ok(Founding {
            name: argument::<Name>("organisation", self.organisation)?,
            slug: argument::<Slug>("slug", self.slug)?,
            administrator: argument::<Name>("administrator", self.administrator)?,
            user_name: argument::<UserName>("user-name", self.user_name)?,
        })
    }
}

pub(super) async fn init(config: &Config, founding: Init) -> Done {
    let founding = founding.founding()?;
    let state = database::made(config, &Clock::wall()).await?;
    let (secret, told) = (state.secret.clone(), founding.clone());
    let founded = state.db.write(move |tx| {
        let founded = found(tx, &founding)?;
        let id = tx.new_id()?;
        let link = sessions::invite(tx, &secret, founded.tenant, founded.administrator, id)?;
        let entry = Entry::new(Deed::Invited, Subject::Person, founded.administrator);
        ledger::record(tx, founded.tenant, entry)?;
        Ok((founded.tenant, link))
    });
    let (tenant, link) = founded.await?;
    say(format!("{} is founded; people choose it as «{}».", told.name, told.slug));
    say(format!("{} signs in as «{}», after setting a password here:", told.administrator, told.user_name));
    link::show(config, &state.secret, tenant, link.id, true)
}
