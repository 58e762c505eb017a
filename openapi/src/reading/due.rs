//! When an obligation is due. **Invariant: the last day included, or none; dates of cited documents,
//! names of rounds and years inside names are no due dates.**

use chrono::Datelike;

use super::{
    Commune,
    dates::{self, Time},
    lexicon::Phrases,
    words::{Gap, Words},
};
use crate::{
    calendar::{NamedEventDraft, NamedEventId},
    tasks::{Due, DuePrecision, DueSource, EventRelation},
    text::fold,
    value::{Date, Phrase},
};

/// Words of a due date and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Their first word.
    pub from: usize,
    /// The word after their last.
    pub to: usize,
    pub due: Due,
}

/// How the words before a time mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// The day before it begins.
    Before,
    /// The day it ends.
    Within,
}

static MEANT: std::sync::LazyLock<Phrases<Meant>> = std::sync::LazyLock::new(|| {
    Phrases::of(&[
        ("trước", Meant::Before),
        (
            "trong|đến hết|hết|đến|tới|chậm nhất là|chậm nhất|muộn nhất là|muộn nhất|hạn cuối|thời hạn|hạn|xong trong|vào|\
             cuối|hoàn thành trong|xong|từ nay đến|từ nay đến hết",
            Meant::Within,
        ),
    ])
});
static ELSEWHERE: std::sync::LazyLock<Phrases<()>> = std::sync::LazyLock::new(|| {
    Phrases::of(&[(
        "đúng thời gian quy định|đúng thời gian theo quy định|đúng thời hạn quy định|theo đúng thời hạn|đúng thời hạn|\
         đúng thời vụ|đúng khung thời vụ|đúng lịch thời vụ|đúng lộ trình|theo thời gian quy định|đúng tiến độ quy định",
        (),
    )])
});
static EVENTS: std::sync::LazyLock<Phrases<()>> = std::sync::LazyLock::new(|| {
    Phrases::of(&[(
        "tết nguyên đán|tết âm lịch|tết dương lịch|tết trung thu|tết|kỳ họp|đại hội|ngày bầu cử|cuộc bầu cử|năm học mới|\
         khai giảng|mùa mưa bão|mùa mưa|kỳ nghỉ lễ|lễ hội|ngày quốc khánh",
        (),
    )])
});
static TERMS: std::sync::LazyLock<Phrases<()>> = std::sync::LazyLock::new(|| {
    Phrases::of(&[(
        "trong nhiệm kỳ|trong cả nhiệm kỳ|cả nhiệm kỳ|đến cuối nhiệm kỳ|hết nhiệm kỳ|toàn khóa|trong toàn khóa",
        (),
    )])
});

/// Reads due dates for one document.
pub(super) struct Dues<'a> {
    pub words: &'a Words<'a>,
    pub commune: &'a Commune,
    /// The day by which dates without a year are meant.
    pub near: Date,
}

impl Dues<'_> {
    /// The words of a due date in a clause: of several the first, one that gives a day before one that
    /// does not.
    pub(super) fn find(&self, from: usize, to: usize) -> Option<Found> {
        let mut vague: Option<Found> = None;
        let mut at = from;
        while at < to {
            let found = self.at(at, from).or_else(|| self.event_at(at)).or_else(|| self.term_at(at));
            match found {
                Some(found) if found.to <= to => {
                    if found.due.on.is_some() {
                        return Some(found);
                    }
                    at = found.to.max(at + 1);
                    vague.get_or_insert(found);
                }
                _ => at += 1,
            }
        }
        self.anniversary(from, to).or(vague).or_else(|| self.elsewhere(from, to))
    }

    /// A time with the words before it that make it a due date.
    fn at(&self, at: usize, clause: usize) -> Option<Found> {
        let (many, meant) = MEANT.at(self.words, at)?;
        let mut next = at + many;
        for skipped in ["ngày", "thời", "điểm", "hết", "cuối", "khoảng", "giai", "đoạn"] {
            let kept = skipped == "ngày" && self.words.lower(next) == "ngày";
            if self.words.lower(next) == skipped && !kept {
                next += 1;
            }
        }
        let period = dates::years_at(self.words, next).filter(|_| self.words.lower(next - 1) == "đoạn");
        let time = period.or_else(|| dates::at(self.words, next, self.near))?;
        if !self.is_joined(at, time.to) || self.is_starting_point(at, clause) {
            return None;
        }
        // "năm 2026" after "trong" dates; after "đến" it is the end of the year.
        let on = match meant {
            Meant::Before => time.first.plus(-1),
            Meant::Within => time.last,
        };
        // "hoàn thành xong trước ngày": the words before belong to it.
        let begins = if at > clause && matches!(self.words.lower(at - 1), "xong") { at - 1 } else { at };
        Some(self.found(begins, time.to, Some(on), time.precision, DueSource::Stated))
    }
    /// Whether nothing stands between the words of a time but space and the dashes of dates.
    fn is_joined(&self, from: usize, to: usize) -> bool {
        (from + 1..to).all(|at| matches!(self.words.gap(at), Gap::Space | Gap::Dash))
    }
    /// "từ ngày … đến ngày …" ends; "ngay từ đầu năm", "kể từ" begin.
    fn is_starting_point(&self, at: usize, clause: usize) -> bool {
        at > clause && matches!(self.words.lower(at - 1), "từ" | "kể" | "cuộc" | "kịp")
    }

    fn found(
        &self,
        from: usize,
        to: usize,
        on: Option<Date>,
        precision: DuePrecision,
        source: DueSource,
    ) -> Found {
        let due = Due { text: self.phrase(from, to), on, precision: Some(precision), source, ..Due::none() };
        Found { from, to, due }
    }
    fn phrase(&self, from: usize, to: usize) -> Option<Phrase> {
        let text = self.words.text().get(self.words.from(from)..self.words.to(to))?;
        Phrase::try_from(super::cut(text, Phrase::MAX)).ok()
    }

    /// "trước Tết Nguyên đán", "dịp Tết", "trước, trong và sau Tết".
    fn event_at(&self, at: usize) -> Option<Found> {
        let words = self.words;
        let around =
            [["trước", "trong", "và", "sau"].as_slice(), &["dịp"], &["trong", "dịp"], &["nhân", "dịp"]];
        let around =
            around.iter().find(|said| said.iter().zip(at..).all(|(word, at)| words.lower(at) == *word));
        let (skip, relation) = match around {
            Some(said) => (said.len(), EventRelation::Around),
            None if words.lower(at) == "trước" => (1, EventRelation::Before),
            None => return None,
        };
        let many = EVENTS.len_at(words, at + skip);
        if many == 0 || !matches!(words.gap(at + skip), Gap::Space) {
            return None;
        }
        let to = at + skip + many;
        let name = words.text().get(words.from(at + skip)..words.to(to)).unwrap_or_default();
        // "trước Kỳ họp thứ 12" may also be part of a name; only what can be looked up is Tết.
        let event = event(name, &self.commune.events, self.near);
        let known = fold(name).starts_with("tet");
        if event.is_none() && !known && relation == EventRelation::Before {
            return None;
        }
        let mut found = self.found(at, to, None, DuePrecision::Event, DueSource::Event);
        found.due.event = event;
        found.due.relation = event.map(|_| relation);
        Some(found)
    }

    fn term_at(&self, at: usize) -> Option<Found> {
        let many = TERMS.len_at(self.words, at);
        // The year after it: "nhiệm kỳ 2026-2031" is a name.
        let named = dates::years_at(self.words, at + many).is_some();
        if many == 0 || named {
            return None;
        }
        let ends = 2030 + (self.near.get().year() - 2025).div_euclid(5) * 5;
        let on = dates::day(ends, 12, 31);
        Some(self.found(at, at + many, on, DuePrecision::Term, DueSource::Term))
    }

    /// A day that is to be held: "tổ chức kỷ niệm … (20/11/1982 - 20/11/2024)".
    fn anniversary(&self, from: usize, to: usize) -> Option<Found> {
        let held = (from..to.min(from + 8))
            .any(|at| self.words.lower(at) == "kỷ" && self.words.lower(at + 1) == "niệm");
        let told = (from..to.min(from + 3)).any(|at| self.words.lower(at) == "tuyên");
        if !held || told {
            return None;
        }
        let mut at = from;
        let mut last: Option<Time> = None;
        while at < to {
            if let Some(time) = dates::at(self.words, at, self.near).filter(|time| time.to <= to) {
                let day = time.precision == DuePrecision::Day && time.dated;
                let pair = last.is_some_and(|first| first.to == time.from && first.first < time.first);
                if day && pair {
                    return Some(self.found(
                        time.from,
                        time.to,
                        Some(time.last),
                        DuePrecision::Day,
                        DueSource::Event,
                    ));
                }
                last = day.then_some(time);
                at = time.to;
            } else {
                at += 1;
            }
        }
        None
    }

    fn elsewhere(&self, from: usize, to: usize) -> Option<Found> {
        let found = (from..to).find_map(|at| Some((at, ELSEWHERE.at(self.words, at)?.0)));
        found.filter(|(at, many)| at + many <= to).map(|(at, many)| {
            let mut found = self.found(at, at + many, None, DuePrecision::Day, DueSource::Elsewhere);
            found.due.precision = None;
            found
        })
    }

    /// A time by itself, as it stands in the column of a table.
    pub(super) fn bare(&self, from: usize, to: usize) -> Option<Found> {
        self.find(from, to).or_else(|| {
            (from..to).find_map(|at| dates::at(self.words, at, self.near)).map(|time| {
                self.found(time.from, time.to, Some(time.last), time.precision, DueSource::Stated)
            })
        })
    }

    /// Dated stages: times that each open a part of the clause. Their first words, and when they end.
    pub(super) fn stages(&self, from: usize, to: usize) -> Vec<Found> {
        let mut stages = Vec::new();
        let mut at = from;
        while at < to {
            let opens = at == from
                || matches!(self.words.gap(at), Gap::Comma | Gap::Semicolon | Gap::Colon | Gap::Parenthesis)
                || matches!(self.words.lower(at - 1), "và" | "đấu");
            let time = opens.then(|| self.opening(at)).flatten();
            match time.filter(|time| time.to < to && self.words.gap(time.to) == Gap::Space) {
                Some(time) => {
                    at = time.to;
                    stages.push(time);
                }
                None => at += 1,
            }
        }
        if stages.len() > 1 { stages } else { Vec::new() }
    }
    fn opening(&self, at: usize) -> Option<Found> {
        if let Some(found) = self.at(at, at) {
            return Some(found);
        }
        let time = dates::at(self.words, at, self.near)?;
        let named = matches!(self.words.lower(at), "tháng" | "quý");
        named.then(|| self.found(time.from, time.to, Some(time.last), time.precision, DueSource::Stated))
    }
}

/// The event a name means: of several the next one.
fn event(name: &str, events: &[(NamedEventId, NamedEventDraft)], near: Date) -> Option<NamedEventId> {
    let wanted = fold(name);
    let fits = |draft: &NamedEventDraft| {
        let known = fold(draft.name.as_str());
        known.starts_with(&wanted) || wanted == "tet" && known.starts_with("tet nguyen dan")
    };
    let ahead = |draft: &NamedEventDraft| draft.from.map_or(i64::MAX, |from| from.days_since(near));
    let known = events.iter().filter(|(_, draft)| fits(draft));
    let next = known.clone().filter(|(_, draft)| ahead(draft) >= 0).min_by_key(|(_, draft)| ahead(draft));
    next.or_else(|| known.max_by_key(|(_, draft)| draft.from)).map(|(id, _)| *id)
}

/// The due date somebody means who types it, with or without marks: "cuối tháng", "truoc 15/12",
/// "quy 4", "trước Tết".
#[must_use]
pub fn typed(letters: &str, today: Date, events: &[(NamedEventId, NamedEventDraft)]) -> Option<Due> {
    let folded = fold(letters);
    let marked = with_marks(&folded);
    let commune = Commune { events: events.to_vec(), today, ..Commune::nobody(today) };
    let words = Words::of(&marked);
    let dues = Dues { words: &words, commune: &commune, near: today };
    let mut due = relative(&folded, today).or_else(|| dues.bare(0, words.len()).map(|found| found.due))?;
    due.text = Phrase::try_from(super::cut(letters.trim(), Phrase::MAX)).ok();
    due.source = if due.event.is_some() { DueSource::Event } else { DueSource::Office };
    Some(due)
}

/// The words of times with their marks again.
fn with_marks(folded: &str) -> String {
    let marked = folded.split(' ').map(|word| match word {
        "ngay" => "ngày",
        "thang" | "th" => "tháng",
        "quy" => "quý",
        "nam" => "năm",
        "truoc" => "trước",
        "den" => "đến",
        "het" => "hết",
        "cuoi" => "cuối",
        "tet" => "tết",
        "nguyen" => "nguyên",
        "dan" => "đán",
        "dip" => "dịp",
        "giai" => "giai",
        "doan" => "đoạn",
        "ky" => "kỳ",
        "nhiem" => "nhiệm",
        same => same,
    });
    marked.collect::<Vec<_>>().join(" ")
}

/// Times counted from today: "mai", "cuối tuần", "tuần sau", "cuối năm", "10 ngày".
fn relative(folded: &str, today: Date) -> Option<Due> {
    let (year, month) = (today.get().year(), today.get().month());
    let weekday = i64::from(today.get().weekday().num_days_from_monday());
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let text = folded.trim_start_matches("truoc ").trim_start_matches("den ").trim_start_matches("het ");
    let day = DuePrecision::Day;
    let (on, precision) = match text {
        "hom nay" | "nay" => (Some(today), day),
        "mai" | "ngay mai" => (Some(today.plus(1)), day),
        "ngay kia" => (Some(today.plus(2)), day),
        "tuan nay" | "cuoi tuan" | "trong tuan" => (Some(today.plus(6 - weekday)), day),
        "tuan sau" | "tuan toi" | "cuoi tuan sau" => (Some(today.plus(13 - weekday)), day),
        "thang nay" | "cuoi thang" | "trong thang" | "cuoi thang nay" => {
            (dates::month_ends(year, month), DuePrecision::Month)
        }
        "thang sau" | "thang toi" | "cuoi thang sau" => {
            (dates::month_ends(next.0, next.1), DuePrecision::Month)
        }
        "quy nay" | "cuoi quy" => (dates::month_ends(year, month.div_ceil(3) * 3), DuePrecision::Quarter),
        "nam nay" | "cuoi nam" | "trong nam" => (dates::day(year, 12, 31), DuePrecision::Year),
        "nam sau" => (dates::day(year + 1, 12, 31), DuePrecision::Year),
        _ => {
            let (many, unit) = text.split_once(' ')?;
            let many: i64 = many.parse().ok().filter(|many| (1..=1000).contains(many))?;
            let days = match unit {
                "ngay" | "ngay nua" => many,
                "tuan" | "tuan nua" => many * 7,
                _ => return None,
            };
            (Some(today.plus(days)), day)
        }
    };
    Some(Due { on: Some(on?), precision: Some(precision), ..Due::none() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::example_id;
    use proptest::prelude::*;

    fn due(text: &str) -> Option<Due> {
        let commune = Commune::nobody("2026-10-05".parse().unwrap());
        let words = Words::of(text);
        let dues = Dues { words: &words, commune: &commune, near: commune.today };
        dues.find(0, words.len()).map(|found| found.due)
    }
    fn day(text: &str) -> String {
        due(text).and_then(|due| due.on).map_or_else(|| "-".to_owned(), |on| on.to_string())
    }

    #[test]
    fn the_last_day_is_included() {
        assert_eq!(day("xong trước ngày 15/11/2026"), "2026-11-14");
        assert_eq!(day("trong ngày 25/3/2026"), "2026-03-25");
        assert_eq!(day("hoàn thành trong tháng 02/2026"), "2026-02-28");
        assert_eq!(day("trong quý II/2026"), "2026-06-30");
        assert_eq!(day("chậm nhất ngày 30 tháng 11 năm 2026"), "2026-11-30");
        assert_eq!(day("đến năm 2030, trên 80% hộ"), "2030-12-31");
        assert_eq!(day("trong giai đoạn 2025 - 2030"), "2030-12-31");
        assert_eq!(day("kiểm tra toàn diện trong nhiệm kỳ"), "2030-12-31");
        assert_eq!(day("báo cáo trước ngày 20/12"), "2026-12-19");
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        for text in [
            "theo Kế hoạch số 118-KH/ĐU, ngày 04/6/2024 của Ban Chấp hành",
            "đợt 03/02/2025 cho đảng viên",
            "kế hoạch đầu tư công năm 2026",
            "đại biểu HĐND nhiệm kỳ 2026-2031",
            "tăng thu ngay từ đầu năm 2026",
            "tuyên truyền kỷ niệm ngày thành lập (03/02)",
            "trực 24/24 giờ",
            "giải quyết 100% hồ sơ đúng hạn",
        ] {
            assert_eq!(day(text), "-", "{text}");
        }
    }

    #[test]
    fn what_is_typed_without_marks_is_understood() {
        let today: Date = "2026-10-05".parse().unwrap();
        let tet = (
            example_id(1),
            NamedEventDraft {
                name: "Tết Nguyên đán 2027".try_into().unwrap(),
                from: Some("2027-02-06".parse().unwrap()),
                to: None,
            },
        );
        let typed = |letters: &str| typed(letters, today, std::slice::from_ref(&tet));
        let day = |letters: &str| typed(letters).and_then(|due| due.on).map(|on| on.to_string());
        assert_eq!(day("cuoi thang").as_deref(), Some("2026-10-31"));
        assert_eq!(day("Cuối năm").as_deref(), Some("2026-12-31"));
        assert_eq!(day("truoc 15/12").as_deref(), Some("2026-12-14"));
        assert_eq!(day("15/12/2026").as_deref(), Some("2026-12-15"));
        assert_eq!(day("thang 11").as_deref(), Some("2026-11-30"));
        assert_eq!(day("quy 4").as_deref(), Some("2026-12-31"));
        assert_eq!(day("10 ngay").as_deref(), Some("2026-10-15"));
        assert_eq!(typed("trước Tết").unwrap().event, Some(tet.0));
        assert_eq!(typed("chua ro"), None);
    }

    proptest! {
        #[test]
        fn nothing_typed_is_a_panic(letters in "\\PC{0,40}") {
            let _ = typed(&letters, "2026-10-05".parse().unwrap(), &[]);
        }
    }
}
