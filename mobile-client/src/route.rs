//! Which screen is open: the part of the address after `#`. **Invariant: every screen has an address
//! of its own, so that *back* goes where people expect.**

use openapi::{assignments::AssignmentId, sessions::ActivationId, units::UnitId, value::Token};

/// A screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Route {
    /// The first one: my work, or what I watch.
    #[default]
    Home,
    /// The work of my own unit, for one who looks over that of others too.
    Mine,
    /// One assignment.
    Task(AssignmentId),
    /// The form of a report; one that says the work is done, or that it goes on.
    Report(AssignmentId, bool),
    /// The form of a difficulty.
    Difficulty(AssignmentId),
    /// The form of a request for more time.
    Extension(AssignmentId),
    /// The form of a reason for lateness.
    Excuse(AssignmentId),
    /// What is late, waits for a decision or is due soon; of one unit or of all.
    Watch(Tab, Option<UnitId>),
    /// Pictures of how things stand.
    Figures,
    /// What I was told.
    Notices,
    /// What waits to be sent, and receipts.
    Outbox,
    /// Settings, and help.
    Settings,
    /// An activation link. The secret stays in the browser until the person presses the button.
    Activate(ActivationId, Token),
}

/// A part of the watch screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// Overdue.
    #[default]
    Overdue,
    /// Waiting for a decision.
    ToDecide,
    /// Due soon.
    DueSoon,
}

impl Tab {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Overdue, "qua-han"), (Self::ToDecide, "cho-duyet"), (Self::DueSoon, "sap-han")];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(tab, _)| *tab == self).map_or("", |(_, word)| word)
    }
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
        let tab = |word: &str| Tab::ALL.iter().find(|(_, name)| *name == word).map(|(tab, _)| *tab);
        Some(match *parts {
            ["viec", id] => Self::Task(id.parse().ok()?),
            ["viec", id, "dang-lam"] => Self::Report(id.parse().ok()?, false),
            ["viec", id, "da-xong"] => Self::Report(id.parse().ok()?, true),
            ["viec", id, "vuong-mac"] => Self::Difficulty(id.parse().ok()?),
            ["viec", id, "xin-them"] => Self::Extension(id.parse().ok()?),
            ["viec", id, "ly-do"] => Self::Excuse(id.parse().ok()?),
            ["theo-doi", word] => Self::Watch(tab(word)?, None),
            ["theo-doi", word, unit] => Self::Watch(tab(word)?, Some(unit.parse().ok()?)),
            ["viec-cua-toi"] => Self::Mine,
            ["so-lieu"] => Self::Figures,
            ["thong-bao"] => Self::Notices,
            ["gui-di"] => Self::Outbox,
            ["cai-dat"] => Self::Settings,
            ["kich-hoat", id, token] => Self::Activate(id.parse().ok()?, token.parse().ok()?),
            _ => return None,
        })
    }
    /// The part of the address after `#`, with it.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Self::Home => "#/".to_owned(),
            Self::Task(id) => format!("#/viec/{id}"),
            Self::Report(id, false) => format!("#/viec/{id}/dang-lam"),
            Self::Report(id, true) => format!("#/viec/{id}/da-xong"),
            Self::Difficulty(id) => format!("#/viec/{id}/vuong-mac"),
            Self::Extension(id) => format!("#/viec/{id}/xin-them"),
            Self::Excuse(id) => format!("#/viec/{id}/ly-do"),
            Self::Watch(tab, None) => format!("#/theo-doi/{}", tab.word()),
            Self::Watch(tab, Some(unit)) => format!("#/theo-doi/{}/{unit}", tab.word()),
            Self::Mine => "#/viec-cua-toi".to_owned(),
            Self::Figures => "#/so-lieu".to_owned(),
            Self::Notices => "#/thong-bao".to_owned(),
            Self::Outbox => "#/gui-di".to_owned(),
            Self::Settings => "#/cai-dat".to_owned(),
            Self::Activate(id, token) => format!("#/kich-hoat/{id}/{token}"),
        }
    }
    /// The screen that *back* means, where the browser has none to go back to.
    #[must_use]
    pub const fn up(&self) -> Self {
        match self {
            Self::Report(id, _) | Self::Difficulty(id) | Self::Extension(id) | Self::Excuse(id) => {
                Self::Task(*id)
            }
            _ => Self::Home,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_back_to_its_screen() {
        let id: AssignmentId = "01980000-0000-7000-8000-000000000001".parse().unwrap();
        let routes = [
            Route::Home,
            Route::Mine,
            Route::Task(id),
            Route::Report(id, false),
            Route::Report(id, true),
            Route::Difficulty(id),
            Route::Extension(id),
            Route::Excuse(id),
            Route::Watch(Tab::ToDecide, None),
            Route::Watch(Tab::DueSoon, Some(id.cast())),
            Route::Figures,
            Route::Notices,
            Route::Outbox,
            Route::Settings,
        ];
        for route in routes {
            assert_eq!(Route::of(&route.hash()), route);
        }
    }

    #[test]
    fn an_activation_link_is_understood_and_nonsense_is_the_first_screen() {
        let link = "#/kich-hoat/01980000-0000-7000-8000-000000000001/Zk3v0Xb9Qm1sT7uYw5aEdR2c";
        assert!(matches!(Route::of(link), Route::Activate(..)));
        assert_eq!(Route::of(link).hash(), link);
        for odd in ["", "#", "#/viec/1", "#/viec/../x", "#/kich-hoat/", "#/theo-doi/khac"] {
            assert_eq!(Route::of(odd), Route::Home, "{odd}");
        }
    }
}
