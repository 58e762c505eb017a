//! `dondoc invite`

use openapi::{
    ledger::{Deed, Subject},
    value::{Slug, UserName},
};

use super::{Done, Stopped, argument, database, link, say, store};
use crate::{
    config::Config,
    error::Error,
    ledger::{self, Entry},
    sessions,
};

/// Who is invited.
#[derive(clap::Args)]
pub(super) struct Invite {
    /// What the person signs in with, such as truong.thon.1
    #[arg(long, value_name = "WORD")]
    user_name: String,
    /// The short name of the organisation, where several have somebody of this name
    #[arg(long, value_name = "WORD")]
    organisation: Option<String>,
    /// Draw the link as a code for a phone to scan
    #[arg(long)]
    qr: bool,
}

pub(super) async fn invite(config: &Config, invite: Invite) -> Done {
    let user_name = argument::<UserName>("user-name", invite.user_name)?;
    let slug = invite.organisation.map(|slug| argument::<Slug>("organisation", slug)).transpose()?;
    let db = database::data(config)?;
    let asked = user_name.clone();
    let found = db.read(move |tx| store::called(tx, &asked, slug.as_ref())).await?;
    let person = match found.as_slice() {
        [] => return Err(Stopped::failed(format!("there is nobody called «{user_name}»"))),
        [only] if !only.active => return Err(Stopped::failed(format!("{} is inactive", only.name))),
        [only] => only.clone(),
        several => {
            let slugs: Vec<String> = several.iter().map(|one| one.slug.to_string()).collect();
            let slugs = slugs.join(", ");
            return Err(Stopped::Asked(format!(
                "several organisations have a «{user_name}»; --organisation chooses one of {slugs}"
            )));
        }
    };
    let (secret, _epoch) = db
        .read(sessions::installation)
        .await?
        .ok_or_else(|| Error::Broken("the installation has no key".to_owned()))?;
    let (key, tenant, id) = (secret.clone(), person.tenant, person.id);
    let made = db.write(move |tx| {
        let link = tx.new_id()?;
        let link = sessions::invite(tx, &key, tenant, id, link)?;
        ledger::record(tx, tenant, Entry::new(Deed::Invited, Subject::Person, id))?;
        Ok(link.id)
    });
    let made = made.await?;
    say(format!("{} signs in as «{user_name}», after setting a password here:", person.name));
    link::show(config, &secret, tenant, made, invite.qr)
}
