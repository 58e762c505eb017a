//! The ledger: the audit trail and the delta feed, two readings of one append-only record.
//! **Invariant: what was recorded is never changed; each entry carries the hash of the one before it,
//! and a reader that follows the feed misses nothing and sees nothing twice as new.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::Assignment,
    endpoint::{Dto, endpoints, listing, query},
    id::Id,
    keys::KeyId,
    people::{PersonBrief, PersonId},
    sessions::{example_id, example_instant},
    value::{Cursor, Instant, Limit, Page, Sha256, codes},
};

codes! {
    /// What a change is about.
    Subject {
        Assignment = "assignment", "Giao việc", "Assignment";
        Report = "report", "Báo cáo", "Report";
        Extension = "extension", "Xin gia hạn", "Extension";
        Excuse = "excuse", "Lý do khách quan", "Excuse";
        Difficulty = "difficulty", "Vướng mắc", "Difficulty";
        Directive = "directive", "Văn bản", "Directive";
        Task = "task", "Nhiệm vụ", "Task";
        Unit = "unit", "Đơn vị", "Unit";
        Person = "person", "Người dùng", "Person";
        Oversight = "oversight", "Phụ trách", "Oversight";
        Event = "event", "Sự kiện", "Named event";
        Calendar = "calendar", "Lịch nghỉ", "Calendar";
        Settings = "settings", "Cài đặt", "Settings";
        Session = "session", "Phiên đăng nhập", "Session";
        Ladder = "ladder", "Thang nhắc việc", "Ladder of warnings";
        Notice = "notice", "Thông báo", "Notice";
        Channels = "channels", "Kênh nhận tin", "Channels";
        Key = "key", "Khóa API", "API key";
        CalendarFeed = "calendar_feed", "Địa chỉ lịch", "Calendar feed";
        Webhook = "webhook", "Webhook", "Webhook";
    }
}

codes! {
    /// What was done.
    Deed {
        Created = "created", "Tạo", "Created";
        Changed = "changed", "Sửa", "Changed";
        Deleted = "deleted", "Xóa bản thảo", "Draft deleted";
        Issued = "issued", "Ban hành", "Issued";
        Closed = "closed", "Kết thúc", "Closed";
        Assigned = "assigned", "Giao việc", "Given";
        Acknowledged = "acknowledged", "Nhận việc", "Acknowledged";
        Reported = "reported", "Báo cáo", "Reported";
        FileStored = "file_stored", "Nhận tệp", "File received";
        Accepted = "accepted", "Chấp nhận", "Accepted";
        Returned = "returned", "Trả lại", "Returned";
        Asked = "asked", "Đề nghị", "Asked";
        Granted = "granted", "Đồng ý", "Granted";
        Refused = "refused", "Không đồng ý", "Refused";
        Answered = "answered", "Trả lời", "Answered";
        DueMoved = "due_moved", "Đổi hạn", "Due date moved";
        Paused = "paused", "Tạm dừng", "Paused";
        Resumed = "resumed", "Tiếp tục", "Resumed";
        Cancelled = "cancelled", "Hủy", "Cancelled";
        CarriedOver = "carried_over", "Chuyển tiếp", "Carried over";
        Reassigned = "reassigned", "Chuyển đơn vị", "Handed over";
        Linked = "linked", "Liên kết", "Linked";
        Unlinked = "unlinked", "Bỏ liên kết", "Unlinked";
        Merged = "merged", "Sáp nhập", "Merged";
        Activated = "activated", "Kích hoạt", "Activated";
        Invited = "invited", "Cấp đường dẫn kích hoạt", "Activation link made";
        SignedIn = "signed_in", "Đăng nhập", "Signed in";
        SignedOut = "signed_out", "Đăng xuất", "Signed out";
        PasswordChanged = "password_changed", "Đổi mật khẩu", "Password changed";
        TokenReused = "token_reused", "Mã phiên bị dùng lại", "Refresh token used again";
        Anonymised = "anonymised", "Ẩn danh", "Anonymised";
        Warned = "warned", "Nhắc việc", "Warned";
        Escalated = "escalated", "Chuyển lên trên", "Passed on";
        Subscribed = "subscribed", "Bật thông báo đẩy", "Push notices switched on";
        Unsubscribed = "unsubscribed", "Tắt thông báo đẩy", "Push notices switched off";
        Rotated = "rotated", "Đổi mã bí mật", "Secret rotated";
        Revoked = "revoked", "Thu hồi", "Revoked";
    }
}

/// The id of an [`AuditEvent`].
pub type AuditEventId = Id<AuditEvent>;

/// Something recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// Its place in the organisation's ledger, from 1, without gaps.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub position: i64,
    /// When it was done.
    pub at: Instant,
    /// Who did it; the server itself without one. Of what another system did with an API key, the
    /// key's name.
    pub by: Option<PersonBrief>,
    /// The API key it was done with, when another system did it.
    pub by_key: Option<KeyId>,
    /// What was done.
    pub deed: Deed,
    /// What kind of thing it was done to.
    pub subject: Subject,
    /// Which one.
    pub subject_id: AuditEventId,
    /// What it was before: the fields that changed.
    #[schema(value_type = Option<Snapshot>)]
    pub before: Option<serde_json::Value>,
    /// What it is after: the fields that changed.
    #[schema(value_type = Option<Snapshot>)]
    pub after: Option<serde_json::Value>,
    /// The hash of the entry before it; 64 zeros for the first.
    pub previous_hash: Sha256,
    /// The hash of this entry and the one before it.
    pub hash: Sha256,
}
impl Dto for AuditEvent {
    fn example() -> Self {
        Self {
            id: example_id(0x91),
            position: 1207,
            at: example_instant(),
            by: Some(PersonBrief::example()),
            by_key: None,
            deed: Deed::DueMoved,
            subject: Subject::Assignment,
            subject_id: example_id(0x62),
            before: Some(serde_json::json!({ "due_on": "2026-11-25" })),
            after: Some(serde_json::json!({ "due_on": "2026-11-30" })),
            previous_hash: Sha256::example(),
            hash: Sha256::example(),
        }
    }
}

/// The fields that changed, by name: which ones depends on the kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot;
impl utoipa::PartialSchema for Snapshot {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{
            ObjectBuilder, Type,
            schema::{AnyOfBuilder, ArrayBuilder, SchemaType},
        };
        let inner = ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(Some("As in the thing's own schema."));
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^[^\u0000]*$"))
            .max_length(Some(100_000));
        let number = ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Double)))
            .minimum(Some(0))
            .maximum(Some(2_000_000_000));
        let value = AnyOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(ObjectBuilder::new().schema_type(Type::Boolean))
            .item(number)
            .item(text)
            .item(ArrayBuilder::new().items(inner).max_items(Some(200)))
            .item(
                ObjectBuilder::new()
                    .max_properties(Some(60))
                    .description(Some("As in the thing's own schema.")),
            )
            .description(Some("The field, as in the thing's own schema."));
        ObjectBuilder::new()
            .max_properties(Some(60))
            .additional_properties(Some(utoipa::openapi::RefOr::T(value.into())))
            .description(Some("The fields that changed, by name: which ones depends on the kind of thing."))
            .into()
    }
}
impl ToSchema for Snapshot {
    fn name() -> std::borrow::Cow<'static, str> {
        "Snapshot".into()
    }
}

listing! {
    /// Which part of the audit trail to list.
    AuditQuery {
        /// Only things of this kind.
        subject: Subject,
        /// Only this thing.
        subject_id: AuditEventId,
        /// Only what this person did, or what was done with the API key of this id.
        by: PersonId,
        /// Only from this moment on.
        from: Instant,
        /// Only up to this moment.
        to: Instant,
    }
}

codes! {
    /// Whether a thing is there or no longer in view.
    ChangeKind {
        Put = "put", "Thêm hoặc sửa", "It is there, like this";
        Gone = "gone", "Không còn", "It is no longer in your view";
    }
}

/// The id of a [`FeedItem`].
pub type FeedItemId = Id<FeedItem>;

/// One change in the caller's view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedItem {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub subject: Subject,
    /// Which one.
    pub id: FeedItemId,
    /// Whether it is there.
    pub change: ChangeKind,
    /// The thing as it is now, as its own endpoint would show it; none when it is gone.
    #[schema(value_type = Option<FeedData>)]
    pub data: Option<serde_json::Value>,
}

/// A thing in the feed: an assignment, report, extension, excuse, difficulty, directive, task, unit,
/// named event or notice, as `type` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedData;
impl utoipa::PartialSchema for FeedData {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let names = [
            "Assignment",
            "Report",
            "Extension",
            "Excuse",
            "Difficulty",
            "Directive",
            "Task",
            "Unit",
            "NamedEvent",
            "Notice",
        ];
        names
            .into_iter()
            .fold(utoipa::openapi::schema::AnyOfBuilder::new(), |any, name| {
                any.item(utoipa::openapi::Ref::from_schema_name(name))
            })
            .description(Some("The thing, as its own endpoint would show it."))
            .into()
    }
}
impl ToSchema for FeedData {
    fn name() -> std::borrow::Cow<'static, str> {
        "FeedData".into()
    }
}

/// What changed in the caller's view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    /// The changes, in order; of a thing that changed several times only the last.
    #[schema(max_items = 200)]
    pub items: Vec<FeedItem>,
    /// Hand this back as `since` next time.
    pub state: Cursor,
    /// Whether there is more to fetch at once.
    pub more: bool,
}
impl Dto for Feed {
    fn example() -> Self {
        Self {
            items: vec![FeedItem {
                subject: Subject::Assignment,
                id: example_id(0x62),
                change: ChangeKind::Put,
                data: serde_json::to_value(Assignment::example()).ok(),
            }],
            state: Cursor::of(&("example", 1207)),
            more: false,
        }
    }
}

query! {
    /// From where to follow the feed.
    FeedQuery {
        /// The `state` of the answer before; everything in view without it.
        since: Cursor,
        /// How many items the answer may hold; 50 unless told.
        limit: Limit,
    }
}

endpoints! {
    tag "Ledger";

    /// List audit events
    ///
    /// Who did what, when, from what to what: append-only, the oldest first. Each entry carries
    /// the hash of the one before it.
    ListAuditEvents = Get "/v1/audit-events" as "list_audit_events",
        access: Access::To(Action::ReadAudit),
        query: AuditQuery,
        reply: Page<AuditEvent>,
        answers: [200];

    /// Follow what changes
    ///
    /// What changed in the caller's view since the state he has. Without `since`: everything in
    /// view, closed work of the last 90 days included. Of a thing that changed its present data is
    /// sent, with the names of units and people, and its standing in time, as of that moment. An
    /// answer may hold few items, or none, and still say `more`. `410` says that the view itself
    /// has changed (roles, units in charge) or that the data are another copy: start over without
    /// `since`.
    ReadFeed = Get "/v1/changes" as "read_feed",
        access: Access::To(Action::ReadFeed),
        query: FeedQuery,
        reply: Feed,
        answers: [200], refuses: [CannotCalculateChanges];
}
