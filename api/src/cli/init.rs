//! `dondoc init`

use std::io::IsTerminal;

use openapi::{
    ledger::{Deed, Subject},
    value::{Name, Slug, UserName},
};

use super::{Done, Stopped, database, say};
use crate::{
    clock::Clock,
    config::Config,
    ledger::{self, Entry},
    organisation::{Founding, found},
    sessions, tokens,
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

fn argument<T>(name: &str, text: String) -> Result<T, Stopped>
where
    T: TryFrom<String, Error = openapi::problem::Said>,
{
    T::try_from(text.clone()).map_err(|why| Stopped::Asked(format!("--{name} \"{text}\": {}", why.en)))
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
    let token = tokens::activation_token(&state.secret, tenant, link.id)?;
    let text = sessions::link_text(&config.public_url, link.id, &token);
    say(format!("{} is founded; people choose it as «{}».", told.name, told.slug));
    say(format!("{} signs in as «{}», after setting a password here:", told.administrator, told.user_name));
    say(format!("\n  {text}\n"));
    say(picture(&text)?);
    if !config.public_url.starts_with("https://") {
        say("Phones cannot open this address; --public-url sets the one under which they reach the server.");
    }
    say("The link works once, for 24 hours. Whoever has it can set the password: hand it over in person.");
    Ok(())
}

/// The link as a code for a phone to scan, two squares in one character.
fn picture(text: &str) -> Result<String, Stopped> {
    use qrcode::render::unicode::Dense1x2;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L)
        .map_err(|bad| Stopped::failed(format!("qr: {bad}")))?;
    let picture = code.render::<Dense1x2>().build();
    if !std::io::stdout().is_terminal() {
        return Ok(picture);
    }
    // White on black, whatever the terminal's own colours: some readers refuse a negative.
    let lines = picture.lines().map(|line| format!("\u{1b}[97;40m{line}\u{1b}[0m"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
