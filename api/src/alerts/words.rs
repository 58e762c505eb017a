//! What notices say. **Invariant: titles and bodies hold counts and kinds only, so that any channel may
//! carry them; the words of a task stand in the lines, which only mail and our own app show; a private
//! note stands nowhere.**

use std::collections::BTreeMap;

use openapi::{
    alerts::NoticeKind,
    problem::Language,
    units::UnitBrief,
    value::{Date, Note},
};

use super::{send::Unsettled, store::Due};

/// A day as people write it.
pub(super) fn day(day: Date) -> String {
    use chrono::Datelike;
    let day = day.get();
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// The beginning of a text, whole words of it.
pub(super) fn beginning(text: &Note, most: usize) -> String {
    let flat: Vec<&str> = text.as_str().split_whitespace().collect();
    let flat = flat.join(" ");
    if flat.chars().count() <= most {
        return flat;
    }
    let cut: String = flat.chars().take(most).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

/// How many of a kind.
fn counted(kind: NoticeKind, many: usize, language: Language) -> String {
    if language == Language::En {
        let what = match kind {
            NoticeKind::DueSoon => "due soon",
            NoticeKind::Overdue => "overdue",
            NoticeKind::Given => "newly given",
            NoticeKind::Changed => "changed",
            NoticeKind::Returned => "returned",
            NoticeKind::Accepted => "accepted",
            NoticeKind::Decided => "decided",
            NoticeKind::Answered => "answered",
            NoticeKind::ToReview => "waiting for your review",
            NoticeKind::ToDecide => "waiting for your decision",
            NoticeKind::ToAnswer => "waiting for your answer",
            NoticeKind::Unknown => "other",
        };
        return format!("{many} {what}");
    }
    let what = match kind {
        NoticeKind::DueSoon => "việc sắp đến hạn",
        NoticeKind::Overdue => "việc quá hạn",
        NoticeKind::Given => "việc mới giao",
        NoticeKind::Changed => "việc có thay đổi",
        NoticeKind::Returned => "báo cáo bị trả lại",
        NoticeKind::Accepted => "báo cáo được chấp nhận",
        NoticeKind::Decided => "đề nghị đã có quyết định",
        NoticeKind::Answered => "vướng mắc đã được trả lời",
        NoticeKind::ToReview => "báo cáo chờ duyệt",
        NoticeKind::ToDecide => "đề nghị chờ quyết định",
        NoticeKind::ToAnswer => "vướng mắc chờ trả lời",
        NoticeKind::Unknown => "thông báo khác",
    };
    format!("{many} {what}")
}

/// The kinds, what presses most first.
const ORDER: [NoticeKind; 11] = [
    NoticeKind::Overdue,
    NoticeKind::Returned,
    NoticeKind::DueSoon,
    NoticeKind::Given,
    NoticeKind::ToAnswer,
    NoticeKind::ToDecide,
    NoticeKind::ToReview,
    NoticeKind::Answered,
    NoticeKind::Decided,
    NoticeKind::Changed,
    NoticeKind::Accepted,
];

fn place(kind: NoticeKind) -> usize {
    ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len())
}

/// What one message says of several notices.
pub(super) struct Words {
    pub title: String,
    pub body: String,
    pub lines: Vec<String>,
}

/// One message of several notices, and of so many questions that still wait for this person.
pub(super) fn of(notices: &[Unsettled], open: usize, today: Date, language: Language) -> Words {
    /// More would not be read.
    const LINES: usize = 30;
    let mut many: BTreeMap<usize, (NoticeKind, usize)> = BTreeMap::new();
    for notice in notices {
        many.entry(place(notice.kind)).or_insert((notice.kind, 0)).1 += 1;
    }
    let mut counts: Vec<String> = many.values().map(|(kind, many)| counted(*kind, *many, language)).collect();
    let english = language == Language::En;
    if open > 0 {
        counts.push(if english {
            format!("{open} unanswered")
        } else {
            format!("{open} vướng mắc, đề nghị chưa được trả lời")
        });
    }
    let counts = counts.join(", ");
    let mut ordered: Vec<&Unsettled> = notices.iter().collect();
    ordered.sort_by_key(|notice| (place(notice.kind), notice.due_on, notice.id));
    let mut lines: Vec<String> = ordered.iter().take(LINES).map(|one| line(one, today, language)).collect();
    let rest = ordered.len().saturating_sub(LINES);
    if rest > 0 {
        lines.push(if english { format!("and {rest} more") } else { format!("và {rest} việc khác") });
    }
    let (title, body) = if english {
        (counts.clone(), format!("You have {counts}. Open Đôn Đốc to see more."))
    } else {
        (counts.clone(), format!("Ông/bà có {counts}. Mở Đôn Đốc để xem."))
    };
    Words { title, body, lines }
}

fn line(notice: &Unsettled, today: Date, language: Language) -> String {
    let english = language == Language::En;
    let kind = if english { notice.kind.en() } else { notice.kind.vi() };
    let mut said = kind.to_owned();
    if let Some(task) = &notice.task {
        said = format!("{said}: {}", beginning(task, 120));
    }
    if let Some(unit) = &notice.unit_name {
        said = format!("{said} – {unit}");
    }
    match notice.due_on {
        Some(due) if english => format!("{said} (due {}, {})", day(due), stands(due, today, language)),
        Some(due) => format!("{said} (hạn {}, {})", day(due), stands(due, today, language)),
        None => said,
    }
}

/// A reminder to be pasted into a chat, of what is overdue and what is due soon: how much, and the first
/// of it; nothing when there is nothing to remind of.
pub(super) fn reminder(
    unit: &UnitBrief,
    parts: &[(i64, Vec<Due>)],
    as_of: Date,
    language: Language,
) -> Option<String> {
    let mut said = format!("Kính gửi {},\nTính đến ngày {}:", unit.name, day(as_of));
    let named = ["việc quá hạn", "việc sắp đến hạn"].into_iter().zip(parts);
    let named: Vec<_> = named.filter(|(_, (many, _))| *many > 0).collect();
    if named.is_empty() {
        return None;
    }
    for (what, (many, work)) in named {
        said = format!("{said}\n\n{many} {what}:");
        for (n, one) in work.iter().enumerate() {
            let stands = stands(one.due_on, as_of, language);
            let task = beginning(&one.content, 200);
            said = format!("{said}\n{}. {task} (hạn {}, {stands})", n + 1, day(one.due_on));
        }
        let rest = many - i64::try_from(work.len()).unwrap_or(*many);
        if rest > 0 {
            said = format!("{said}\nvà {rest} việc khác");
        }
    }
    Some(format!("{said}\n\nĐề nghị báo cáo kết quả trên Đôn Đốc. Nếu có vướng mắc, xin cho biết sớm."))
}

/// Where a due date stands, as people say it.
pub(super) fn stands(due: Date, today: Date, language: Language) -> String {
    let left = due.days_since(today);
    match (language, left) {
        (Language::En, 0) => "today".to_owned(),
        (Language::En, 1) => "1 day left".to_owned(),
        (Language::En, -1) => "1 day late".to_owned(),
        (Language::En, 1..) => format!("{left} days left"),
        (Language::En, _) => format!("{} days late", -left),
        (_, 0) => "hôm nay là hạn cuối".to_owned(),
        (_, 1..) => format!("còn {left} ngày"),
        (_, _) => format!("trễ {} ngày", -left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_with_a_whole_word() {
        let note: Note = "Rà soát hộ nghèo\ntrên địa bàn thôn".parse().unwrap();
        assert_eq!(beginning(&note, 100), "Rà soát hộ nghèo trên địa bàn thôn");
        assert_eq!(beginning(&note, 14), "Rà soát hộ…");
    }

    #[test]
    fn days_are_said_as_people_say_them() {
        let today: Date = "2026-11-20".parse().unwrap();
        assert_eq!(stands(today.plus(2), today, Language::Vi), "còn 2 ngày");
        assert_eq!(stands(today, today, Language::Vi), "hôm nay là hạn cuối");
        assert_eq!(stands(today.plus(-3), today, Language::Vi), "trễ 3 ngày");
    }
}
