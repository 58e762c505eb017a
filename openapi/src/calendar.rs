//! Named events and the table of holidays. **Invariant: no holiday is guessed; a year nobody has
//! entered is said to be not entered.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    sessions::{example, example_date, example_id, example_instant},
    value::{Change, Count, Date, Instant, Name, Page, Version, Year, codes},
};

/// What is said of a named event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedEventDraft {
    /// Its name, with what tells it from the year before: "Tết Nguyên đán 2027".
    pub name: Name,
    /// Its first day; not yet known without one.
    pub from: Option<Date>,
    /// Its last day; the first day again without one.
    pub to: Option<Date>,
}
impl Dto for NamedEventDraft {
    fn example() -> Self {
        Self {
            name: example("Kỳ họp thường lệ cuối năm của HĐND xã"),
            from: Some(example_date(26)),
            to: Some(example_date(27)),
        }
    }
}

/// The id of a [`NamedEvent`].
pub type NamedEventId = Id<NamedEvent>;

/// An event that due dates refer to: Tết, a session of the council.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedEvent {
    /// Its id.
    pub id: NamedEventId,
    /// What is said of it.
    pub draft: NamedEventDraft,
    /// How many open assignments take their due date from it.
    pub assignments: Count,
    /// Changes with every change.
    pub version: Version,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for NamedEvent {
    fn example() -> Self {
        Self {
            id: example_id(0x41),
            draft: NamedEventDraft::example(),
            assignments: Count::example(),
            version: Version::FIRST,
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of a named event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedEventPatch {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Its first day. Work that is due by this event gets, or moves, its due date.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub from: Change<Date>,
    /// Its last day.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub to: Change<Date>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for NamedEventPatch {
    fn example() -> Self {
        Self { from: Change::Set(example_date(27)), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

listing! {
    /// Which named events to list.
    NamedEventsQuery {
        /// Only those that have a date (`true`) or none (`false`).
        dated: bool,
    }
}

codes! {
    /// How a day differs from the ordinary week.
    DayKind {
        Holiday = "holiday", "Ngày nghỉ", "Holiday";
        Workday = "workday", "Ngày làm bù", "Swapped working day";
    }
}

/// One day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarDay {
    /// The day.
    pub on: Date,
    /// How it differs.
    pub kind: DayKind,
    /// Why.
    pub name: Name,
}

/// The table of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarYearDraft {
    /// The days that are not what their weekday says, all of the year, each once.
    #[schema(max_items = 150)]
    pub days: Vec<CalendarDay>,
    /// The version this table was made from; needed when the year was entered before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for CalendarYearDraft {
    fn example() -> Self {
        Self {
            days: vec![CalendarDay {
                on: Date::of(chrono::NaiveDate::from_ymd_opt(2026, 9, 2).unwrap_or_default()),
                kind: DayKind::Holiday,
                name: example("Quốc khánh"),
            }],
            version: None,
        }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// The holidays and swapped working days of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarYear {
    /// The year.
    pub year: Year,
    /// The days that are not what their weekday says.
    #[schema(max_items = 150)]
    pub days: Vec<CalendarDay>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for CalendarYear {
    fn example() -> Self {
        Self { year: Year::example(), days: CalendarYearDraft::example().days, version: Version::FIRST }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

endpoints! {
    tag "Calendar";

    /// List named events
    ///
    /// Events that due dates refer to, dated or not.
    ListNamedEvents = Get "/v1/calendar/events" as "list_named_events",
        access: Access::To(Action::ReadOrganisation),
        query: NamedEventsQuery,
        reply: Page<NamedEvent>,
        answers: [200];

    /// Read a named event
    ///
    /// Its days, when they are known.
    ReadNamedEvent = Get "/v1/calendar/events/{event}" as "read_named_event",
        access: Access::To(Action::ReadOrganisation),
        path: NamedEventId,
        reply: NamedEvent,
        answers: [200];

    /// Enter a named event
    ///
    /// With or without its day; tasks may refer to it at once and get their due date later.
    PutNamedEvent = Put "/v1/calendar/events/{event}" as "put_named_event",
        access: Access::To(Action::DateEvents),
        path: NamedEventId,
        body: NamedEventDraft,
        reply: NamedEvent,
        answers: [201, 200], refuses: [Conflict, Duplicate];

    /// Change a named event
    ///
    /// A JSON merge patch. Giving the event a day gives a due date to all open work that is due
    /// by it; moving the day moves them, with history.
    PatchNamedEvent = Patch "/v1/calendar/events/{event}" as "patch_named_event",
        access: Access::To(Action::DateEvents),
        path: NamedEventId,
        body: NamedEventPatch,
        reply: NamedEvent,
        answers: [200], refuses: [Duplicate], versioned: true;

    /// Read the holidays of a year
    ///
    /// `404` says that nobody has entered the year yet; it is never guessed.
    ReadCalendarYear = Get "/v1/calendar/years/{year}" as "read_calendar_year",
        access: Access::To(Action::ReadOrganisation),
        path: Year,
        reply: CalendarYear,
        answers: [200];

    /// Enter the holidays of a year
    ///
    /// The whole table: statutory holidays and swapped working days. A due date itself may fall
    /// on a holiday; only warnings move by working days.
    PutCalendarYear = Put "/v1/calendar/years/{year}" as "put_calendar_year",
        access: Access::To(Action::ChangeOrganisation),
        path: Year,
        body: CalendarYearDraft,
        reply: CalendarYear,
        answers: [201, 200], refuses: [Stale, VersionRequired];
}
