//! What every screen shares: the core to read from, the voice to speak with, the language, the day.
//! **Invariant: screens read the core and speak to the engine; none of them waits for the network to
//! show what it has.**

use std::sync::Arc;

use crate::{
    Client, Failed, Question,
    offline::{
        engine::Voice,
        event::{NotKept, Tell},
        sync::Sync,
        work::Work,
    },
    reading,
    route::Route,
    when,
    words::{Word, fill},
};
use leptos::prelude::*;
use openapi::{
    attachments::AttachmentId,
    id::Id,
    organisation::DueSoonDays,
    problem::Language,
    sessions::Me,
    value::{Date, Instant},
};
use serde_json::Value;

use crate::device;

/// What is done when something was kept, or was not.
type WhenKept = Box<dyn FnOnce(Result<(), NotKept>) + Send + std::marker::Sync>;

/// The one context of all screens.
#[derive(Clone, Copy)]
pub struct Ui {
    /// What there is to show.
    pub core: RwSignal<Arc<Sync>>,
    /// The screen.
    pub route: RwSignal<Route>,
    /// The language.
    pub language: RwSignal<Language>,
    /// The phone's clock, put right by what the server last told; moves every half minute.
    pub now: RwSignal<Instant>,
    /// How many seconds the phone's clock is behind the server's, when that is much.
    pub clock_off: RwSignal<Option<i64>>,
    /// A short word at the bottom of the screen.
    pub toast: RwSignal<Option<String>>,
    /// Whether the phone fails to keep anything.
    pub store_fails: RwSignal<bool>,
    /// Says how the last try to sign in ended, for the form.
    pub sign_in_failed: RwSignal<Option<NotKept>>,
    voice: StoredValue<Voice>,
    waiting: StoredValue<Slips>,
}

/// What was handed to the engine and is not kept yet.
#[derive(Default)]
struct Slips {
    last: u64,
    then: Vec<(u64, WhenKept)>,
}

impl Ui {
    /// For an engine that was just opened.
    pub fn new(core: Sync, voice: Voice) -> Self {
        Self {
            core: RwSignal::new(Arc::new(core)),
            route: RwSignal::new(Route::of(&device::hash())),
            language: RwSignal::new(language()),
            now: RwSignal::new(device::now()),
            clock_off: RwSignal::new(None),
            toast: RwSignal::new(None),
            store_fails: RwSignal::new(false),
            sign_in_failed: RwSignal::new(None),
            voice: StoredValue::new(voice),
            waiting: StoredValue::new(Slips::default()),
        }
    }
    /// The context of the screen that is being drawn.
    pub fn here() -> Self {
        expect_context()
    }

    /// A text in the present language.
    pub fn say(&self, word: Word) -> &'static str {
        word.text(self.language.get())
    }
    /// A text with its blanks filled in.
    pub fn fill(&self, word: Word, with: &[&str]) -> String {
        fill(self.say(word), with)
    }
    /// What the contract's codes are called in the present language.
    pub fn code(&self, vi: &'static str, en: &'static str) -> &'static str {
        if self.language.get() == Language::En { en } else { vi }
    }
    /// Today in Viet Nam.
    pub fn today(&self) -> Date {
        when::day(self.now.get())
    }
    /// A day in words.
    pub fn date(&self, day: Date) -> String {
        when::date(day, self.today(), self.language.get())
    }
    /// A moment in words.
    pub fn moment(&self, at: Instant) -> String {
        when::moment(at, self.today(), self.language.get())
    }
    /// Within how many days work counts as due soon.
    pub fn soon(&self) -> DueSoonDays {
        self.me().map_or(DUE_SOON, |me| me.due_soon_days)
    }
    /// Who I am, as the server last said.
    pub fn me(&self) -> Option<Me> {
        self.core.get().desk().me.clone()
    }

    /// The engine.
    pub fn voice(&self) -> Voice {
        self.voice.get_value()
    }
    /// A client for what is only of use with a connection: pictures, histories, figures of the past.
    pub fn client(&self) -> Client {
        let client = Client::new(&crate::browser::origin().unwrap_or_default());
        let client = if self.language.get_untracked() == Language::En { client.in_english() } else { client };
        match self.core.get_untracked().desk().access() {
            Some(token) => client.with_token(token),
            None => client,
        }
    }

    /// Asks the server something, and answers what it said as JSON: an empty list where it says
    /// nothing, and null when it refused or cannot be reached.
    pub async fn ask(self, question: Result<Question, Failed>) -> Value {
        let Ok(question) = question else { return Value::Null };
        match self.client().hear(question).await.0 {
            Ok(said) if said.is_empty() => Value::Array(Vec::new()),
            Ok(said) => reading::json(&said).unwrap_or_default(),
            Err(_refused) => Value::Null,
        }
    }

    /// A new id, made of this moment and chance.
    pub fn new_id<T>(&self) -> Id<T> {
        let ms = u64::try_from(device::now().unix_ms()).unwrap_or(0);
        Id::new(ms, device::chance())
    }
    /// Sends works, all or none, and does something when they are kept or could not be.
    pub fn send(
        &self,
        works: Vec<Work>,
        files: Vec<(AttachmentId, Vec<u8>)>,
        then: impl FnOnce(Result<(), NotKept>) + Send + std::marker::Sync + 'static,
    ) {
        let Some(person) = self.core.get_untracked().desk().person() else {
            return then(Err(NotKept::NobodySignedIn));
        };
        let mut slip = 0;
        self.waiting.update_value(|slips| {
            slips.last += 1;
            slip = slips.last;
            slips.then.push((slip, Box::new(then)));
        });
        self.voice().did(slip, person, works, files);
    }
    /// Sends one thing, and says that it is kept; for buttons without a form.
    pub fn send_one(&self, work: Work, kept: Word) {
        let ui = *self;
        self.send(vec![work], Vec::new(), move |done| match done {
            Ok(()) => ui.tell(ui.say(kept)),
            Err(why) => ui.tell(ui.say(not_kept(why))),
        });
    }

    /// Shows a short word at the bottom of the screen.
    pub fn tell(&self, text: impl Into<String>) {
        self.toast.set(Some(text.into()));
    }
    /// Goes to a screen.
    pub fn go(&self, route: &Route) {
        device::go(&route.hash());
    }

    /// Takes in what the engine tells.
    pub fn told(&self, core: &Sync, tells: Vec<Tell>) {
        self.core.set(Arc::new(core.picture()));
        for tell in tells {
            match tell {
                Tell::Kept(slip) => self.settle(slip, Ok(())),
                Tell::NotKept(slip, why) => self.settle(slip, Err(why)),
                Tell::StoreFails(_) => self.store_fails.set(true),
                Tell::ClockIsOff(seconds) => self.clock_off.set(Some(seconds)),
                Tell::ClockIsRight => self.clock_off.set(None),
                Tell::NotSignedIn(why) => self.sign_in_failed.set(Some(why)),
                Tell::SignedIn => {
                    self.sign_in_failed.set(None);
                    self.store_fails.set(false);
                }
                Tell::SignedOut => {
                    device::forget_drafts();
                    self.go(&Route::Home);
                }
                Tell::Refused(_) => self.tell(self.say(Word::RefusedShort)),
                Tell::Sent(_) => self.store_fails.set(false),
                Tell::NeedsSignIn | Tell::NotNow(_) | Tell::BookChanged => {}
            }
        }
        self.tick();
    }
    fn settle(&self, slip: u64, done: Result<(), NotKept>) {
        let then = self.waiting.try_update_value(|slips| {
            let place = slips.then.iter().position(|(other, _)| *other == slip)?;
            Some(slips.then.swap_remove(place))
        });
        if let Some((_, then)) = then.flatten() {
            then(done);
        }
    }
    /// Moves the clock that screens go by.
    pub fn tick(&self) {
        let off = self.clock_off.get_untracked().unwrap_or(0);
        self.now.set(device::now().plus(chrono::TimeDelta::seconds(off)));
    }
}

/// The language that was chosen in this browser; Vietnamese until one is.
pub fn language() -> Language {
    let english = device::setting("language").is_some_and(|word| word == "en");
    if english { Language::En } else { Language::Vi }
}

/// Until the server has said who I am.
const DUE_SOON: DueSoonDays = DueSoonDays::USUAL;

/// What to say when something could not be kept.
pub const fn not_kept(why: NotKept) -> Word {
    match why {
        NotKept::Full => Word::NotKeptFull,
        NotKept::Broken => Word::NotKeptBroken,
        NotKept::NobodySignedIn => Word::SignInAgain,
    }
}
