//! Webhooks: what other systems are told as it happens, by the Standard Webhooks specification
//! (standardwebhooks.com) or as CloudEvents 1.0. **Invariant: an event tells ids, states and dates,
//! never words that people wrote; its id never changes, however often it is sent.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::AssignmentId,
    directives::DirectiveId,
    endpoint::{Dto, endpoints, listing},
    id::Id,
    keys::OverlapHours,
    ledger::{AuditEventId, Deed, Subject},
    organisation::OrganisationId,
    sessions::{example, example_date, example_id, example_instant},
    tasks::TaskId,
    timeliness::State,
    units::UnitId,
    value::{Change, Count, Date, Days, Instant, Page, Phrase, Version, codes, text_value},
};

codes! {
    /// What happened.
    EventType {
        AssignmentIssued = "assignment.issued", "Giao việc", "Work was given to a unit";
        AssignmentAcknowledged = "assignment.acknowledged", "Nhận việc", "The unit has acknowledged it";
        AssignmentDueMoved = "assignment.due_moved", "Đổi hạn", "Its due date was moved";
        AssignmentPaused = "assignment.paused", "Tạm dừng", "It was paused";
        AssignmentResumed = "assignment.resumed", "Tiếp tục", "It goes on";
        AssignmentCancelled = "assignment.cancelled", "Hủy", "It was cancelled";
        AssignmentCarriedOver = "assignment.carried_over", "Chuyển tiếp", "It goes on in a later directive";
        AssignmentReassigned = "assignment.reassigned", "Chuyển đơn vị", "It was handed to another unit";
        AssignmentDueSoon = "assignment.due_soon", "Sắp đến hạn", "A warning before its due date";
        AssignmentOverdue = "assignment.overdue", "Quá hạn", "A warning after its due date";
        ReportSubmitted = "report.submitted", "Báo cáo", "A unit has reported";
        ReportFileReceived = "report.file_received", "Nhận tệp của báo cáo", "A file of a report has arrived";
        ReportAccepted = "report.accepted", "Chấp nhận báo cáo", "A report was accepted";
        ReportReturned = "report.returned", "Trả lại báo cáo", "A report was returned";
        ExtensionAsked = "extension.asked", "Xin gia hạn", "More time was asked for";
        ExtensionGranted = "extension.granted", "Cho gia hạn", "More time was granted";
        ExtensionRefused = "extension.refused", "Không cho gia hạn", "More time was refused";
        ExcuseGiven = "excuse.given", "Nêu lý do khách quan", "An excuse was given";
        ExcuseConfirmed = "excuse.confirmed", "Xác nhận lý do", "An excuse was confirmed";
        ExcuseRejected = "excuse.rejected", "Không xác nhận lý do", "An excuse was rejected";
        DifficultyRaised = "difficulty.raised", "Nêu vướng mắc", "A difficulty was raised";
        DifficultyAnswered = "difficulty.answered", "Trả lời vướng mắc", "A difficulty was answered";
        DirectiveIssued = "directive.issued", "Ban hành văn bản", "A directive was issued";
        DirectiveClosed = "directive.closed", "Kết thúc văn bản", "A directive was closed";
        TaskLinked = "task.linked", "Liên kết nhiệm vụ", "Two tasks were linked as the same work";
        TaskUnlinked = "task.unlinked", "Bỏ liên kết nhiệm vụ", "Two tasks were unlinked";
        UnitCreated = "unit.created", "Thêm đơn vị", "A unit was entered";
        UnitChanged = "unit.changed", "Sửa đơn vị", "A unit was changed";
        UnitMerged = "unit.merged", "Sáp nhập đơn vị", "A unit was merged into another";
        Ping = "ping", "Gửi thử", "Sent on request, to try the endpoint";
    }
}

impl EventType {
    /// Which event an entry of the ledger is told as; most that concern nobody's work are told as none.
    ///
    /// An accepted or returned report stands in the ledger twice, for the report and for its
    /// assignment; the entry of the assignment is told, because it says where that stands now.
    #[must_use]
    pub const fn of(subject: Subject, deed: Deed) -> Option<Self> {
        Some(match deed {
            Deed::Assigned => Self::AssignmentIssued,
            Deed::Acknowledged => Self::AssignmentAcknowledged,
            Deed::DueMoved => Self::AssignmentDueMoved,
            Deed::Paused => Self::AssignmentPaused,
            Deed::Resumed => Self::AssignmentResumed,
            Deed::Cancelled => Self::AssignmentCancelled,
            Deed::CarriedOver => Self::AssignmentCarriedOver,
            Deed::Reassigned => Self::AssignmentReassigned,
            Deed::Reported => Self::ReportSubmitted,
            Deed::FileStored => match subject {
                Subject::Report => Self::ReportFileReceived,
                _ => return None,
            },
            Deed::Accepted => match subject {
                Subject::Assignment => Self::ReportAccepted,
                _ => return None,
            },
            Deed::Returned => match subject {
                Subject::Assignment => Self::ReportReturned,
                _ => return None,
            },
            Deed::Asked => match subject {
                Subject::Extension => Self::ExtensionAsked,
                Subject::Excuse => Self::ExcuseGiven,
                Subject::Difficulty => Self::DifficultyRaised,
                _ => return None,
            },
            Deed::Granted => match subject {
                Subject::Extension => Self::ExtensionGranted,
                Subject::Excuse => Self::ExcuseConfirmed,
                _ => return None,
            },
            Deed::Refused => match subject {
                Subject::Extension => Self::ExtensionRefused,
                Subject::Excuse => Self::ExcuseRejected,
                _ => return None,
            },
            Deed::Answered => Self::DifficultyAnswered,
            Deed::Issued => Self::DirectiveIssued,
            Deed::Closed => Self::DirectiveClosed,
            Deed::Linked => Self::TaskLinked,
            Deed::Unlinked => Self::TaskUnlinked,
            Deed::Created => match subject {
                Subject::Unit => Self::UnitCreated,
                _ => return None,
            },
            Deed::Changed => match subject {
                Subject::Unit => Self::UnitChanged,
                _ => return None,
            },
            Deed::Merged => Self::UnitMerged,
            Deed::Deleted
            | Deed::Activated
            | Deed::Invited
            | Deed::SignedIn
            | Deed::SignedOut
            | Deed::PasswordChanged
            | Deed::TokenReused
            | Deed::Anonymised
            | Deed::Escalated
            | Deed::Subscribed
            | Deed::Unsubscribed
            | Deed::Rotated
            | Deed::Revoked
            // Told by `Self::of_warning`, for it depends on the rung.
            | Deed::Warned
            | Deed::Unknown => return None,
        })
    }

    /// Which event a warning about an assignment is told as, by its rung: how many days after the due
    /// date it was given, negative before.
    #[must_use]
    pub const fn of_warning(rung: i64) -> Self {
        if rung > 0 { Self::AssignmentOverdue } else { Self::AssignmentDueSoon }
    }

    /// What kind of thing it is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::AssignmentIssued
            | Self::AssignmentAcknowledged
            | Self::AssignmentDueMoved
            | Self::AssignmentPaused
            | Self::AssignmentResumed
            | Self::AssignmentCancelled
            | Self::AssignmentCarriedOver
            | Self::AssignmentReassigned
            | Self::AssignmentDueSoon
            | Self::AssignmentOverdue => Subject::Assignment,
            Self::ReportSubmitted
            | Self::ReportFileReceived
            | Self::ReportAccepted
            | Self::ReportReturned => Subject::Report,
            Self::ExtensionAsked | Self::ExtensionGranted | Self::ExtensionRefused => Subject::Extension,
            Self::ExcuseGiven | Self::ExcuseConfirmed | Self::ExcuseRejected => Subject::Excuse,
            Self::DifficultyRaised | Self::DifficultyAnswered => Subject::Difficulty,
            Self::DirectiveIssued | Self::DirectiveClosed => Subject::Directive,
            Self::TaskLinked | Self::TaskUnlinked => Subject::Task,
            Self::UnitCreated | Self::UnitChanged | Self::UnitMerged => Subject::Unit,
            Self::Ping => Subject::Webhook,
            Self::Unknown => Subject::Unknown,
        }
    }
}

/// What an event tells: ids, states and dates. Whoever needs more reads the thing itself, with the
/// rights he has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventData {
    /// The organisation it happened in.
    pub organisation: OrganisationId,
    /// Its place in the organisation's record. Of two events about one assignment the one with the
    /// larger number happened later, in whatever order they arrive. None in a ping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub sequence: Option<i64>,
    /// What kind of thing it is about.
    pub subject: Subject,
    /// Which one.
    pub id: AuditEventId,
    /// The assignment it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentId>,
    /// The unit that had the assignment afterwards, or whose difficulty it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The directive of the assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<DirectiveId>,
    /// The task of the assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// Where the assignment stood afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// When the assignment was due afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// How many days late it was, where the event is about being late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_late: Option<Days>,
}
impl Dto for EventData {
    fn example() -> Self {
        Self {
            organisation: example_id(0x01),
            sequence: Some(1207),
            subject: Subject::Report,
            id: example_id(0x71),
            assignment: Some(example_id(0x62)),
            unit: Some(example_id(0x31)),
            directive: Some(example_id(0x51)),
            task: Some(example_id(0x52)),
            state: Some(State::Submitted),
            due_on: Some(example_date(30)),
            days_late: None,
        }
    }
}

/// An event as the Standard Webhooks specification has it. Its id is in the header `webhook-id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// When it happened.
    pub timestamp: Instant,
    /// To what.
    pub data: EventData,
}
impl Dto for Event {
    fn example() -> Self {
        Self { kind: EventType::ReportSubmitted, timestamp: example_instant(), data: EventData::example() }
    }
}

/// An event as CloudEvents 1.0 has it, in its structured mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// The version of CloudEvents.
    #[schema(max_length = 3, pattern = r"^1\.0$")]
    pub specversion: String,
    /// The id of the event, the same as in the header `webhook-id`.
    pub id: AuditEventId,
    /// Where it comes from: the organisation, as `urn:uuid:` and its id.
    #[schema(max_length = 45, pattern = r"^urn:uuid:[0-9a-f-]{36}$", format = "uri")]
    pub source: String,
    /// What happened: `dondoc.` and the event type.
    #[serde(rename = "type")]
    #[schema(max_length = 60, pattern = r"^dondoc\.[a-z_.]+$")]
    pub kind: String,
    /// What it is about: the kind of thing, a slash and its id.
    #[schema(max_length = 60, pattern = r"^[a-z_]+/[0-9a-f-]{36}$")]
    pub subject: String,
    /// When it happened.
    pub time: Instant,
    /// The form of `data`.
    #[schema(max_length = 16, pattern = r"^application/json$")]
    pub datacontenttype: String,
    /// The sequence again, with zeros before it, so that texts sort as numbers do (the extension
    /// *Sequence* of CloudEvents). None in a ping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, pattern = r"^[0-9]{20}$")]
    pub sequence: Option<String>,
    /// To what.
    pub data: EventData,
}
impl CloudEvent {
    /// The media type it is sent as.
    pub const MEDIA: &'static str = "application/cloudevents+json";

    /// An event in this form.
    #[must_use]
    pub fn of(id: AuditEventId, event: &Event) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id,
            source: format!("urn:uuid:{}", event.data.organisation),
            kind: format!("dondoc.{}", event.kind),
            subject: format!("{}/{}", event.data.subject, event.data.id),
            time: event.timestamp,
            datacontenttype: "application/json".to_owned(),
            sequence: event.data.sequence.map(|sequence| format!("{sequence:020}")),
            data: event.data.clone(),
        }
    }
}
impl Dto for CloudEvent {
    fn example() -> Self {
        Self::of(example_id(0x91), &Event::example())
    }
}

codes! {
    /// In which form events are sent.
    EventFormat {
        Standard = "standard", "Standard Webhooks", "Standard Webhooks: type, timestamp, data";
        CloudEvents = "cloudevents", "CloudEvents 1.0", "CloudEvents 1.0, structured mode, with the same signature";
    }
}

codes! {
    /// Whether an endpoint is sent to.
    WebhookState {
        Active = "active", "Đang gửi", "Events are sent";
        Disabled = "disabled", "Đã tắt", "Nothing is sent; events wait";
    }
}

codes! {
    /// Why an endpoint was disabled.
    DisabledWhy {
        ByHand = "by_hand", "Người quản trị tắt", "An administrator disabled it";
        Gone = "gone", "Bên nhận trả lời 410", "It answered 410 Gone";
        Failing = "failing", "Nhiều ngày không gửi được", "For days nothing could be delivered";
    }
}

text_value! {
    /// The address of an endpoint: `https`, without user name or password. A host in a private network,
    /// or without TLS, must be allowed by the operator (`outgoing.allow_hosts`).
    WebhookUrl: matching r"^https?://[!-~]+$" 10..=500, by |text| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
    }, example "https://nhan.example/don-doc"
}
text_value! {
    /// The key an endpoint verifies signatures with: `whsec_` and 32 bytes in base64.
    WebhookKey: matching r"^whsec_[A-Za-z0-9+/]{43}=$" 50..=50, by |text| {
        text.strip_prefix("whsec_").and_then(|rest| rest.strip_suffix('=')).is_some_and(|rest| {
            rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
        })
    }, example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
}

/// What the administrator says of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookDraft {
    /// Where to send.
    pub url: WebhookUrl,
    /// What it is for.
    pub description: Option<Phrase>,
    /// Which events to send; all, also kinds that come later, when there are none.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub events: Vec<EventType>,
    /// In which form.
    pub format: EventFormat,
}
impl Dto for WebhookDraft {
    fn example() -> Self {
        Self {
            url: WebhookUrl::example(),
            description: Some(example("Cổng điều hành của tỉnh")),
            events: vec![EventType::ReportSubmitted, EventType::AssignmentOverdue],
            format: EventFormat::Standard,
        }
    }
}

/// A merge patch of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookPatch {
    /// Where to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<WebhookUrl>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub description: Change<Phrase>,
    /// Which events to send; all when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub events: Option<Vec<EventType>>,
    /// In which form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<EventFormat>,
    /// Disable it, or enable it again: what happened meanwhile is then sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<WebhookState>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for WebhookPatch {
    fn example() -> Self {
        Self { state: Some(WebhookState::Active), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// The id of a [`Webhook`].
pub type WebhookId = Id<Webhook>;
/// The id of a [`WebhookSecret`].
pub type WebhookSecretId = Id<WebhookSecret>;

/// A key that signs what an endpoint is sent, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookSecret {
    /// Its id.
    pub id: WebhookSecretId,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops signing; none for the newest.
    pub ends_at: Option<Instant>,
}

/// An endpoint: where another system is told what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What is said of it.
    pub draft: WebhookDraft,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// Why it was disabled.
    pub disabled_why: Option<DisabledWhy>,
    /// When it was disabled.
    pub disabled_at: Option<Instant>,
    /// Since when nothing but failures came back; after five days it is disabled.
    pub failing_since: Option<Instant>,
    /// The place in the organisation's record up to which events have been taken for it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub position: i64,
    /// The keys that sign, the newest first.
    #[schema(max_items = 10)]
    pub secrets: Vec<WebhookSecret>,
    /// The newest key itself: only in the answer to the request that made it, and for an hour in the
    /// answer to the same request again.
    pub key: Option<WebhookKey>,
    /// Changes with every change.
    pub version: Version,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for Webhook {
    fn example() -> Self {
        Self {
            id: example_id(0xa1),
            draft: WebhookDraft::example(),
            state: WebhookState::Active,
            disabled_why: None,
            disabled_at: None,
            failing_since: None,
            position: 1207,
            secrets: vec![WebhookSecret {
                id: example_id(0xa2),
                created_at: example_instant(),
                ends_at: None,
            }],
            key: None,
            version: Version::FIRST,
            created_at: example_instant(),
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

listing! {
    /// Which endpoints to list.
    WebhooksQuery {
        /// Only those that are sent to, or that are not.
        state: WebhookState,
    }
}

/// How a new key takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotateRequest {
    /// For how many hours the keys before still sign beside it.
    pub overlap_hours: OverlapHours,
}
impl Dto for RotateRequest {
    fn example() -> Self {
        Self { overlap_hours: OverlapHours::example() }
    }
}

codes! {
    /// What became of a delivery.
    DeliveryState {
        Waiting = "waiting", "Chờ gửi", "To be sent, for the first time or again";
        Delivered = "delivered", "Đã nhận", "Answered with success";
        GivenUp = "given_up", "Thôi gửi", "Tried for three days without success; it can be replayed";
    }
}

codes! {
    /// Why an attempt failed.
    DeliveryError {
        Status = "status", "Bên nhận trả lời lỗi", "It was answered with an error";
        Redirect = "redirect", "Bên nhận chuyển hướng", "It was answered with a redirect, which is not followed";
        TimedOut = "timed_out", "Không trả lời kịp", "There was no answer in time";
        Connection = "connection", "Không kết nối được", "There was no connection, or it broke";
        Tls = "tls", "Lỗi chứng thư TLS", "TLS failed";
        Unresolved = "unresolved", "Không tìm thấy tên máy", "The name of the host resolves to nothing";
        Refused = "refused", "Địa chỉ không được phép", "The address is of a private network, and not allowed";
    }
}

/// The id of a [`Delivery`]: the id of its event.
pub type DeliveryId = Id<Delivery>;
/// The id of a replay.
pub type ReplayId = Id<Replay>;

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// The id of the event, as in `webhook-id`.
    pub id: DeliveryId,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Its place in the organisation's record; none for a ping.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub sequence: Option<i64>,
    /// When it happened.
    pub at: Instant,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: Count,
    /// When it was last tried.
    pub tried_at: Option<Instant>,
    /// When it is tried next.
    pub next_at: Option<Instant>,
    /// What the last answer's status was.
    #[schema(minimum = 100, maximum = 999)]
    pub status: Option<i32>,
    /// Why the last attempt failed.
    pub error: Option<DeliveryError>,
    /// When it was delivered or given up.
    pub settled_at: Option<Instant>,
}
impl Dto for Delivery {
    fn example() -> Self {
        Self {
            id: example_id(0x91),
            kind: EventType::ReportSubmitted,
            sequence: Some(1207),
            at: example_instant(),
            state: DeliveryState::Waiting,
            attempts: Count::of(1),
            tried_at: Some(example_instant()),
            next_at: Some(example_instant()),
            status: Some(503),
            error: Some(DeliveryError::Status),
            settled_at: None,
        }
    }
}

listing! {
    /// Which deliveries to list.
    DeliveriesQuery {
        /// Only those in this state.
        state: DeliveryState,
        /// Only events of this type.
        event: EventType,
        /// Only what happened from this moment on.
        from: Instant,
        /// Only what happened up to this moment.
        to: Instant,
    }
}

/// From where to send again: one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayRequest {
    /// From this place in the organisation's record on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub from_sequence: Option<i64>,
    /// From this moment on; events of the minute before it may come too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
}
impl Dto for ReplayRequest {
    fn example() -> Self {
        Self { from_sequence: Some(1200), from: None }
    }
}

/// Events that are sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replay {
    /// The id the caller gave it.
    pub id: ReplayId,
    /// The endpoint.
    pub webhook: WebhookId,
    /// The first place in the organisation's record that is sent again.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub from_sequence: i64,
    /// When it was asked for.
    pub created_at: Instant,
}
impl Dto for Replay {
    fn example() -> Self {
        Self {
            id: example_id(0xa3),
            webhook: example_id(0xa1),
            from_sequence: 1200,
            created_at: example_instant(),
        }
    }
}

endpoints! {
    tag "Webhooks";

    /// List webhooks
    ///
    /// The endpoints that are told what happens, the oldest first.
    ListWebhooks = Get "/v1/webhooks" as "list_webhooks",
        access: Access::To(Action::ReadWebhooks),
        query: WebhooksQuery,
        reply: Page<Webhook>,
        answers: [200];

    /// Read a webhook
    ///
    /// Where it sends, whether it is active, and which keys sign; never a key itself.
    ReadWebhook = Get "/v1/webhooks/{webhook}" as "read_webhook",
        access: Access::To(Action::ReadWebhooks),
        path: WebhookId,
        reply: Webhook,
        answers: [200];

    /// Register a webhook
    ///
    /// From now on it is told what happens, at least once each. The answer holds the key its
    /// receiver verifies signatures with; it is not shown again later than an hour after. An
    /// organisation has at most 20.
    PutWebhook = Put "/v1/webhooks/{webhook}" as "put_webhook",
        access: Access::To(Action::ChangeWebhooks),
        path: WebhookId,
        body: WebhookDraft,
        reply: Webhook,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Change a webhook
    ///
    /// A JSON merge patch. `state` disables it, or enables it again.
    PatchWebhook = Patch "/v1/webhooks/{webhook}" as "patch_webhook",
        access: Access::To(Action::ChangeWebhooks),
        path: WebhookId,
        body: WebhookPatch,
        reply: Webhook,
        answers: [200], versioned: true;

    /// Delete a webhook
    ///
    /// With its keys and its log. What waits is not sent any more.
    DeleteWebhook = Delete "/v1/webhooks/{webhook}" as "delete_webhook",
        access: Access::To(Action::ChangeWebhooks),
        path: WebhookId,
        answers: [204], versioned: true;

    /// Make a new key for a webhook
    ///
    /// It signs at once; those before sign beside it for the hours of `overlap_hours`, so that the
    /// receiver can change over without losing anything. The same id again gives the same key, for
    /// an hour.
    RotateWebhookSecret = Put "/v1/webhooks/{webhook}/rotations/{rotation}" as "rotate_webhook_secret",
        access: Access::To(Action::ChangeWebhooks),
        path: (WebhookId, WebhookSecretId),
        body: RotateRequest,
        reply: Webhook,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Ping a webhook
    ///
    /// Sends an event of type `ping` whose id is the one in the path. What came of it stands in the
    /// list of deliveries.
    PingWebhook = Put "/v1/webhooks/{webhook}/pings/{ping}" as "ping_webhook",
        access: Access::To(Action::ChangeWebhooks),
        path: (WebhookId, DeliveryId),
        reply: Delivery,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// List deliveries of a webhook
    ///
    /// What was sent, what waits and what was given up, the newest first. Settled ones stay for 30
    /// days.
    ListDeliveries = Get "/v1/webhooks/{webhook}/deliveries" as "list_deliveries",
        access: Access::To(Action::ReadWebhooks),
        path: WebhookId,
        query: DeliveriesQuery,
        reply: Page<Delivery>,
        answers: [200];

    /// Replay events to a webhook
    ///
    /// Sends again what its filter lets through, from any point of the organisation's record on,
    /// also from before the webhook was registered. Events keep their ids.
    ReplayWebhook = Put "/v1/webhooks/{webhook}/replays/{replay}" as "replay_webhook",
        access: Access::To(Action::ChangeWebhooks),
        path: (WebhookId, ReplayId),
        body: ReplayRequest,
        reply: Replay,
        answers: [201, 200], refuses: [Conflict];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_for_the_thing_it_is_about() {
        for event in EventType::ALL.iter().filter(|event| **event != EventType::Ping) {
            let (subject, _) = event.as_str().split_once('.').unwrap();
            assert_eq!(subject, event.subject().as_str());
        }
    }

    #[test]
    fn every_event_comes_from_the_record_but_pings_and_warnings() {
        let all = || Subject::ALL.iter().flat_map(|s| Deed::ALL.iter().map(|d| EventType::of(*s, *d)));
        for event in EventType::ALL {
            let warns = [EventType::of_warning(-3), EventType::of_warning(0), EventType::of_warning(1)];
            let of_itself = *event == EventType::Ping || warns.contains(event);
            assert_eq!(all().any(|found| found == Some(*event)), !of_itself, "{event}");
        }
    }

    #[test]
    fn what_concerns_people_and_sessions_is_told_to_no_other_system() {
        for subject in [Subject::Person, Subject::Session, Subject::Settings, Subject::Webhook] {
            for deed in [Deed::Created, Deed::Changed, Deed::SignedIn, Deed::Invited, Deed::Anonymised] {
                assert_eq!(EventType::of(subject, deed), None);
            }
        }
    }
}
