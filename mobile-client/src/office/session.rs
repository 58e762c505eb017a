//! Who is signed in, and asking the server in his name. **Invariant: the tokens stand in this browser's
//! storage and nowhere else, so that every window renews the same ones; whoever is told that the session
//! has ended stands before the door, with what he was typing kept.**

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::{Action, permits},
    endpoint::{Endpoint, NoQuery, Nothing},
    id::Id,
    problem::{Code, Language},
    sessions::{Me, ReadMe, Session},
    value::{Cursor, Date, Instant, Limit, Page, Token, Version},
};

use crate::{
    Client, Failed, browser, device,
    office::{
        parts::{Loading, load},
        route::Route,
        words::{Frame, Words},
    },
    when,
    words::fill,
};

/// Where the session is kept.
const SESSION: &str = "office session";
/// What shows at the next sign-in that this browser is known.
const PROOF: &str = "office proof";
/// Before the name of what is being typed.
const TYPING: &str = "office typing ";

/// What every screen shares.
#[derive(Clone, Copy)]
pub struct Office {
    /// The screen that is open.
    pub route: RwSignal<Route>,
    /// The language. When it changes, everything is drawn anew, so that screens read it once.
    pub language: RwSignal<Language>,
    /// Who is signed in, as the server says.
    pub me: Loading<Me>,
    /// Whether somebody is.
    pub signed_in: RwSignal<bool>,
    /// Whether he was until the session ended.
    pub ended: RwSignal<bool>,
    /// A short word at the bottom of the window.
    pub toast: RwSignal<Option<Toast>>,
    /// Whether the list to jump by is open.
    pub finding: RwSignal<bool>,
    /// Whether the keys are being shown.
    pub helping: RwSignal<bool>,
}

/// A short word, and what takes back the deed it tells of.
#[derive(Clone)]
pub struct Toast {
    /// The words.
    pub text: String,
    /// Takes it back.
    pub undo: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Office {
    /// For the page that was just opened.
    pub fn open() -> Self {
        let signed_in = RwSignal::new(kept().is_some());
        let (language, ended) = (RwSignal::new(language()), RwSignal::new(false));
        let me = load(move || {
            let somebody = signed_in.get();
            async move {
                if !somebody {
                    return Err(Failed::Unreachable(String::new()));
                }
                ask::<ReadMe>(language.get_untracked(), (), NoQuery::default(), Nothing, None, move || {
                    signed_in.set(false);
                    ended.set(true);
                })
                .await
            }
        });
        Self {
            route: RwSignal::new(Route::of(&device::hash())),
            language,
            me,
            signed_in,
            ended,
            toast: RwSignal::new(None),
            finding: RwSignal::new(false),
            helping: RwSignal::new(false),
        }
    }

    /// The office of the screen that is being drawn.
    pub fn here() -> Self {
        expect_context()
    }

    /// A text in the present language.
    pub fn say(&self, word: impl Words) -> &'static str {
        word.text(self.language.get_untracked())
    }
    /// A text with its blanks filled in.
    pub fn fill(&self, word: impl Words, with: &[&str]) -> String {
        fill(self.say(word), with)
    }
    /// What one of the contract's codes is called in the present language.
    pub fn code(&self, vi: &'static str, en: &'static str) -> &'static str {
        if self.language.get_untracked() == Language::En { en } else { vi }
    }
    /// Today in Viet Nam.
    pub fn today(&self) -> Date {
        when::day(device::now())
    }
    /// A day in words.
    pub fn date(&self, day: Date) -> String {
        when::date(day, self.today(), self.language.get_untracked())
    }
    /// A moment in words.
    pub fn moment(&self, at: Instant) -> String {
        when::moment(at, self.today(), self.language.get_untracked())
    }
    /// A new id, made of this moment and chance.
    pub fn new_id<T>(&self) -> Id<T> {
        let ms = u64::try_from(device::now().unix_ms()).unwrap_or(0);
        Id::new(ms, device::chance())
    }

    /// Whether one of my roles may do something, by the contract's one table.
    pub fn may(&self, action: Action) -> bool {
        self.me.now().is_some_and(|me| me.roles.iter().any(|mine| permits(mine.role, action)))
    }

    /// Calls an endpoint that has no parameters after the question mark.
    pub async fn call<E>(self, path: E::Path, body: E::Body) -> Result<E::Reply, Failed>
    where
        E: Endpoint<Query: Default>,
    {
        self.send::<E>(path, E::Query::default(), body, None).await
    }
    /// Reads, with parameters.
    pub async fn read<E>(self, path: E::Path, query: E::Query) -> Result<E::Reply, Failed>
    where
        E: Endpoint<Body = Nothing>,
    {
        self.send::<E>(path, query, Nothing, None).await
    }
    /// Changes something that was at a version.
    pub async fn change<E>(self, path: E::Path, version: Version, body: E::Body) -> Result<E::Reply, Failed>
    where
        E: Endpoint<Query: Default>,
    {
        self.send::<E>(path, E::Query::default(), body, Some(version)).await
    }
    /// Reads every page of a list.
    pub async fn all<E, T>(
        self,
        path: impl Fn() -> E::Path,
        query: impl Fn(Option<Limit>, Option<Cursor>) -> E::Query,
    ) -> Result<Vec<T>, Failed>
    where
        E: Endpoint<Body = Nothing, Reply = Page<T>>,
    {
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.read::<E>(path(), query(Limit::try_from(200).ok(), cursor)).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(items),
            }
        }
    }
    /// Calls an endpoint with everything it may take.
    pub async fn send<E: Endpoint>(
        self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
        version: Option<Version>,
    ) -> Result<E::Reply, Failed> {
        let language = self.language.get_untracked();
        ask::<E>(language, path, query, body, version, move || self.end()).await
    }

    /// The session was ended, by the server or by time.
    fn end(self) {
        device::set_setting(SESSION, "");
        self.signed_in.set(false);
        self.ended.set(true);
    }
    /// Somebody has signed in.
    pub fn enter(self, session: &Session) {
        keep(session);
        device::set_setting(PROOF, &session.device_proof.to_string());
        self.ended.set(false);
        self.signed_in.set(true);
    }
    /// Somebody has signed out: what he was typing goes with him.
    pub fn leave(self) {
        device::set_setting(SESSION, "");
        forget_typing("");
        self.ended.set(false);
        self.signed_in.set(false);
        device::go(&Route::Home.hash());
    }
    /// What shows that this browser is known.
    pub fn proof(&self) -> Option<Token> {
        device::setting(PROOF)?.parse().ok()
    }

    /// Shows a short word at the bottom of the window.
    pub fn tell(&self, text: impl Into<String>) {
        self.toast.set(Some(Toast { text: text.into(), undo: None }));
    }
    /// Shows a short word, with a button that takes the deed back.
    pub fn tell_undo(&self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.toast.set(Some(Toast { text: text.into(), undo: Some(Arc::new(undo)) }));
    }
    /// Takes a deed back, and says so.
    pub fn take_back<R: 'static>(
        self,
        ask: impl Future<Output = Result<R, Failed>> + 'static,
        then: impl FnOnce(R) + 'static,
    ) {
        leptos::task::spawn_local(async move {
            match ask.await {
                Ok(reply) => {
                    then(reply);
                    self.tell(self.say(Frame::Undone));
                }
                Err(failed) => self.tell(self.why(&failed)),
            }
        });
    }
    /// Goes to a screen.
    pub fn go(&self, route: Route) {
        device::go(&route.hash());
    }
    /// What went wrong, in words.
    pub fn why(&self, failed: &Failed) -> String {
        match failed {
            Failed::Refused(problem) => problem.detail.to_string(),
            Failed::NotOurs => self.say(Frame::NotOurs).to_owned(),
            Failed::Unreadable(_) => self.say(Frame::NewerServer).to_owned(),
            Failed::Unreachable(_) => self.say(Frame::NoAnswer).to_owned(),
        }
    }
    /// A client for nobody, to sign in with.
    pub fn stranger(&self) -> Client {
        stranger(self.language.get_untracked())
    }
}

fn stranger(language: Language) -> Client {
    let client = Client::new(&browser::origin().unwrap_or_default());
    if language == Language::En { client.in_english() } else { client }
}

/// Asks in the name of whoever is signed in; renewed tokens are kept. Another window may have renewed
/// them since, so they are read each time.
async fn ask<E: Endpoint>(
    language: Language,
    path: E::Path,
    query: E::Query,
    body: E::Body,
    version: Option<Version>,
    ended: impl FnOnce(),
) -> Result<E::Reply, Failed> {
    let before = kept();
    let client = match &before {
        Some(session) => stranger(language).with_session(session),
        None => stranger(language),
    };
    let answer = client.send::<E>(path, query, body, version).await;
    if let (Some(before), Some(access_token), Some(refresh_token)) =
        (before, client.token(), client.refresh_token())
        && access_token != before.access_token
    {
        keep(&Session { access_token, refresh_token, ..before });
    }
    if let Err(failed) = &answer
        && matches!(failed.code(), Code::NotSignedIn | Code::SessionEnded)
    {
        ended();
    }
    answer.map(|answered| answered.reply)
}

fn kept() -> Option<Session> {
    serde_json::from_str(&device::setting(SESSION)?).ok()
}
fn keep(session: &Session) {
    device::set_setting(SESSION, &serde_json::to_string(session).unwrap_or_default());
}

/// The language that was chosen in this browser; Vietnamese until one is.
fn language() -> Language {
    let english = device::setting("language").is_some_and(|word| word == "en");
    if english { Language::En } else { Language::Vi }
}

/// What was being typed in a field and never reached the server.
pub fn typed(name: &str) -> Option<String> {
    device::setting(&format!("{TYPING}{name}"))
}
/// Keeps what is being typed; forgets it when it is nothing new.
pub fn keep_typed(name: &str, text: Option<&str>) {
    let name = format!("{TYPING}{name}");
    match text {
        Some(text) => device::set_setting(&name, text),
        None => device::remove_settings(|other| other == name),
    }
}
/// Forgets what was being typed in all fields whose name begins so.
pub fn forget_typing(beginning: &str) {
    let beginning = format!("{TYPING}{beginning}");
    device::remove_settings(|name| name.starts_with(&beginning));
}
