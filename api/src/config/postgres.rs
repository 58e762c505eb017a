//! The address of a PostgreSQL database, read as far as we must: libpq reads the rest.

/// A connection URL as libpq takes it (PostgreSQL manual, “Connection URIs”).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostgresUrl {
    scheme: String,
    user: Option<String>,
    password: Option<String>,
    /// Hosts with their ports, as written.
    hosts: Vec<String>,
    /// From the slash to the question mark.
    path: String,
    parameters: Vec<(String, String)>,
}

impl PostgresUrl {
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !matches!(scheme, "postgres" | "postgresql") {
            return None;
        }
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let slash = address.find('/').unwrap_or(address.len());
        let (authority, path) = address.split_at(slash);
        let (user, hosts) = match authority.split_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, authority),
        };
        let (user, password) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
            Some((user, "")) => (Some(user), None),
            Some((user, password)) => (Some(user), Some(password)),
            None => (None, None),
        };
        let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
        if hosts.iter().any(|host| host.starts_with('[') != host.contains(']')) {
            return None;
        }
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        };
        let parameters: Option<Vec<_>> = query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        Some(Self {
            scheme: scheme.to_owned(),
            user: user.map(str::to_owned),
            password: password.map(str::to_owned),
            hosts,
            path: path.to_owned(),
            parameters: parameters?,
        })
    }

    /// The last word on a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| decoded(value))
    }

    /// The first host that is not this machine.
    pub(crate) fn distant_host(&self, environment: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let listed = |hosts: String| hosts.split(',').map(str::to_owned).collect::<Vec<_>>();
        // An address given beside a host is the one that is connected to.
        let beside = self.parameter("hostaddr").or_else(|| self.parameter("host")).map(listed);
        let written = Some(&self.hosts).filter(|hosts| hosts.iter().any(|host| !host.is_empty()));
        let hosts = beside
            .or_else(|| written.cloned())
            .or_else(|| environment("PGHOSTADDR").or_else(|| environment("PGHOST")).map(listed));
        hosts
            .unwrap_or_default()
            .into_iter()
            .map(|host| without_port(&decoded(&host)))
            .find(|host| !is_local(host))
    }

    /// The host to which a program without TLS must not speak, unless the address says so itself.
    pub(crate) fn unprotected_host(
        &self,
        tls: bool,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Option<String> {
        if tls || self.parameter("sslmode").as_deref() == Some("disable") {
            return None;
        }
        self.distant_host(environment)
    }

    /// The address without its password, and the password: what stands among the arguments of a
    /// program can be read by everybody on the machine, what stands in its environment cannot.
    pub(crate) fn apart(&self) -> (String, Option<String>) {
        let parameters = self.parameters.iter().filter(|(name, _)| name != "password");
        let query: Vec<String> = parameters.map(|(name, value)| format!("{name}={value}")).collect();
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let mark = if query.is_empty() { "" } else { "?" };
        let hosts = self.hosts.join(",");
        let address = format!("{}://{user}{hosts}{}{mark}{}", self.scheme, self.path, query.join("&"));
        (address, self.parameter("password").or_else(|| self.password.as_deref().map(decoded)))
    }
}

fn is_local(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    // A path or an abstract name is a socket of this machine.
    if name.is_empty() || name.starts_with('/') || name.starts_with('@') || name == "localhost" {
        return true;
    }
    name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn without_port(host: &str) -> String {
    if let Some((inside, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside.to_owned();
    }
    match host.split_once(':') {
        // More than one colon is an address of version 6, written bare in a parameter.
        Some((name, port)) if !port.contains(':') => name.to_owned(),
        _ => host.to_owned(),
    }
}

/// `%41` as `A`. What is not of that form stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.split_at_checked(2).filter(|_| *first == b'%').and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        let (byte, after) = hex.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distant(url: &str) -> Option<String> {
        PostgresUrl::parse(url).unwrap().unprotected_host(false, &|_| None)
    }

    #[test]
    fn this_machine_needs_no_tls() {
        for url in [
            "postgres:///dondoc",
            "postgres://localhost/dondoc",
            "postgresql://me:secret@127.0.0.1:5433/dondoc",
            "postgres://[::1]:5433/dondoc",
            "postgres://%2Frun%2Fpostgresql/dondoc",
            "postgres:///dondoc?host=/run/postgresql",
            "postgres://db.example/dondoc?hostaddr=127.0.0.1",
        ] {
            assert_eq!(distant(url), None, "{url}");
        }
    }

    #[test]
    fn another_machine_needs_tls_or_a_word() {
        for (url, host) in [
            ("postgres://db.example/dondoc", "db.example"),
            ("postgres://me:secret@10.0.0.5:5432/dondoc", "10.0.0.5"),
            ("postgres://localhost,db.example/dondoc", "db.example"),
            ("postgres:///dondoc?host=db.example", "db.example"),
            ("postgres://localhost/dondoc?sslmode=require&hostaddr=10.0.0.5", "10.0.0.5"),
            ("postgres://[2001:db8::1]/dondoc", "2001:db8::1"),
        ] {
            assert_eq!(distant(url).as_deref(), Some(host), "{url}");
            let mark = if url.contains('?') { '&' } else { '?' };
            assert_eq!(distant(&format!("{url}{mark}sslmode=disable")), None, "{url}");
            assert_eq!(PostgresUrl::parse(url).unwrap().unprotected_host(true, &|_| None), None);
        }
    }

    #[test]
    fn where_the_environment_points_counts_too() {
        let url = PostgresUrl::parse("postgres:///dondoc").unwrap();
        let elsewhere = |name: &str| (name == "PGHOST").then(|| "db.example".to_owned());
        assert_eq!(url.unprotected_host(false, &elsewhere).as_deref(), Some("db.example"));
    }

    #[test]
    fn the_password_is_taken_out() {
        for (url, without, password) in [
            ("postgres://me:se%40cret@h:1/d?a=b%20c", "postgres://me@h:1/d?a=b%20c", Some("se@cret")),
            ("postgres://me@h/d", "postgres://me@h/d", None),
            ("postgres:///d?user=me&password=x%26y", "postgres:///d?user=me", Some("x&y")),
        ] {
            let (address, found) = PostgresUrl::parse(url).unwrap().apart();
            assert_eq!((address.as_str(), found.as_deref()), (without, password));
        }
    }
}
