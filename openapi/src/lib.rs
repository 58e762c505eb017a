//! The contract of Đôn Đốc: words, endpoints as types, the rules that phone and server both ask, and
//! who may do what. **Invariant: no I/O, no clock, no chance, no SQL** (the feature `sql` only lets
//! ids, codes and texts be stored).
//!
//! To add an endpoint: declare it in its feature's module and name it in [`for_every_endpoint`].

pub mod access;
pub mod alerts;
pub mod assignments;
pub mod attachments;
pub mod calendar;
pub mod calendar_feeds;
pub mod channels;
pub mod decisions;
pub mod directives;
pub mod document;
pub mod endpoint;
pub mod figures;
pub mod health;
pub mod id;
pub mod imports;
pub mod keys;
pub mod ledger;
pub mod organisation;
pub mod people;
pub mod problem;
pub mod reading;
pub mod recurrence;
pub mod reports;
pub mod roster;
pub mod sessions;
pub mod strict;
pub mod tasks;
pub mod text;
pub mod timeliness;
pub mod units;
pub mod value;
pub mod webhooks;

/// Hands the list of every endpoint to a macro: the one list of the whole API.
#[macro_export]
macro_rules! for_every_endpoint {
    ($use_them:ident) => {
        $use_them! {
            $crate::sessions::SignIn,
            $crate::sessions::RefreshSession,
            $crate::sessions::SignOut,
            $crate::sessions::ReadInvitation,
            $crate::sessions::Activate,
            $crate::sessions::CreateActivation,
            $crate::sessions::ReadActivationQr,
            $crate::sessions::ReadMe,
            $crate::sessions::PatchMe,
            $crate::sessions::ChangePassword,
            $crate::sessions::ListDevices,
            $crate::sessions::RevokeDevice,
            $crate::sessions::RevokeDevices,
            $crate::organisation::ReadSettings,
            $crate::organisation::PatchSettings,
            $crate::roster::TryRoster,
            $crate::roster::PutRoster,
            $crate::units::ListUnits,
            $crate::units::ReadUnit,
            $crate::units::PutUnit,
            $crate::units::PatchUnit,
            $crate::units::MergeUnit,
            $crate::people::ListPeople,
            $crate::people::ReadPerson,
            $crate::people::PutPerson,
            $crate::people::PatchPerson,
            $crate::people::AnonymisePerson,
            $crate::people::ListOversights,
            $crate::people::ReadOversight,
            $crate::people::PutOversight,
            $crate::people::PatchOversight,
            $crate::calendar::ListNamedEvents,
            $crate::calendar::ReadNamedEvent,
            $crate::calendar::PutNamedEvent,
            $crate::calendar::PatchNamedEvent,
            $crate::calendar::ReadCalendarYear,
            $crate::calendar::PutCalendarYear,
            $crate::directives::ListDirectives,
            $crate::directives::ReadDirective,
            $crate::directives::PutDirective,
            $crate::directives::PatchDirective,
            $crate::directives::DeleteDirective,
            $crate::directives::PreviewIssue,
            $crate::directives::IssueDirective,
            $crate::directives::CloseDirective,
            $crate::imports::TryImport,
            $crate::imports::TryFileImport,
            $crate::tasks::ListTasks,
            $crate::tasks::ReadTask,
            $crate::tasks::PutTask,
            $crate::tasks::PatchTask,
            $crate::tasks::DeleteTask,
            $crate::assignments::ListAssignments,
            $crate::assignments::CountAssignments,
            $crate::assignments::ReadAssignment,
            $crate::assignments::ListHistory,
            $crate::assignments::AcknowledgeAssignment,
            $crate::assignments::PauseAssignment,
            $crate::assignments::ResumeAssignment,
            $crate::assignments::CancelAssignment,
            $crate::assignments::ReassignAssignment,
            $crate::reports::ListReports,
            $crate::reports::ReadReport,
            $crate::reports::SubmitReport,
            $crate::reports::ReviewReport,
            $crate::attachments::PutAttachment,
            $crate::attachments::ReadAttachment,
            $crate::decisions::ListExtensions,
            $crate::decisions::ReadExtension,
            $crate::decisions::PutExtension,
            $crate::decisions::DecideExtension,
            $crate::decisions::ListExcuses,
            $crate::decisions::ReadExcuse,
            $crate::decisions::PutExcuse,
            $crate::decisions::DecideExcuse,
            $crate::decisions::ListDifficulties,
            $crate::decisions::ReadDifficulty,
            $crate::decisions::PutDifficulty,
            $crate::decisions::AnswerDifficulty,
            $crate::figures::ReadOverdue,
            $crate::figures::ReadStatistics,
            $crate::alerts::ReadLadder,
            $crate::alerts::PutLadder,
            $crate::alerts::PreviewLadder,
            $crate::alerts::ListNotices,
            $crate::alerts::CountNotices,
            $crate::alerts::MarkNotice,
            $crate::alerts::MarkNotices,
            $crate::alerts::ListMutes,
            $crate::alerts::PutMute,
            $crate::alerts::DeleteMute,
            $crate::alerts::ReadReminder,
            $crate::keys::ListKeys,
            $crate::keys::ReadKey,
            $crate::keys::PutKey,
            $crate::keys::RotateKey,
            $crate::keys::RevokeKey,
            $crate::calendar_feeds::ListCalendarFeeds,
            $crate::calendar_feeds::PutCalendarFeed,
            $crate::calendar_feeds::RevokeCalendarFeed,
            $crate::calendar_feeds::ReadCalendarFile,
            $crate::ledger::ListAuditEvents,
            $crate::ledger::ReadFeed,
            $crate::channels::ReadPushKey,
            $crate::channels::ListPushSubscriptions,
            $crate::channels::PutPushSubscription,
            $crate::channels::DeletePushSubscription,
            $crate::channels::ReadMyChannels,
            $crate::channels::PatchMyChannels,
            $crate::channels::TestMyChannels,
            $crate::channels::ReadMyMessage,
            $crate::webhooks::ListWebhooks,
            $crate::webhooks::ReadWebhook,
            $crate::webhooks::PutWebhook,
            $crate::webhooks::PatchWebhook,
            $crate::webhooks::DeleteWebhook,
            $crate::webhooks::RotateWebhookSecret,
            $crate::webhooks::PingWebhook,
            $crate::webhooks::ListDeliveries,
            $crate::webhooks::ReplayWebhook,
            $crate::health::ReadHealth,
            $crate::health::ReadReadiness,
            $crate::health::ReadMetrics,
        }
    };
}
