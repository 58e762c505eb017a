//! Due dates for calendar programs. **Invariant: whoever has a feed's address reads what its owner
//! may read at that moment, never a private note; the address can be revoked.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Access,
    endpoint::{Dto, bytes_body, endpoints, listing},
    id::Id,
    people::PersonBrief,
    sessions::{example, example_id, example_instant},
    units::UnitId,
    value::{Instant, Name, Page, Title, text_value},
};

/// The id of a [`CalendarFeed`].
pub type CalendarFeedId = Id<CalendarFeed>;

text_value! {
    /// The last part of a feed's address: the secret by which it is known.
    CalendarAddress: matching r"^ddc_[0-9a-f]{12}_[0-9a-f]{72}\.ics$" 93..=93, by |text| {
        let hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let secret = text.strip_prefix("ddc_").and_then(|rest| rest.strip_suffix(".ics"));
        secret.and_then(|rest| rest.split_once('_')).is_some_and(|(known, secret)| {
            known.len() == 12 && secret.len() == 72 && hex(known) && hex(secret)
        })
    }, example "ddc_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef00000000.ics"
}
impl CalendarAddress {
    /// The secret alone.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.as_str().trim_end_matches(".ics")
    }
}

/// What is said of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarFeedDraft {
    /// What it is for: "lịch trên điện thoại".
    pub name: Name,
    /// The unit whose due dates it shows, for all its people; only the office makes such. Without one
    /// it shows what its maker sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}
impl Dto for CalendarFeedDraft {
    fn example() -> Self {
        Self { name: example("Lịch trên điện thoại"), unit: None }
    }
}

/// A secret address from which calendar programs fetch due dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarFeed {
    /// Its id.
    pub id: CalendarFeedId,
    /// What is said of it.
    pub draft: CalendarFeedDraft,
    /// The address, for the calendar program. Whoever has it can read. Shown to its maker for ten
    /// minutes, then no more: make another for another program.
    pub address: Option<Title>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: PersonBrief,
    /// When a program last fetched it, to the minute.
    pub last_read_at: Option<Instant>,
}
impl Dto for CalendarFeed {
    fn example() -> Self {
        Self {
            id: example_id(0xa2),
            draft: CalendarFeedDraft::example(),
            address: example_address(),
            created_at: example_instant(),
            created_by: PersonBrief::example(),
            last_read_at: None,
        }
    }
}
fn example_address() -> Option<Title> {
    Title::try_from(format!("https://dondoc.example/calendar/{}", CalendarAddress::example())).ok()
}

bytes_body! {
    /// Due dates as calendar programs read them (iCalendar, RFC 5545): an all-day event for each open
    /// assignment that has one.
    CalendarFile: "text/calendar"
}

listing! {
    /// Which page of feeds to list.
    CalendarFeedsQuery {}
}

endpoints! {
    tag "Calendar";

    /// List calendar feeds
    ///
    /// My own that still work; to the office those of units too.
    ListCalendarFeeds = Get "/v1/calendar-feeds" as "list_calendar_feeds",
        access: Access::SignedIn,
        query: CalendarFeedsQuery,
        reply: Page<CalendarFeed>,
        answers: [200];

    /// Make a calendar feed
    ///
    /// A secret address for a calendar program: of what I see, or, for the office, of a unit. The
    /// answer holds the address; the same again shows it again for ten minutes.
    PutCalendarFeed = Put "/v1/calendar-feeds/{calendar_feed}" as "put_calendar_feed",
        access: Access::SignedIn,
        path: CalendarFeedId,
        body: CalendarFeedDraft,
        reply: CalendarFeed,
        answers: [201, 200], refuses: [WrongState];

    /// Revoke a calendar feed
    ///
    /// Its address answers `404` from then on.
    RevokeCalendarFeed = Delete "/v1/calendar-feeds/{calendar_feed}" as "revoke_calendar_feed",
        access: Access::SignedIn,
        path: CalendarFeedId,
        answers: [204];

    /// Fetch due dates into a calendar program
    ///
    /// The address is the secret: calendar programs can send no other. One all-day event for each open
    /// assignment with a due date that the feed's owner can see now, at most a thousand, the earliest
    /// first, with alarms three days and one day before at seven in the morning. Whoever has left
    /// gives `404`.
    ReadCalendarFile = Get "/calendar/{calendar_address}" as "read_calendar_file",
        access: Access::Public,
        path: CalendarAddress,
        reply: CalendarFile,
        answers: [200];
}
