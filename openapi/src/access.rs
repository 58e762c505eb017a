//! Who may do what: the whole policy on one page. **Invariant: every endpoint names its action, and
//! [`permits`] is the only place that knows which role may do it.**
//!
//! Where a role may do it is the server's business: office, leader and inspector act in their whole
//! organisation, an overseer on the units in his charge, a reporter on his own units.

use crate::value::codes;

codes! {
    /// What a person is in an organisation; one person may be several, each at a unit.
    Role {
        Admin = "admin", "Quản trị", "Administrator";
        Office = "office", "Văn phòng", "Office (clerk)";
        Leader = "leader", "Thường trực", "Leader";
        Overseer = "overseer", "Ủy viên phụ trách", "Overseer";
        Reporter = "reporter", "Người báo cáo", "Reporter (village head)";
        Inspector = "inspector", "Ủy ban Kiểm tra", "Inspector";
        Integration = "integration", "Hệ thống khác", "Integration (another system)";
    }
}

impl Role {
    /// Whether the role reaches every unit of the organisation.
    #[must_use]
    pub const fn reaches_everything(self) -> bool {
        matches!(self, Self::Admin | Self::Office | Self::Leader | Self::Inspector | Self::Integration)
    }
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Anyone signed in: things of his own.
    SignedIn,
    /// Those whose role permits the action, within their reach.
    To(Action),
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        /// Something a role may or may not do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[doc = $doc])+ $name,)+ }
        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            /// Its name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

actions! {
    /// Read units, named events, the calendar and settings.
    ReadOrganisation;
    /// Change units, the calendar and settings; bring in sheets.
    ChangeOrganisation;
    /// Read who has which role and who oversees which unit.
    ReadPeople;
    /// Change people, their roles and oversights.
    ChangePeople;
    /// Hand a person the one-time link to set his password.
    Activate;
    /// Give named events their dates.
    DateEvents;
    /// Read directives and their tasks.
    ReadDirectives;
    /// Enter, change, issue and close directives and their tasks.
    ChangeDirectives;
    /// Read assignments, reports, decisions and difficulties.
    ReadAssignments;
    /// Acknowledge an assignment.
    Acknowledge;
    /// Report on an assignment, ask for more time, give an excuse, raise a difficulty.
    Report;
    /// Upload a photo or file.
    Upload;
    /// Accept or return a report; decide on extensions and excuses; answer difficulties.
    Decide;
    /// Pause, cancel or hand over an assignment.
    Steer;
    /// Read the overdue report and the statistics.
    ReadFigures;
    /// Read the audit trail.
    ReadAudit;
    /// Read webhooks and what was delivered to them.
    ReadWebhooks;
    /// Register, change, ping and replay webhooks.
    ChangeWebhooks;
}

/// The policy. One exhaustive match over the actions; the phone hides buttons by the same function.
#[must_use]
pub const fn permits(role: Role, action: Action) -> bool {
    use Role::{Admin, Inspector, Integration, Leader, Office, Overseer, Reporter};
    match action {
        Action::ReadOrganisation => !matches!(role, Role::Unknown),
        Action::ChangeOrganisation | Action::ChangePeople => matches!(role, Admin),
        Action::ReadPeople => matches!(role, Admin | Office | Leader | Inspector),
        Action::Activate => matches!(role, Admin | Office),
        Action::DateEvents => matches!(role, Admin | Office),
        Action::ReadDirectives => matches!(role, Office | Leader | Inspector | Integration),
        Action::ChangeDirectives | Action::Steer => matches!(role, Office),
        Action::ReadAssignments | Action::ReadFigures => {
            matches!(role, Office | Leader | Overseer | Reporter | Inspector | Integration)
        }
        Action::Acknowledge => matches!(role, Reporter),
        Action::Report => matches!(role, Reporter | Office),
        Action::Upload => matches!(role, Reporter | Office),
        Action::Decide => matches!(role, Leader | Overseer),
        Action::ReadAudit => matches!(role, Leader | Inspector),
        Action::ReadWebhooks | Action::ChangeWebhooks => matches!(role, Admin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inspector_writes_nothing() {
        for action in Action::ALL {
            let reads = action.as_str().starts_with("Read");
            assert!(reads || !permits(Role::Inspector, *action), "{action:?}");
        }
    }

    #[test]
    fn nobody_reviews_by_being_a_reporter() {
        assert!(!permits(Role::Reporter, Action::Decide));
        assert!(!permits(Role::Office, Action::Decide));
    }

    #[test]
    fn an_unknown_role_may_nothing() {
        assert!(Action::ALL.iter().all(|action| !permits(Role::Unknown, *action)));
    }
}
