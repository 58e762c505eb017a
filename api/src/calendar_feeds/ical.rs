//! iCalendar (RFC 5545), as much of it as due dates need. **Invariant: no line is longer than 75
//! octets, none is cut within a character, and no text can end its property.**
//!
//! A hundred lines of our own: of the libraries one is asleep, and the other brings a parser, a clock and
//! chance, and folds by looking every line through again for each piece.

use chrono::{Datelike, Offset, TimeZone};
use openapi::{
    assignments::Assignment,
    problem::Language,
    value::{Date, Instant},
};

use crate::access::Actor;

/// How many octets a line may have, its end not counted (RFC 5545 §3.1).
const LINE: usize = 75;
/// How many characters of a task a calendar shows in its grid.
const SUMMARY: usize = 120;

/// How the calendar of one feed is written.
pub(super) struct Calendar<'a> {
    name: &'a str,
    zone: String,
    /// What the zone's clock is ahead of UTC now, in seconds.
    ahead: i32,
    language: Language,
    /// Whether it shows the work of several units, and must say whose each is.
    several: bool,
    public_url: &'a str,
}

impl<'a> Calendar<'a> {
    pub(super) fn of(owner: &Actor, name: &'a str, several: bool, public_url: &'a str, now: Instant) -> Self {
        let zone = owner.house.zone;
        let ahead = zone.offset_from_utc_datetime(&now.utc().naive_utc()).fix().local_minus_utc();
        let public_url = public_url.trim_end_matches('/');
        Self { name, zone: zone.name().to_owned(), ahead, language: owner.language, several, public_url }
    }

    /// The whole text: an event for each assignment that has a due date.
    pub(super) fn text(&self, due: &[Assignment]) -> String {
        let mut lines = Lines::default();
        lines.put("BEGIN", "VCALENDAR");
        lines.put("VERSION", "2.0");
        lines.put("PRODID", "-//Don Doc//Due dates//VI");
        lines.put("CALSCALE", "GREGORIAN");
        // What RFC 7986 calls it, and what programs that are older do.
        lines.say("NAME", self.name);
        lines.say("X-WR-CALNAME", self.name);
        lines.say("X-WR-TIMEZONE", &self.zone);
        lines.put("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        lines.put("X-PUBLISHED-TTL", "PT1H");
        self.zone(&mut lines);
        for one in due {
            if let Some(day) = one.due_on {
                self.event(&mut lines, one, day);
            }
        }
        lines.put("END", "VCALENDAR");
        lines.text
    }

    /// The zone by its present offset. No event refers to it, but a calendar must hold something
    /// (RFC 5545 §3.6), also on the day when nothing is due.
    fn zone(&self, lines: &mut Lines) {
        let (sign, seconds) = if self.ahead < 0 { ('-', -self.ahead) } else { ('+', self.ahead) };
        let offset = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
        lines.put("BEGIN", "VTIMEZONE");
        lines.say("TZID", &self.zone);
        lines.put("BEGIN", "STANDARD");
        lines.put("DTSTART", "19700101T000000");
        lines.put("TZOFFSETFROM", &offset);
        lines.put("TZOFFSETTO", &offset);
        lines.put("END", "STANDARD");
        lines.put("END", "VTIMEZONE");
    }

    fn event(&self, lines: &mut Lines, one: &Assignment, day: Date) {
        let changed = moment(one.updated_at);
        let content = one.task.content.as_str();
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", one.id.as_str());
        // When it was last changed, not when it is fetched: what is the same is the same text.
        lines.put("DTSTAMP", &changed);
        lines.put("LAST-MODIFIED", &changed);
        lines.put("SEQUENCE", &(one.version.get() - 1).to_string());
        lines.put("DTSTART;VALUE=DATE", &date(day));
        lines.put("DTEND;VALUE=DATE", &date(day.plus(1)));
        let short = cut(content, SUMMARY);
        let summary = if self.several { format!("{}: {short}", one.unit.name) } else { short };
        lines.say("SUMMARY", &summary);
        lines.say("DESCRIPTION", &self.description(one));
        lines.put("URL", &format!("{}/app/#/viec/{}", self.public_url, one.id));
        let (priority, state) = match self.language {
            Language::En => (one.task.priority.en(), one.state.en()),
            Language::Vi | Language::Unknown => (one.task.priority.vi(), one.state.vi()),
        };
        lines.put("CATEGORIES", &format!("{},{}", escaped(priority), escaped(state)));
        lines.put("STATUS", "CONFIRMED");
        // A due date takes nobody's day.
        lines.put("TRANSP", "TRANSPARENT");
        // Seven in the morning, three days and one day before: counted from the day's own midnight, which
        // is that of whoever looks at it (RFC 5545 §3.8.6.3), so that it is right where the work is.
        for before in ["-P2DT17H", "-PT17H"] {
            lines.put("BEGIN", "VALARM");
            lines.put("ACTION", "DISPLAY");
            lines.put("TRIGGER", before);
            lines.say("DESCRIPTION", &summary);
            lines.put("END", "VALARM");
        }
        lines.put("END", "VEVENT");
    }

    /// What stands behind an event. Never the private note.
    fn description(&self, one: &Assignment) -> String {
        let directive = &one.directive;
        let english = self.language == Language::En;
        let (unit, from, stands) =
            if english { ("Unit", "From", "State") } else { ("Đơn vị", "Văn bản", "Trạng thái") };
        let (kind, state) = if english {
            (directive.kind.en(), one.state.en())
        } else {
            (directive.kind.vi(), one.state.vi())
        };
        let number = directive.number.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
        let said = [
            one.task.content.to_string(),
            format!("{unit}: {}", one.unit.name),
            format!("{from}: {kind}{number} – {}", directive.title),
            format!("{stands}: {state}"),
        ];
        said.join("\n")
    }
}

/// The first characters of what stands in a text, on one line.
fn cut(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn date(day: Date) -> String {
    let day = day.get();
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn moment(at: Instant) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as the value of a property (RFC 5545 §3.3.11). Whatever a reader might take for the end of a
/// line becomes one that is escaped.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => value.push_str("\\n"),
            '\t' => value.push('\t'),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// Content lines, folded.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// A property whose value is no text.
    fn put(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.len_utf8() > room {
                self.text.push_str("\r\n ");
                // The space that marks a continuation is part of its line.
                room = LINE - 1;
            }
            room -= c.len_utf8();
            self.text.push(c);
        }
        self.text.push_str("\r\n");
    }
    /// A property whose value is a text.
    fn say(&mut self, name: &str, text: &str) {
        self.put(name, &escaped(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader makes of it, by the letter of RFC 5545 §3.1 and §3.3.11.
    fn read(text: &str) -> String {
        let line = text.strip_suffix("\r\n").unwrap().replace("\r\n ", "");
        let (_, value) = line.split_once(':').unwrap();
        let mut said = String::new();
        let mut characters = value.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next().unwrap() {
                    'n' | 'N' => said.push('\n'),
                    other => said.push(other),
                },
                ';' | ',' => panic!("an unescaped {c} in {value}"),
                c => said.push(c),
            }
        }
        said
    }

    fn written(text: &str) -> String {
        let mut lines = Lines::default();
        lines.say("SUMMARY", text);
        lines.text
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in r"[^\x00-\x08\x0B-\x1F\x7F-\x9F\u{2028}\u{2029}]{0,400}") {
            prop_assert_eq!(read(&written(&text)), text);
        }

        #[test]
        fn no_line_is_too_long_and_none_can_be_forged(text in r"\PC{0,300}|[\n\r\x0B\x0C\x85\u{2028}ếộ,;:\\ ]{0,300}") {
            let text = written(&text);
            let lines: Vec<&str> = text.split("\r\n").collect();
            let (last, lines) = lines.split_last().unwrap();
            prop_assert_eq!(*last, "");
            for (at, line) in lines.iter().enumerate() {
                prop_assert!(line.len() <= LINE);
                prop_assert_eq!(at == 0, !line.starts_with(' '));
                let ends = ['\r', '\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
                prop_assert!(!line.contains(ends));
            }
        }
    }

    #[test]
    fn a_line_is_folded_where_the_octets_end_and_no_character_is_cut() {
        let text = written(&"ộ".repeat(60));
        let lines: Vec<&str> = text.split("\r\n").collect();
        // "SUMMARY:" leaves 67 octets: 22 characters of three; a continuation has 74: 24 of them.
        assert_eq!(lines[0].len(), 8 + 66);
        assert_eq!(lines[1].len(), 1 + 72);
        assert_eq!(read(&text), "ộ".repeat(60));
    }

    #[test]
    fn a_long_task_is_cut_with_a_mark() {
        assert_eq!(cut("Rà soát\n hộ  nghèo", 120), "Rà soát hộ nghèo");
        let long = cut(&"nghèo ".repeat(50), 120);
        assert!(long.chars().count() <= 120 && long.ends_with('…'), "{long}");
    }
}
