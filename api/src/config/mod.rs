//! Settings: from flags, then the environment, then one TOML file, then defaults. **Invariant: a
//! setting has one meaning wherever it is set, and a bad one is told in one sentence that names it.**

mod channels;
mod postgres;

use std::{
    collections::HashSet,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

pub use self::channels::{Channels, Gateway, Mail, Secret};
pub(crate) use self::postgres::PostgresUrl;
use crate::{app, clock::Clock, db::Place, net::Allowed};

/// The file that is read when none is named.
const USUAL_FILE: &str = "dondoc.toml";

/// What can be set by flags and the environment. The file takes the same names.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (a flag wins over the environment, the environment over the file)")]
pub struct Flags {
    /// A TOML file with settings, such as `listen = "0.0.0.0:80"`, under the names of the flags
    /// with `_` for `-`. Without it ./dondoc.toml is read if it is there.
    #[arg(long, env = "DONDOC_CONFIG", value_name = "FILE", global = true, hide_env_values = true)]
    config: Option<PathBuf>,
    /// Where the data is: the path of a SQLite file, or postgres://USER:PASSWORD@HOST/NAME
    /// [default: data/dondoc.db]
    #[arg(long, env = "DATABASE_URL", value_name = "PATH|URL", global = true, hide_env_values = true)]
    database: Option<String>,
    /// The address and port to answer on [default: 127.0.0.1:8080]
    #[arg(long, env = "DONDOC_LISTEN", value_name = "ADDRESS", global = true, hide_env_values = true)]
    listen: Option<String>,
    /// The address under which people reach the server, for the links that are printed
    /// [default: http:// and the address of --listen]
    #[arg(long, env = "DONDOC_PUBLIC_URL", value_name = "URL", global = true, hide_env_values = true)]
    public_url: Option<String>,
    /// How many threads take requests [default: one for each core]
    #[arg(long, env = "DONDOC_WORKERS", value_name = "NUMBER", global = true, hide_env_values = true)]
    workers: Option<String>,
    /// How many database connections are open at most [default: two for each core]
    #[arg(long, env = "DONDOC_CONNECTIONS", value_name = "NUMBER", global = true, hide_env_values = true)]
    connections: Option<String>,
    /// How many requests a minute one caller may send, or one address that is not signed in
    /// [default: 600]
    #[arg(
        long,
        env = "DONDOC_RATE_LIMIT_PER_MINUTE",
        value_name = "NUMBER",
        global = true,
        hide_env_values = true
    )]
    requests_per_minute: Option<String>,
    /// Addresses of proxies whose X-Forwarded-For is believed, separated by commas, or `none`
    /// [default: 127.0.0.1,::1]
    #[arg(
        long,
        env = "DONDOC_TRUSTED_PROXIES",
        value_name = "ADDRESSES",
        global = true,
        hide_env_values = true
    )]
    trusted_proxies: Option<String>,
    /// Addresses that may read /metrics, separated by commas, or `none` [default: 127.0.0.1,::1]
    #[arg(
        long,
        env = "DONDOC_METRICS_FROM",
        value_name = "ADDRESSES",
        global = true,
        hide_env_values = true
    )]
    metrics_from: Option<String>,
    /// Hosts, by name or address and separated by commas, to which webhooks and messages may go
    /// although they are in a private network or have no TLS; in the file `allow_hosts` under
    /// `[outgoing]` [default: none]
    #[arg(
        long,
        env = "DONDOC_OUTGOING_ALLOW_HOSTS",
        value_name = "HOSTS",
        global = true,
        hide_env_values = true
    )]
    outgoing_allow_hosts: Option<String>,
    /// How much is logged: error, warn, info, debug or trace [default: info]
    #[arg(long, env = "DONDOC_LOG_LEVEL", value_name = "LEVEL", global = true, hide_env_values = true)]
    log_level: Option<String>,
    /// How the log is written, text or json [default: text on a terminal, otherwise json]
    #[arg(long, env = "DONDOC_LOG_FORM", value_name = "FORM", global = true, hide_env_values = true)]
    log_form: Option<String>,
    /// The server that takes e-mail from us: smtps://USER:PASSWORD@HOST, or smtp:// with STARTTLS
    /// [default: no e-mail is sent]
    #[arg(long, env = "DONDOC_MAIL_SERVER", value_name = "URL", global = true, hide_env_values = true)]
    mail_server: Option<String>,
    /// Who e-mail is from, such as "Đôn Đốc <don-doc@suoimo.example>"
    #[arg(long, env = "DONDOC_MAIL_FROM", value_name = "ADDRESS", global = true, hide_env_values = true)]
    mail_from: Option<String>,
    /// Who is answered, when not the one e-mail is from
    #[arg(long, env = "DONDOC_MAIL_REPLY_TO", value_name = "ADDRESS", global = true, hide_env_values = true)]
    mail_reply_to: Option<String>,
    /// Where text messages are posted, one by one, to be sent by SMS or Zalo
    /// [default: no text message is sent]
    #[arg(long, env = "DONDOC_GATEWAY_URL", value_name = "URL", global = true, hide_env_values = true)]
    gateway_url: Option<String>,
    /// What those posts are signed with: whsec_ and base64 (Standard Webhooks)
    #[arg(long, env = "DONDOC_GATEWAY_SECRET", value_name = "SECRET", global = true, hide_env_values = true)]
    gateway_secret: Option<String>,
    /// Push services of your own network, by name or address and separated by commas, or `none`. Whoever
    /// signs in can have notices posted there [default: none]
    #[arg(
        long,
        env = "DONDOC_PUSH_ALLOW_HOSTS",
        value_name = "HOSTS",
        global = true,
        hide_env_values = true
    )]
    push_allow_hosts: Option<String>,
}

/// The settings of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the data is.
    pub place: Place,
    /// Where to answer.
    pub listen: SocketAddr,
    /// Under which address people reach the server, without a slash at the end.
    pub public_url: String,
    /// How many threads take requests.
    pub workers: usize,
    /// How many database connections are open at most.
    pub connections: u32,
    /// How much one caller may ask in a minute.
    pub requests_per_minute: NonZeroU32,
    /// Proxies whose word on the caller's address is believed.
    pub trusted_proxies: HashSet<IpAddr>,
    /// Addresses that may read the metrics.
    pub metrics_from: HashSet<IpAddr>,
    /// Hosts that may be reached from here although they are in a private network or have no TLS.
    pub outgoing_allow_hosts: Allowed,
    /// How much is logged.
    pub log_level: tracing::Level,
    /// How the log is written; by what standard error is, unless told.
    pub log_form: Option<LogForm>,
    /// The ways messages take.
    pub channels: Channels,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What is wrong with a setting, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting(String);

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for BadSetting {}

impl Config {
    /// The settings of this run, from its flags and environment and the file these name.
    ///
    /// # Errors
    /// The first setting that is not of its form.
    pub fn load(flags: &Flags) -> Result<Self, BadSetting> {
        let file = match &flags.config {
            Some(path) => Some(path.as_path()),
            None => Some(Path::new(USUAL_FILE)).filter(|path| path.exists()),
        };
        let text = file.map(|path| {
            std::fs::read_to_string(path)
                .map_err(|bad| BadSetting(format!("config: {} cannot be read: {bad}", path.display())))
        });
        let text = text.transpose()?.unwrap_or_default();
        let file = File::read(&text, file.unwrap_or(Path::new(USUAL_FILE)))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::from(flags, &file, cores, &|name| std::env::var(name).ok())
    }

    fn from(
        flags: &Flags,
        file: &File,
        cores: usize,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, BadSetting> {
        let given = Given { flags, file };
        let listen = given.read("listen", "an address with a port, such as 127.0.0.1:8080", |text| {
            text.parse::<SocketAddr>().ok()
        })?;
        let listen = listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        let number = "a whole number from 1 to";
        let workers =
            given.read("workers", &format!("{number} 256"), |text| in_bounds(text, 256)?.try_into().ok())?;
        let connections =
            given.read("connections", &format!("{number} 1000"), |text| in_bounds(text, 1000))?;
        let requests = given.read("requests_per_minute", &format!("{number} 10000000"), |text| {
            NonZeroU32::new(in_bounds(text, 10_000_000)?)
        })?;
        let addresses = "addresses separated by commas, such as 127.0.0.1,10.0.0.5, or none";
        let loopback = || HashSet::from([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        let form = "text or json";
        let level = "error, warn, info, debug or trace";
        Ok(Self {
            place: given.place(environment)?,
            public_url: given
                .read("public_url", "an address such as https://dondoc.example", web_address)?
                .unwrap_or_else(|| format!("http://{listen}")),
            listen,
            workers: workers.unwrap_or(cores),
            connections: connections.unwrap_or_else(|| u32::try_from(2 * cores).unwrap_or(2)),
            requests_per_minute: requests.unwrap_or(PER_MINUTE),
            trusted_proxies: given
                .read("trusted_proxies", addresses, list_of_addresses)?
                .unwrap_or_else(loopback),
            metrics_from: given.read("metrics_from", addresses, list_of_addresses)?.unwrap_or_else(loopback),
            outgoing_allow_hosts: given
                .read(
                    "outgoing.allow_hosts",
                    "names or addresses separated by commas, or none",
                    Allowed::parse,
                )?
                .unwrap_or_default(),
            log_level: given
                .read("log_level", level, |text| {
                    // `tracing` would also take numbers, which no message of ours explains.
                    let word = text.chars().all(char::is_alphabetic);
                    word.then(|| text.parse().ok())?
                })?
                .unwrap_or(tracing::Level::INFO),
            log_form: given.read("log_form", form, |text| match text {
                "text" => Some(LogForm::Text),
                "json" => Some(LogForm::Json),
                _ => None,
            })?,
            channels: Channels::from(&given)?,
        })
    }

    /// The same as the program takes them.
    #[must_use]
    pub fn options(&self, clock: &Clock) -> app::Options {
        app::Options {
            place: self.place.clone(),
            clock: clock.clone(),
            workers: self.workers,
            connections: self.connections,
            requests_per_minute: self.requests_per_minute,
            trusted_proxies: self.trusted_proxies.clone(),
            metrics_from: self.metrics_from.clone(),
            outgoing_allow_hosts: self.outgoing_allow_hosts.clone(),
            warns: true,
            public_url: self.public_url.clone(),
            app: None,
            office: None,
            channels: self.channels.clone(),
        }
    }
}

const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);

impl Flags {
    fn value(&self, name: &str) -> Option<&str> {
        let value = match name {
            "database" => &self.database,
            "listen" => &self.listen,
            "public_url" => &self.public_url,
            "workers" => &self.workers,
            "connections" => &self.connections,
            "requests_per_minute" => &self.requests_per_minute,
            "trusted_proxies" => &self.trusted_proxies,
            "metrics_from" => &self.metrics_from,
            "outgoing.allow_hosts" => &self.outgoing_allow_hosts,
            "log_level" => &self.log_level,
            "log_form" => &self.log_form,
            "mail.server" => &self.mail_server,
            "mail.from" => &self.mail_from,
            "mail.reply_to" => &self.mail_reply_to,
            "gateway.url" => &self.gateway_url,
            "gateway.secret" => &self.gateway_secret,
            "push.allow_hosts" => &self.push_allow_hosts,
            _ => &None,
        };
        // An empty variable is how some tools leave a variable unset.
        value.as_deref().map(str::trim).filter(|value| !value.is_empty())
    }
}

/// Every setting's name in the file, and its variable. What stands before a dot is a table there.
const NAMES: [(&str, &str); 17] = [
    ("database", "DATABASE_URL"),
    ("listen", "DONDOC_LISTEN"),
    ("public_url", "DONDOC_PUBLIC_URL"),
    ("workers", "DONDOC_WORKERS"),
    ("connections", "DONDOC_CONNECTIONS"),
    ("requests_per_minute", "DONDOC_RATE_LIMIT_PER_MINUTE"),
    ("trusted_proxies", "DONDOC_TRUSTED_PROXIES"),
    ("metrics_from", "DONDOC_METRICS_FROM"),
    ("outgoing.allow_hosts", "DONDOC_OUTGOING_ALLOW_HOSTS"),
    ("log_level", "DONDOC_LOG_LEVEL"),
    ("log_form", "DONDOC_LOG_FORM"),
    ("mail.server", "DONDOC_MAIL_SERVER"),
    ("mail.from", "DONDOC_MAIL_FROM"),
    ("mail.reply_to", "DONDOC_MAIL_REPLY_TO"),
    ("gateway.url", "DONDOC_GATEWAY_URL"),
    ("gateway.secret", "DONDOC_GATEWAY_SECRET"),
    ("push.allow_hosts", "DONDOC_PUSH_ALLOW_HOSTS"),
];

/// What stands in the file, each value as a flag would say it.
struct File {
    name: String,
    values: Vec<(String, String)>,
}

impl File {
    fn read(text: &str, path: &Path) -> Result<Self, BadSetting> {
        let name = path.display().to_string();
        let table: toml::Table = text.parse().map_err(|bad: toml::de::Error| {
            let line =
                bad.span().map_or(1, |at| text.bytes().take(at.start).filter(|b| *b == b'\n').count() + 1);
            BadSetting(format!("{name} line {line} is not TOML: {}", bad.message().replace('\n', " ")))
        })?;
        let mut values = Vec::new();
        for (key, value) in flat(table) {
            if !NAMES.iter().any(|(known, _)| *known == key) {
                let known = NAMES.map(|(known, _)| known).join(", ");
                return Err(BadSetting(format!("{key}: {name} sets it, but there is only {known}")));
            }
            let value = as_flag(&value).ok_or_else(|| {
                BadSetting(format!("{key}: {name} must give it a text, a number or a list"))
            })?;
            values.push((key, value));
        }
        Ok(Self { name, values })
    }
}

/// What stands in a section is called by the name of the section, a dot and its own.
fn flat(table: toml::Table) -> Vec<(String, toml::Value)> {
    let mut all = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                all.extend(inner.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            value => all.push((key, value)),
        }
    }
    all
}

fn as_flag(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.trim().to_owned()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) if items.is_empty() => Some("none".to_owned()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(","))
        }
        _ => None,
    }
}

/// Where a setting may come from.
struct Given<'a> {
    flags: &'a Flags,
    file: &'a File,
}

impl Given<'_> {
    /// The value, and where it was set, for people.
    fn find(&self, name: &str) -> Option<(&str, String)> {
        if let Some(value) = self.flags.value(name) {
            let variable =
                NAMES.iter().find(|(known, _)| *known == name).map_or("", |(_, variable)| variable);
            return Some((value, format!("--{} or {variable}", name.replace(['_', '.'], "-"))));
        }
        let (_, value) = self.file.values.iter().find(|(known, _)| known == name)?;
        Some((value, self.file.name.clone()))
    }

    fn read<T>(
        &self,
        name: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, BadSetting> {
        let Some((value, from)) = self.find(name) else {
            return Ok(None);
        };
        match parse(value) {
            Some(value) => Ok(Some(value)),
            None => Err(BadSetting(format!("{name}: \"{value}\", set by {from}, is not {wanted}"))),
        }
    }

    /// The same for a value that is never repeated.
    fn read_secret<T>(
        &self,
        name: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, BadSetting> {
        let Some((value, from)) = self.find(name) else {
            return Ok(None);
        };
        let bad = || BadSetting(format!("{name}: what {from} says is not {wanted}"));
        parse(value).map(Some).ok_or_else(bad)
    }

    /// The database. Its value is never repeated: there may be a password in it.
    fn place(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Place, BadSetting> {
        let Some((value, from)) = self.find("database") else {
            return Ok(Place::Sqlite(PathBuf::from("data/dondoc.db")));
        };
        let bad = |why: &str| BadSetting(format!("database: what {from} says {why}"));
        let place = Place::of(value);
        match &place {
            // An address of another database would quietly become a strangely named file.
            Place::Sqlite(_) if value.contains("://") && !value.starts_with("sqlite:") => {
                Err(bad("is neither a file nor of the form postgres://USER:PASSWORD@HOST/NAME"))
            }
            Place::Sqlite(path) if path.as_os_str().is_empty() => Err(bad("names no file")),
            Place::Sqlite(_) => Ok(place),
            Place::Postgres(url) => {
                let url = PostgresUrl::parse(url)
                    .ok_or_else(|| bad("is not of the form postgres://USER:PASSWORD@HOST/NAME"))?;
                match url.unprotected_host(cfg!(feature = "postgres-tls"), environment) {
                    None => Ok(place),
                    Some(host) => Err(bad(&format!(
                        "is PostgreSQL on another machine ({host}), and this program is built without TLS, so \
                         passwords and data would cross the network in the open: build it with the feature \
                         postgres-tls, or write sslmode=disable into the address if the network is your own"
                    ))),
                }
            }
        }
    }
}

fn in_bounds(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (1..=most).contains(number))
}

fn list_of_addresses(text: &str) -> Option<HashSet<IpAddr>> {
    if text == "none" {
        return Some(HashSet::new());
    }
    text.split(',').map(|address| address.trim().parse().ok()).collect()
}

fn web_address(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let fits = !rest.is_empty()
        && !rest.starts_with('/')
        && rest.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '?' | '#' | '"' | '@'));
    fits.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(flags: Flags, file: &str) -> Result<Config, String> {
        let file = File::read(file, Path::new("dondoc.toml")).map_err(|bad| bad.to_string())?;
        Config::from(&flags, &file, 4, &|_| None).map_err(|bad| bad.to_string())
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let config = with(Flags::default(), "").unwrap();
        assert_eq!(config.place, Place::Sqlite("data/dondoc.db".into()));
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert_eq!((config.workers, config.connections, config.requests_per_minute.get()), (4, 8, 600));
        assert_eq!((config.log_level, config.log_form), (tracing::Level::INFO, None));
        assert!(config.metrics_from.contains(&IpAddr::from(Ipv6Addr::LOCALHOST)));
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let file =
            "listen = '0.0.0.0:1'\nworkers = 3\nmetrics_from = ['10.0.0.5', '::1']\ntrusted_proxies = []";
        let flags = Flags { listen: Some("0.0.0.0:2".into()), workers: Some(" ".into()), ..Flags::default() };
        let config = with(flags, file).unwrap();
        assert_eq!((config.listen.port(), config.workers), (2, 3));
        assert_eq!((config.metrics_from.len(), config.trusted_proxies.len()), (2, 0));
    }

    #[test]
    fn a_setting_may_stand_in_a_section() {
        let config = with(Flags::default(), "[outgoing]\nallow_hosts = ['nhan.noi.bo', '10.0.0.5']").unwrap();
        assert_eq!(Some(config.outgoing_allow_hosts), Allowed::parse("10.0.0.5,nhan.noi.bo"));
        let unknown = with(Flags::default(), "[outgoing]\nhosts = []").unwrap_err();
        assert!(unknown.starts_with("outgoing.hosts: dondoc.toml sets it"), "{unknown}");
        let bad = with(Flags::default(), "outgoing.allow_hosts = '10.0.0.0/8'").unwrap_err();
        assert!(bad.starts_with("outgoing.allow_hosts: \"10.0.0.0/8\""), "{bad}");
    }

    #[test]
    fn a_bad_setting_is_named() {
        let flags = |value: &str| Flags { listen: Some(value.into()), ..Flags::default() };
        assert_eq!(
            with(flags("8080"), "").unwrap_err(),
            "listen: \"8080\", set by --listen or DONDOC_LISTEN, is not an address with a port, such as 127.0.0.1:8080"
        );
        for (file, named) in [
            ("workers = 0", "workers: \"0\", set by dondoc.toml, is not a whole number from 1 to 256"),
            ("connections = 'many'", "connections: "),
            ("requests_per_minute = -1", "requests_per_minute: "),
            ("public_url = 'dondoc.example'", "public_url: "),
            ("public_url = 'https://'", "public_url: "),
            ("metrics_from = '10.0.0.0/8'", "metrics_from: "),
            ("log_level = '3'", "log_level: "),
            ("log_form = 'xml'", "log_form: "),
            ("listen = true", "listen: dondoc.toml must give it"),
            ("listten = ''", "listten: dondoc.toml sets it, but there is only database, listen"),
            ("workers = 1\nlisten", "dondoc.toml line 2 is not TOML"),
        ] {
            let said = with(Flags::default(), file).unwrap_err();
            assert!(said.starts_with(named), "{said}");
            assert!(!said.contains('\n'), "{said}");
        }
    }

    #[test]
    fn channels_are_set_in_tables_and_told_by_their_names() {
        let file = "[mail]\nserver = 'smtps://u:p@m.example'\nfrom = 'a@b.example'\n[outgoing]\nallow_hosts = ['10.0.0.5']";
        let config = with(Flags::default(), file).unwrap();
        assert_eq!(Some(config.outgoing_allow_hosts), Allowed::parse("10.0.0.5"));
        let channels = config.channels;
        assert!(channels.mail.is_some() && channels.gateway.is_none());
        for (file, named) in [
            ("[mail]\nserver = 'smtps://u:secret@m.example'", "mail.server: it is set, but mail.from is not"),
            (
                "[mail]\nfrom = 'nobody'",
                "mail.from: \"nobody\", set by dondoc.toml, is not an e-mail address",
            ),
            (
                "[mail]\nserver = 'u:secret@m.example'",
                "mail.server: what dondoc.toml says is not of the form smtps://",
            ),
            ("[gateway]\nurl = 'https://sms.example'", "gateway.url: it is set, but gateway.secret is not"),
            ("[gateway]\nsecret = 'secret'", "gateway.secret: what dondoc.toml says is not whsec_"),
            ("[mail]\nport = 25", "mail.port: dondoc.toml sets it, but there is only"),
        ] {
            let said = with(Flags::default(), file).unwrap_err();
            assert!(said.starts_with(named), "{said}");
            assert!(!said.contains("secret@") && !said.contains('\n'), "{said}");
        }
    }

    #[test]
    fn a_password_is_never_repeated() {
        for address in
            ["mysql://u:secret@h/d", "postgres://u:secret@far.example/d", "postgres://u:secret@[::1/d"]
        {
            let flags = Flags { database: Some(address.into()), ..Flags::default() };
            let said = with(flags, "").unwrap_err();
            assert!(said.starts_with("database: ") && !said.contains("secret"), "{said}");
        }
    }
}
