//! Which screen is open: the part of the address after `#`. **Invariant: every screen has an address
//! of its own, so that *back*, a bookmark and a link in a letter go where people expect.**

use openapi::{directives::DirectiveId, people::PersonId, units::UnitId, webhooks::WebhookId};

/// A screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Route {
    /// What waits.
    #[default]
    Home,
    /// Directives, of one state or all.
    Documents(Shelf),
    /// One directive.
    Document(DirectiveId),
    /// Entering and splitting a draft.
    Draft(DirectiveId),
    /// Assignments of one pile.
    Work(Pile),
    /// Tasks of issued documents that lack something.
    Loose(Lack),
    /// Difficulties that wait for an answer.
    Difficulties,
    /// The tree of units.
    Units,
    /// One unit.
    Unit(UnitId),
    /// Everybody.
    People,
    /// One person.
    Person(PersonId),
    /// Slips with activation codes, to print.
    Slips,
    /// A list of people and units out of a sheet.
    Roster,
    /// Who oversees which unit.
    Oversights,
    /// Days off, swapped days, named events.
    Calendar,
    /// Who is warned when.
    Ladder,
    /// API keys.
    Keys,
    /// Webhooks.
    Webhooks,
    /// One webhook and its deliveries.
    Webhook(WebhookId),
    /// The audit trail.
    Audit,
    /// Settings of the commune, and mine.
    Settings,
}

/// Which directives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shelf {
    /// All.
    #[default]
    All,
    /// Not issued yet.
    Drafts,
    /// Issued and open.
    Issued,
    /// Closed.
    Closed,
}

/// Which assignments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pile {
    /// All there are.
    #[default]
    All,
    /// Open and overdue.
    Overdue,
    /// Open and due soon.
    DueSoon,
    /// Open and in time.
    InTime,
    /// Waiting for a review.
    Submitted,
    /// Not acknowledged yet.
    Unread,
    /// Without a due date.
    Undated,
}

/// What a task lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Anybody to do it.
    Unit,
    /// A due date.
    Date,
}

impl Shelf {
    /// All, in the order of their tabs, with their words in an address.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::All, ""), (Self::Drafts, "du-thao"), (Self::Issued, "dang-lam"), (Self::Closed, "da-dong")];
}
impl Pile {
    /// All, in the order of their tabs, with their words in an address.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::All, ""),
        (Self::Overdue, "qua-han"),
        (Self::DueSoon, "sap-han"),
        (Self::InTime, "trong-han"),
        (Self::Submitted, "cho-duyet"),
        (Self::Unread, "chua-nhan"),
        (Self::Undated, "khong-han"),
    ];
}

fn found<T: Copy>(all: &[(T, &'static str)], word: &str) -> Option<T> {
    all.iter().find(|(_, name)| *name == word && !word.is_empty()).map(|(one, _)| *one)
}
fn word<T: PartialEq>(all: &[(T, &'static str)], one: &T) -> &'static str {
    all.iter().find(|(other, _)| other == one).map_or("", |(_, word)| word)
}
fn below(place: &str, word: &str) -> String {
    if word.is_empty() { format!("#/{place}") } else { format!("#/{place}/{word}") }
}

impl Route {
    /// From the part of an address after `#`. What is not known is the first screen.
    #[must_use]
    pub fn of(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        Self::parse(&parts).unwrap_or_default()
    }

    fn parse(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["van-ban"] => Self::Documents(Shelf::All),
            ["van-ban", word] => match found(&Shelf::ALL, word) {
                Some(shelf) => Self::Documents(shelf),
                None => Self::Document(word.parse().ok()?),
            },
            ["van-ban", id, "soan"] => Self::Draft(id.parse().ok()?),
            ["viec"] => Self::Work(Pile::All),
            ["viec", "chua-giao"] => Self::Loose(Lack::Unit),
            ["viec", "chua-co-han"] => Self::Loose(Lack::Date),
            ["vuong-mac"] => Self::Difficulties,
            ["viec", word] => Self::Work(found(&Pile::ALL, word)?),
            ["don-vi"] => Self::Units,
            ["don-vi", id] => Self::Unit(id.parse().ok()?),
            ["nguoi"] => Self::People,
            ["nguoi", "phieu"] => Self::Slips,
            ["nguoi", "danh-sach"] => Self::Roster,
            ["nguoi", id] => Self::Person(id.parse().ok()?),
            ["phu-trach"] => Self::Oversights,
            ["lich"] => Self::Calendar,
            ["nhac-viec"] => Self::Ladder,
            ["khoa"] => Self::Keys,
            ["webhook"] => Self::Webhooks,
            ["webhook", id] => Self::Webhook(id.parse().ok()?),
            ["nhat-ky"] => Self::Audit,
            ["cai-dat"] => Self::Settings,
            _ => return None,
        })
    }

    /// The part of the address after `#`, with it.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Self::Home => "#/".to_owned(),
            Self::Documents(shelf) => below("van-ban", word(&Shelf::ALL, shelf)),
            Self::Document(id) => format!("#/van-ban/{id}"),
            Self::Draft(id) => format!("#/van-ban/{id}/soan"),
            Self::Work(pile) => below("viec", word(&Pile::ALL, pile)),
            Self::Loose(Lack::Unit) => "#/viec/chua-giao".to_owned(),
            Self::Loose(Lack::Date) => "#/viec/chua-co-han".to_owned(),
            Self::Difficulties => "#/vuong-mac".to_owned(),
            Self::Units => "#/don-vi".to_owned(),
            Self::Unit(id) => format!("#/don-vi/{id}"),
            Self::People => "#/nguoi".to_owned(),
            Self::Slips => "#/nguoi/phieu".to_owned(),
            Self::Roster => "#/nguoi/danh-sach".to_owned(),
            Self::Person(id) => format!("#/nguoi/{id}"),
            Self::Oversights => "#/phu-trach".to_owned(),
            Self::Calendar => "#/lich".to_owned(),
            Self::Ladder => "#/nhac-viec".to_owned(),
            Self::Keys => "#/khoa".to_owned(),
            Self::Webhooks => "#/webhook".to_owned(),
            Self::Webhook(id) => format!("#/webhook/{id}"),
            Self::Audit => "#/nhat-ky".to_owned(),
            Self::Settings => "#/cai-dat".to_owned(),
        }
    }

    /// The place in the column on the left that a screen belongs to.
    #[must_use]
    pub const fn place(&self) -> Self {
        match self {
            Self::Documents(_) | Self::Document(_) | Self::Draft(_) => Self::Documents(Shelf::All),
            Self::Work(_) | Self::Loose(_) | Self::Difficulties => Self::Work(Pile::All),
            Self::Units | Self::Unit(_) => Self::Units,
            Self::People | Self::Person(_) | Self::Slips | Self::Roster => Self::People,
            Self::Webhooks | Self::Webhook(_) => Self::Webhooks,
            other => *other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01980000-0000-7000-8000-000000000001";

    #[test]
    fn every_address_leads_back_to_its_screen() {
        let mut routes = vec![
            Route::Home,
            Route::Document(ID.parse().unwrap()),
            Route::Draft(ID.parse().unwrap()),
            Route::Units,
            Route::Unit(ID.parse().unwrap()),
            Route::People,
            Route::Person(ID.parse().unwrap()),
            Route::Slips,
            Route::Roster,
            Route::Oversights,
            Route::Calendar,
            Route::Ladder,
            Route::Keys,
            Route::Webhooks,
            Route::Webhook(ID.parse().unwrap()),
            Route::Audit,
            Route::Settings,
            Route::Loose(Lack::Unit),
            Route::Loose(Lack::Date),
            Route::Difficulties,
        ];
        routes.extend(Shelf::ALL.map(|(shelf, _)| Route::Documents(shelf)));
        routes.extend(Pile::ALL.map(|(pile, _)| Route::Work(pile)));
        for route in routes {
            assert_eq!(Route::of(&route.hash()), route);
            assert_eq!(route.place().place(), route.place());
        }
    }

    #[test]
    fn nonsense_is_the_first_screen() {
        for odd in ["", "#", "#/van-ban/1", "#/viec/khac", "#/../x", "#/don-vi/", "#/nguoi/x"] {
            let found = Route::of(odd);
            assert!(found == Route::Home || found == Route::Units, "{odd}");
        }
    }
}
