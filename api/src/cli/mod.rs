//! The command line: what the operator does. **Invariant: what went wrong is told in plain words on
//! standard error, and the exit code says which kind it was: 1 it failed, 2 it was asked wrongly,
//! 3 there is data already.**

mod audit;
mod backup;
mod database;
mod demo;
mod doctor;
mod init;
mod invite;
mod key;
mod link;
mod log;
mod sending;
mod serve;
mod store;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::{BadSetting, Config, Flags},
    error::{Error, Field},
};

/// Follows up what a Party organisation of a commune has decided: who was given what, by when, and
/// who is late.
#[derive(Parser)]
#[command(name = "dondoc", version, max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until told to stop (SIGTERM or Ctrl-C), and finish those it has accepted
    Serve,
    /// Found an organisation and print the link by which its administrator sets his password; may
    /// be repeated for another organisation
    Init(init::Init),
    /// Print a new link by which a person sets his password, and make his older ones useless
    Invite(invite::Invite),
    /// Fill an empty database with an invented commune to try things on
    Demo,
    /// Bring the tables of the database up to date; `serve` and `init` do so too
    Migrate,
    /// Say in plain words whether everything is as it should be
    Doctor(doctor::Asked),
    /// Write a copy of all data to a file, also while the server runs
    Backup {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
    /// Take all data from such a file into a database that is empty or not there yet
    Restore {
        /// The file to read
        file: PathBuf,
    },
    /// Look after the audit trail
    #[command(subcommand, arg_required_else_help = true)]
    Audit(Audit),
    /// Look after the key that signs access tokens
    #[command(subcommand, arg_required_else_help = true)]
    Key(Key),
    /// Whether webhooks, push notices, e-mail and text messages are sent; a restored copy holds them
    #[command(subcommand, arg_required_else_help = true)]
    Sending(Sending),
}

#[derive(Subcommand)]
enum Audit {
    /// Recompute the chain of every organisation and say where it is broken, if it is
    Verify,
}

#[derive(Subcommand)]
enum Key {
    /// Make a new key; tokens signed with the old one stay good until they run out
    Rotate,
}

#[derive(Subcommand)]
enum Sending {
    /// Say whether anything is sent
    State,
    /// Send nothing from now on; what there is to say waits
    Hold,
    /// Send again, and what has waited first
    Resume,
}

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
enum Stopped {
    /// It failed, or found a fault.
    Failed(String),
    /// A setting or argument is wrong.
    Asked(String),
    /// There is data already.
    NotEmpty(String),
    /// It found a fault and has told of it.
    Told,
}

type Done = Result<(), Stopped>;

impl Stopped {
    fn failed(why: impl Into<String>) -> Self {
        Self::Failed(why.into())
    }
}

impl From<BadSetting> for Stopped {
    fn from(bad: BadSetting) -> Self {
        Self::Asked(bad.to_string())
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(match error {
            Error::Refused(refusal) => {
                let field = |field: &Field| format!("{}: {}", field.pointer, field.why.en);
                let fields: Vec<String> = refusal.fields.iter().map(field).collect();
                let why = refusal.why.map_or_else(|| refusal.code.en().to_owned(), |why| why.en.into_owned());
                [vec![why], fields].concat().join("\n  ")
            }
            Error::Retry | Error::Busy => "the database is out of reach, or too busy".to_owned(),
            Error::Full => "the disk of the database is full".to_owned(),
            Error::Broken(cause) => cause,
        })
    }
}

/// The whole program.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { command, flags } = Cli::parse();
    match Config::load(&flags).map_err(Stopped::from).and_then(|config| run(command, &config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stopped) => {
            let (code, why) = match stopped {
                Stopped::Failed(why) => (1, why),
                Stopped::Asked(why) => (2, why),
                Stopped::NotEmpty(why) => (3, why),
                Stopped::Told => return ExitCode::from(1),
            };
            let _nobody_reads = writeln!(std::io::stderr(), "dondoc: {why}");
            ExitCode::from(code)
        }
    }
}

fn run(command: Command, config: &Config) -> Done {
    log::begin(config);
    // Requests have threads of their own; this one waits for signals and runs the jobs.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|bad| Stopped::failed(format!("cannot start: {bad}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::serve(config).await,
            Command::Init(founding) => init::init(config, founding).await,
            Command::Invite(who) => invite::invite(config, who).await,
            Command::Demo => demo::demo(config).await,
            Command::Migrate => database::migrate(config),
            Command::Doctor(asked) => doctor::doctor(config, asked).await,
            Command::Backup { file } => backup::backup(&config.place, &file),
            Command::Restore { file } => backup::restore(&config.place, &file),
            Command::Audit(Audit::Verify) => audit::verify(config).await,
            Command::Key(Key::Rotate) => key::rotate(config).await,
            Command::Sending(Sending::State) => sending::state(config).await,
            Command::Sending(Sending::Hold) => sending::hold(config).await,
            Command::Sending(Sending::Resume) => sending::resume(config).await,
        }
    })
}

/// What an argument says, as the type it is meant for.
fn argument<T>(name: &str, text: String) -> Result<T, Stopped>
where
    T: TryFrom<String, Error = openapi::problem::Said>,
{
    T::try_from(text.clone()).map_err(|why| Stopped::Asked(format!("--{name} \"{text}\": {}", why.en)))
}

/// Says something to whoever runs the command; that nobody listens is no fault.
fn say(line: impl AsRef<str>) {
    let _nobody_listens = writeln!(std::io::stdout(), "{}", line.as_ref());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
