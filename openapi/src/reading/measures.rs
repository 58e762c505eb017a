//! Cycles, figures and grades. **Invariant: only what is printed; numbers of documents, sessions and
//! anniversaries measure nothing.**

use std::sync::LazyLock;

use super::{
    lexicon::Phrases,
    words::{Gap, Words},
};
use crate::{
    tasks::{Basis, Comparator, Cycle, Recurrence, Target, Times},
    value::{Phrase, Quantity},
};

/// Words that were found, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured<T> {
    /// Their first word.
    pub from: usize,
    /// The word after their last.
    pub to: usize,
    pub says: T,
}

static CYCLES: LazyLock<Phrases<Cycle>> = LazyLock::new(|| {
    Phrases::of(&[
        ("hằng năm|hàng năm|mỗi năm", Cycle::Year),
        ("hằng quý|hàng quý|mỗi quý", Cycle::Quarter),
        ("hằng tháng|hàng tháng|mỗi tháng", Cycle::Month),
        ("hằng tuần|hàng tuần|mỗi tuần", Cycle::Week),
    ])
});

fn cycle(word: &str) -> Option<Cycle> {
    Some(match word {
        "tuần" => Cycle::Week,
        "tháng" => Cycle::Month,
        "quý" => Cycle::Quarter,
        "năm" => Cycle::Year,
        _ => return None,
    })
}
fn phrase(words: &Words<'_>, from: usize, to: usize) -> Option<Phrase> {
    let text = words.text().get(words.from(from)..words.to(to))?;
    Phrase::try_from(super::cut(text, Phrase::MAX)).ok()
}

/// The cycle a stretch gives: "02 lần/tháng", "hằng năm", "mỗi năm 02 lần".
pub(super) fn recurrence(words: &Words<'_>, from: usize, to: usize) -> Option<Measured<Recurrence>> {
    (from..to).find_map(|at| recurrence_at(words, at, from, to))
}

fn recurrence_at(words: &Words<'_>, at: usize, clause: usize, to: usize) -> Option<Measured<Recurrence>> {
    let made = |from, to, per, times| {
        let says = Recurrence {
            text: phrase(words, from, to),
            per,
            times,
            basis: Basis::Explicit,
            from: None,
            until: None,
        };
        Some(Measured { from, to, says })
    };
    let times = |at: usize| {
        let fits = words.is_number(at) && words.lower(at + 1) == "lần";
        fits.then(|| Times::try_from(words.printed(at).parse::<i64>().ok()?).ok())?
    };
    // "02 lần/tháng", "02 lần một tháng".
    if let Some(times) = times(at) {
        let one = usize::from(matches!(words.lower(at + 2), "một" | "mỗi" | "trong" | "1" | "01"));
        let per = cycle(words.lower(at + 2 + one))?;
        let joined = matches!(words.gap(at + 2), Gap::Dash | Gap::Space);
        return if joined && at + 3 + one <= to { made(at, at + 3 + one, per, Some(times)) } else { None };
    }
    // "01 tháng/lần", "6 tháng một lần".
    if words.is_number(at) && cycle(words.lower(at + 1)).is_some() {
        let one = usize::from(matches!(words.lower(at + 2), "một" | "1" | "01"));
        if words.lower(at + 2 + one) == "lần" {
            let per = every(words.printed(at), cycle(words.lower(at + 1))?);
            return made(at, at + 3 + one, per, Times::try_from(1).ok());
        }
    }
    let (many, per) = CYCLES.at(words, at)?;
    let end = at + many;
    // "hằng năm" in a name of a kind of document still says that it comes each year.
    let begins = if at > clause + 1 && words.lower(at - 2) == "định" && words.lower(at - 1) == "kỳ" {
        at - 2
    } else {
        at
    };
    if let Some(times) = times(end) {
        return made(begins, end + 2, per, Some(times));
    }
    // "định kỳ 6 tháng, hằng năm": twice a year and once more is no number of times.
    let mixed = (clause..at).rev().take(4).any(|at| words.lower(at) == "định")
        && (clause..at).rev().take(3).any(|at| words.is_number(at));
    let once = if mixed { None } else { Times::try_from(1).ok() };
    made(begins, end, per, once)
}

fn every(number: &str, unit: Cycle) -> Cycle {
    match (number.trim_start_matches('0'), unit) {
        ("3", Cycle::Month) => Cycle::Quarter,
        ("6" | "12", Cycle::Month) => Cycle::Year,
        _ => unit,
    }
}

/// What is counted, where it is no percentage.
static COUNTED: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "căn nhà|căn|ngôi nhà|hộ kinh doanh|hộ gia đình|hộ dân|hộ|tỷ đồng|triệu đồng|tỷ|triệu|ha|héc ta|km|mét|m|tấn|tạ|mô hình|sản phẩm|\
         đảng viên|quần chúng|người|lao động|học sinh|trẻ em|lớp|trường|phòng học|công trình|tuyến đường|tuyến|điểm|doanh nghiệp|hợp tác xã|tổ hợp tác|\
         cây|con|lượt|suất|buổi|cuộc|vụ|xã|thôn|bản|tổ dân phố|chi bộ|tiêu chí|m2|m3|thửa|giấy chứng nhận|hồ sơ|công dân|thanh niên|máy|chiếc|bộ|bình|đơn vị máu|cán bộ",
        (),
    )])
});
static AT_LEAST: LazyLock<Phrases<Comparator>> = LazyLock::new(|| {
    Phrases::of(&[
        ("ít nhất|tối thiểu|không dưới", Comparator::Gte),
        ("trên|hơn|vượt", Comparator::Gt),
        ("dưới", Comparator::Lt),
        ("không quá|tối đa|nhiều nhất", Comparator::Lte),
    ])
});
static GRADES: LazyLock<Phrases<&'static str>> = LazyLock::new(|| {
    Phrases::of(&[
        ("hoàn thành xuất sắc nhiệm vụ", "Hoàn thành xuất sắc nhiệm vụ"),
        ("hoàn thành tốt nhiệm vụ", "Hoàn thành tốt nhiệm vụ"),
        ("hoàn thành nhiệm vụ", "Hoàn thành nhiệm vụ"),
        ("trong sạch vững mạnh|trong sạch, vững mạnh", "Trong sạch vững mạnh"),
    ])
});

/// A figure: its words, its value, and the word after it.
fn figure(words: &Words<'_>, at: usize) -> Option<(Quantity, usize)> {
    if !words.is_number(at) || words.printed(at).len() > 9 {
        return None;
    }
    let mut whole = words.printed(at).to_owned();
    let mut to = at + 1;
    // "1.250", "1,5".
    while words.is_number(to) && words.between(to) == "." && words.printed(to).len() == 3 && whole.len() < 9 {
        whole.push_str(words.printed(to));
        to += 1;
    }
    if words.is_number(to) && words.between(to) == "," {
        whole.push('.');
        whole.push_str(words.printed(to));
        to += 1;
    }
    Some((whole.parse().ok()?, to))
}
fn is_percent(words: &Words<'_>, to: usize) -> bool {
    words.between(to).trim_start().starts_with('%')
}

/// The figures a stretch prints, each once.
pub(super) fn targets(words: &Words<'_>, from: usize, to: usize, goals: bool) -> Vec<Measured<Target>> {
    let mut all = Vec::new();
    let mut at = from;
    let mut quoted = false;
    while at < to {
        // What closes before the first word was opened before it.
        quoted = at > from && quotes(words.between(at), quoted);
        match figure_at(words, at, from, to).filter(|_| !quoted) {
            Some(found) => {
                at = found.to;
                all.push(found);
            }
            None => at += 1,
        }
    }
    if all.is_empty() && goals {
        all.extend((from..to).find_map(|at| grade_at(words, at, to)));
    }
    all
}

/// Whether what follows stands in quotation marks.
fn quotes(between: &str, mut quoted: bool) -> bool {
    for c in between.chars() {
        match c {
            '“' | '«' => quoted = true,
            '”' | '»' => quoted = false,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

fn figure_at(words: &Words<'_>, at: usize, clause: usize, to: usize) -> Option<Measured<Target>> {
    let (value, end) = figure(words, at)?;
    // "từ 15-20%", "từ 95 - 97%".
    let second =
        figure(words, end).filter(|_| matches!(words.between(end).trim(), "-" | "–" | "%-" | "% -" | "% –"));
    let (value_to, mut end) = second.map_or((None, end), |(value, end)| (Some(value), end));
    if end > to {
        return None;
    }
    let percent = is_percent(words, end) || value_to.is_some() && words.between(end).contains('%');
    let counted = COUNTED.len_at(words, end);
    let unit = if percent {
        Phrase::try_from("%").ok()
    } else if counted > 0 && words.gap(end) == Gap::Space && is_amount(words, at, clause) {
        end += counted;
        phrase(words, end - counted, end)
    } else {
        return None;
    };
    let begins = |many: usize| at.checked_sub(many).filter(|from| *from >= clause);
    let before = [2, 1].into_iter().find_map(|many| {
        let from = begins(many)?;
        AT_LEAST.at(words, from).filter(|(len, _)| *len == many).map(|(_, comparator)| (from, comparator))
    });
    let upwards = words.lower(end) == "trở" && words.lower(end + 1) == "lên";
    let since = begins(1).filter(|from| words.lower(*from) == "từ");
    let (from, end, comparator) = match (value_to, before) {
        (Some(_), _) => (since.unwrap_or(at), end, Comparator::Range),
        (None, _) if upwards => (since.unwrap_or(at), end + 2, Comparator::Gte),
        (None, Some((from, comparator))) => (from, end, comparator),
        (None, None) => (at, end, Comparator::Eq),
    };
    // "Đạt" before the figure and the percent sign after it are no words of their own.
    let mut text = words.text().get(words.from(from)..words.to(end)).unwrap_or_default().to_owned();
    if percent && !text.ends_with('%') && !text.contains('%') {
        text.push('%');
    }
    let says = Target {
        text: Phrase::try_from(super::cut(&text, Phrase::MAX)).ok()?,
        comparator,
        value: Some(value),
        value_to,
        unit,
        level: None,
    };
    Some(Measured { from, to: end.min(to), says })
}

/// Whether a number counts things and does not name or date one.
fn is_amount(words: &Words<'_>, at: usize, clause: usize) -> bool {
    if at == clause {
        return true;
    }
    let before = words.lower(at - 1);
    let names = [
        "số", "khóa", "thứ", "năm", "tháng", "ngày", "đợt", "quý", "khu", "tổ", "tdp", "thôn", "cấp", "loại",
        "điều", "khoản", "điểm", "lần",
    ];
    !names.contains(&before) && words.gap(at) != Gap::Dash
}

fn grade_at(words: &Words<'_>, at: usize, to: usize) -> Option<Measured<Target>> {
    let (many, level) = GRADES.at(words, at)?;
    let upwards = words.lower(at + many) == "trở" && words.lower(at + many + 1) == "lên";
    let end = at + many + if upwards { 2 } else { 0 };
    let says = Target {
        text: phrase(words, at, end)?,
        comparator: if upwards { Comparator::Gte } else { Comparator::Eq },
        value: None,
        value_to: None,
        unit: Phrase::try_from("mức xếp loại").ok(),
        level: Phrase::try_from(level).ok(),
    };
    (end <= to).then_some(Measured { from: at, to: end, says })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycle(text: &str) -> Option<(Cycle, Option<i32>)> {
        let words = Words::of(text);
        recurrence(&words, 0, words.len()).map(|found| (found.says.per, found.says.times.map(Times::get)))
    }
    fn figures(text: &str) -> Vec<String> {
        let words = Words::of(text);
        let told = |target: Target| {
            let value =
                target.value.map_or_else(|| target.level.unwrap().to_string(), |value| value.to_string());
            format!("{} {value}", target.comparator)
        };
        targets(&words, 0, words.len(), true).into_iter().map(|found| told(found.says)).collect()
    }

    #[test]
    fn cycles_are_read_and_habits_are_not() {
        assert_eq!(cycle("vệ sinh đường thôn 02 lần/tháng"), Some((Cycle::Month, Some(2))));
        assert_eq!(cycle("đối thoại mỗi năm 02 lần"), Some((Cycle::Year, Some(2))));
        assert_eq!(cycle("hằng quý báo cáo"), Some((Cycle::Quarter, Some(1))));
        assert_eq!(cycle("định kỳ 6 tháng, hằng năm báo cáo"), Some((Cycle::Year, None)));
        assert_eq!(cycle("thường xuyên tuần tra"), None);
    }

    #[test]
    fn figures_are_read_and_numbers_of_things_are_not() {
        assert_eq!(figures("đạt từ 3% trở lên"), ["gte 3"]);
        assert_eq!(figures("trên 90% tổ chức đảng"), ["gt 90"]);
        assert_eq!(figures("từ 15-20%"), ["range 15"]);
        assert_eq!(figures("xuống dưới 1,5%"), ["lt 1.5"]);
        assert_eq!(figures("hỗ trợ 14 căn nhà"), ["eq 14"]);
        assert_eq!(figures("đạt hoàn thành tốt nhiệm vụ trở lên"), ["gte Hoàn thành tốt nhiệm vụ"]);
        for text in
            ["kỷ niệm 42 năm", "khu dân cư số 3", "Kỳ họp thứ 9", "Kế hoạch số 12-KH/ĐU", "“4 xin, 4 luôn”"]
        {
            assert!(figures(text).is_empty(), "{text}");
        }
    }
}
