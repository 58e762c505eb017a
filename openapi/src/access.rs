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
    /// Have a document read into proposals.
    Import;
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
    /// See in advance which warnings would be given to whom.
    PreviewWarnings;
    /// Read what was reported.
    ReadReports;
    /// Read extensions, excuses and difficulties.
    ReadDecisions;
    /// Download files of reports and directives.
    ReadAttachments;
    /// Follow what changes in view.
    ReadFeed;
    /// Read which API keys there are.
    ReadKeys;
    /// Make, rotate and revoke API keys.
    ChangeKeys;
    /// Share the due dates of a unit as a calendar.
    ShareCalendar;
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
        Action::ChangeDirectives | Action::Import => matches!(role, Office | Integration),
        Action::Steer | Action::ShareCalendar => matches!(role, Office),
        Action::ReadAssignments
        | Action::ReadFigures
        | Action::ReadReports
        | Action::ReadDecisions
        | Action::ReadAttachments
        | Action::ReadFeed => {
            matches!(role, Office | Leader | Overseer | Reporter | Inspector | Integration)
        }
        Action::Acknowledge => matches!(role, Reporter),
        Action::Report => matches!(role, Reporter | Office),
        // Another system uploads the files of the directives it enters, and no others.
        Action::Upload => matches!(role, Reporter | Office | Integration),
        Action::Decide => matches!(role, Leader | Overseer),
        Action::ReadAudit => matches!(role, Leader | Inspector),
        Action::PreviewWarnings => matches!(role, Admin | Office | Leader),
        Action::ReadWebhooks | Action::ChangeWebhooks => matches!(role, Admin),
        Action::ReadKeys => matches!(role, Admin | Inspector),
        Action::ChangeKeys => matches!(role, Admin),
    }
}

codes! {
    /// What an API key may do: a resource and a verb.
    KeyScope {
        ReadOrganisation = "organisation:read", "Đọc đơn vị, sự kiện, lịch nghỉ, cài đặt", "Read units, named events, the calendar and settings";
        ReadDirectives = "directives:read", "Đọc văn bản và nhiệm vụ", "Read directives and their tasks";
        ChangeDirectives = "directives:write", "Nhập và ban hành văn bản, nhiệm vụ, tệp kèm theo", "Enter, issue and close directives with their tasks and files";
        ReadAssignments = "assignments:read", "Đọc việc được giao", "Read assignments and their history";
        ReadReports = "reports:read", "Đọc báo cáo tiến độ", "Read reports";
        ReadDecisions = "decisions:read", "Đọc xin gia hạn, lý do, vướng mắc", "Read extensions, excuses and difficulties";
        ReadAttachments = "attachments:read", "Tải tệp", "Download files";
        ReadFigures = "figures:read", "Đọc báo cáo quá hạn và thống kê", "Read the overdue report and the statistics";
        ReadFeed = "feed:read", "Theo dõi thay đổi", "Follow every change of what the key may read";
    }
}

impl KeyScope {
    /// Whether it opens what is of no single unit, so that a key limited to units cannot have it.
    #[must_use]
    pub const fn is_of_the_whole(self) -> bool {
        matches!(self, Self::ReadDirectives | Self::ChangeDirectives)
    }
}

/// The scope an API key needs for an action; none where no key may do it. What a key may do is what
/// the role [`Role::Integration`] is permitted and its scopes name.
#[must_use]
pub const fn key_scope(action: Action) -> Option<KeyScope> {
    Some(match action {
        Action::ReadOrganisation => KeyScope::ReadOrganisation,
        Action::ReadDirectives => KeyScope::ReadDirectives,
        Action::ChangeDirectives | Action::Import | Action::Upload => KeyScope::ChangeDirectives,
        Action::ReadAssignments => KeyScope::ReadAssignments,
        Action::ReadReports => KeyScope::ReadReports,
        Action::ReadDecisions => KeyScope::ReadDecisions,
        Action::ReadAttachments => KeyScope::ReadAttachments,
        Action::ReadFigures => KeyScope::ReadFigures,
        Action::ReadFeed => KeyScope::ReadFeed,
        Action::ChangeOrganisation
        | Action::ReadPeople
        | Action::ChangePeople
        | Action::Activate
        | Action::DateEvents
        | Action::Acknowledge
        | Action::Report
        | Action::Decide
        | Action::Steer
        | Action::ReadAudit
        | Action::ReadKeys
        | Action::ChangeKeys
        | Action::ShareCalendar
        | Action::PreviewWarnings
        | Action::ReadWebhooks
        | Action::ChangeWebhooks => return None,
    })
}

/// The scope an endpoint wants of an API key; none where a key needs none, because anyone may call
/// it, or where no key may.
#[must_use]
pub const fn scope_wanted(access: Access) -> Option<KeyScope> {
    match access {
        Access::To(action) => key_scope(action),
        Access::Public | Access::SignedIn => None,
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
    fn another_system_may_what_a_scope_names_and_nothing_else() {
        for action in Action::ALL {
            assert_eq!(permits(Role::Integration, *action), key_scope(*action).is_some(), "{action:?}");
        }
        for scope in KeyScope::ALL {
            let opens = |action: &&Action| key_scope(**action) == Some(*scope);
            assert!(Action::ALL.iter().any(|action| opens(&action)), "{scope} opens nothing");
        }
    }

    #[test]
    fn another_system_neither_reports_nor_decides_nor_reads_people() {
        for action in
            [Action::Report, Action::Acknowledge, Action::Decide, Action::ReadPeople, Action::ChangeKeys]
        {
            assert!(!permits(Role::Integration, action), "{action:?}");
        }
    }

    #[test]
    fn an_unknown_role_may_nothing() {
        assert!(Action::ALL.iter().all(|action| !permits(Role::Unknown, *action)));
    }
}
