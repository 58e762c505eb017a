//! The program itself, run as an operator runs it. **Invariant: what it is told comes from the
//! story alone, nothing from the machine's environment.**

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use api::db::Place;
use mobile_client::Client;
use openapi::{
    id::Id,
    sessions::{Activate, ActivationRequest},
};
use tempfile::TempDir;

use super::{
    engines::{Engine, Fresh},
    name,
};

/// The program, in a folder of its own, with a database of its own.
pub struct Program {
    folder: TempDir,
    place: Place,
    /// Kept as long as the program is.
    _fresh: Option<Fresh>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: i32,
    /// What it said to whoever ran it.
    pub out: String,
    /// What it complained of.
    pub err: String,
}

/// The program while it serves.
pub struct Serving {
    child: Child,
    /// Such as `http://127.0.0.1:41233`.
    pub base: String,
}

impl Program {
    /// With an empty database.
    pub fn new(engine: &Engine) -> Self {
        let fresh = engine.fresh();
        Self { folder: TempDir::new().unwrap(), place: fresh.place.clone(), _fresh: Some(fresh) }
    }
    /// With a database somebody else looks after.
    pub fn at(place: Place) -> Self {
        Self { folder: TempDir::new().unwrap(), place, _fresh: None }
    }
    /// A file in its folder.
    pub fn file(&self, called: &str) -> PathBuf {
        self.folder.path().join(called)
    }
    /// Where its data is.
    pub fn place(&self) -> &Place {
        &self.place
    }
    /// The command `dondoc` with its database named, and nothing else.
    pub fn command(&self) -> Command {
        command(self.folder.path(), self.place())
    }
    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command().args(arguments))
    }
    /// Founds an organisation, and gives its administrator's link: the id and the token.
    pub fn found(&self, slug: &str) -> (String, String) {
        let done = self.run(&[
            "init",
            "--organisation",
            "Đảng bộ xã Suối Mơ",
            "--slug",
            slug,
            "--administrator",
            "Quản trị",
            "--user-name",
            "quan.tri",
        ]);
        assert_eq!(done.code, 0, "{done:?}");
        let link = done.out.lines().find_map(|line| line.trim().split_once("/app/#/kich-hoat/")).unwrap().1;
        let (id, token) = link.split_once('/').unwrap();
        (id.to_owned(), token.to_owned())
    }
    /// Serves on a free port.
    pub fn serve(&self) -> Serving {
        serve(&mut self.command())
    }
}

/// The command `dondoc` on a database.
pub fn command(folder: &Path, place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dondoc-told"));
    command.env_clear().current_dir(folder).env("DATABASE_URL", setting(place));
    command.env("DONDOC_LOG_LEVEL", "warn");
    // PostgreSQL's own programs are found by it.
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// A place as the setting that names it.
pub fn setting(place: &Place) -> String {
    match place {
        Place::Sqlite(path) => path.to_str().unwrap().to_owned(),
        Place::Postgres(url) => url.clone(),
    }
}

/// Runs a command to its end.
pub fn ended(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Serves on a free port, once it says that it does.
pub fn serve(command: &mut Command) -> Serving {
    let mut child = command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().rsplit_once(' ').unwrap().1.to_owned();
    Serving { child, base }
}

impl Serving {
    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(&self.base)
    }
    /// The administrator, through the link he was given.
    pub async fn activate(&self, link: &(String, String), password: &str) -> Client {
        let request = ActivationRequest {
            token: link.1.parse().unwrap(),
            password: password.to_owned().try_into().unwrap(),
            device_name: name("máy của quản trị"),
        };
        let id: Id<_> = link.0.parse().unwrap();
        let session = self.stranger().call::<Activate>(id, request).await.unwrap().reply;
        self.stranger().with_token(&session.access_token)
    }
    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, signal: &str) {
        let line = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
    }
    /// Waits until it has ended.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
    /// Stops it as a service manager does.
    pub fn stop(self) {
        self.signal("TERM");
        assert_eq!(self.ended().code(), Some(0));
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
