//! What a heading says of its section, and words by which paragraphs are told apart. **Invariant:
//! a heading that speaks of results and of tasks says neither.**

use super::words::lower_into;
use crate::{directives::DirectiveKind, imports::Section, text::fold};

/// Whether a line begins with one of these, folded.
pub(super) fn starts_folded(line: &str, starts: &[&str]) -> bool {
    let head: String = line.chars().take(60).collect();
    let folded = fold(&head);
    starts.iter().any(|start| {
        folded.strip_prefix(start).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// What a section holds by the words of its heading.
pub(super) fn of(heading: &str) -> Option<Section> {
    let head: String = heading.chars().take(200).collect();
    let folded = fold(&head);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let start = without_lead(&text);
    let starts = |phrases: &[&str]| phrases.iter().any(|phrase| start.starts_with(phrase));
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| contains(&text, phrase));
    let early = |phrases: &[&str]| {
        let early = text.split(' ').take(7).collect::<Vec<_>>().join(" ");
        phrases.iter().any(|phrase| contains(&early, phrase))
    };
    let tasks = has(&["nhiem vu", "giai phap", "phuong huong"]);
    let both = has(&["va nhiem vu", "phuong huong", "muc tieu nhiem vu", "va phuong huong", "va giai phap"]);
    if starts(&["quan diem"]) {
        return Some(if has(&["muc tieu"]) { Section::Plain } else { Section::Viewpoint });
    }
    if starts(&["muc dich", "yeu cau"]) && words.len() <= 8 {
        return Some(Section::Viewpoint);
    }
    if starts(&["muc tieu tong quat", "muc tieu chung"]) {
        return Some(Section::GeneralGoal);
    }
    if starts(&["ton tai", "han che", "khuyet diem", "nguyen nhan", "bai hoc", "kho khan", "yeu kem"])
        || starts(&["ket qua", "danh gia", "uu diem"]) && early(&["ton tai", "han che"])
    {
        return Some(Section::Shortcomings);
    }
    let past = ["ket qua", "danh gia", "uu diem", "viec da lam", "thanh tich", "cong tac da"];
    if starts(&past) {
        return Some(if both { Section::Plain } else { Section::Results });
    }
    let situation =
        ["tinh hinh", "khai quat", "boi canh", "thuc trang", "su can thiet", "dac diem", "can cu", "co so"];
    if starts(&situation) {
        return Some(if both { Section::Plain } else { Section::Situation });
    }
    if starts(&["muc tieu", "chi tieu", "cac chi tieu", "mot so chi tieu"]) {
        return Some(if tasks { Section::Plain } else { Section::Goals });
    }
    if has(&["to chuc thuc hien"]) && words.len() <= 8 {
        return Some(Section::Carrying);
    }
    if tasks
        || starts(&["noi dung", "cong viec", "ket luan", "cong tac trong tam", "trach nhiem", "phan cong"])
    {
        return Some(Section::Tasks);
    }
    None
}

/// Without what says how many: "những", "một số", "về".
fn without_lead(text: &str) -> &str {
    const LEADS: [&str; 8] =
        ["nhung ", "mot so ", "ve ", "cac ", "phan ", "khai quat ve ", "mot vai ", "dac diem "];
    let mut rest = text;
    while let Some(shorter) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)) {
        rest = shorter;
    }
    rest
}

fn contains(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + phrase.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}

/// The kinds of documents, as their title begins.
const KINDS: [(&str, DirectiveKind); 8] = [
    ("ket luan", DirectiveKind::KetLuan),
    ("nghi quyet", DirectiveKind::NghiQuyet),
    ("thong bao", DirectiveKind::ThongBao),
    ("chi thi", DirectiveKind::ChiThi),
    ("ke hoach", DirectiveKind::KeHoach),
    ("chuong trinh", DirectiveKind::ChuongTrinh),
    ("quyet dinh", DirectiveKind::QuyetDinh),
    ("cong van", DirectiveKind::CongVan),
];

/// The kind a title line names.
pub(super) fn kind_of(line: &str) -> Option<DirectiveKind> {
    KINDS.iter().find(|(start, _)| starts_folded(line, &[start])).map(|(_, kind)| *kind)
}
/// Whether a line is the first of a title: loud, or the kind alone.
pub(super) fn names_a_kind(line: &str) -> bool {
    let kind = line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let loud = !kind.is_empty() && kind.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    kind_of(line).is_some() && (loud || line.split_whitespace().count() <= 3)
}

/// Whether a line opens a document: where it was, on what ground, what was heard.
pub(super) fn opens_a_preamble(line: &str) -> bool {
    let starts = [
        "ngay",
        "sang ngay",
        "chieu ngay",
        "sau khi",
        "can cu",
        "thuc hien",
        "tai",
        "trong 0",
        "vua qua",
        "tham du",
        "dong chi",
        "hom nay",
    ];
    starts_folded(line, &starts) && line.chars().count() > 60
}

/// Whether a paragraph begins by giving work.
pub(super) fn is_order(line: &str) -> bool {
    starts_folded(line, &["giao", "yeu cau", "de nghi", "phan cong"])
        && starts_marked(line, &["giao", "yêu", "đề", "phân"])
}
fn starts_marked(line: &str, starts: &[&str]) -> bool {
    let mut first = String::new();
    lower_into(line.split([' ', ',']).next().unwrap_or_default(), &mut first);
    starts.contains(&first.as_str())
}

/// Whether a paragraph closes a document.
pub(super) fn is_closing(line: &str) -> bool {
    is_order(line)
        || starts_folded(
            line,
            &[
                "tren day la",
                "trong qua trinh",
                "nghi quyet nay",
                "ket luan nay",
                "thong bao nay",
                "ke hoach nay",
                "can cu",
                "dinh ky",
                "nhan duoc",
                "de nghi",
                "yeu cau",
                "cac dong chi",
                "cac co quan",
            ],
        )
}

/// A sentence that only says to whom the document goes, or since when it holds.
pub(super) fn is_formality(sentence: &str) -> bool {
    let folded = fold(sentence);
    let short = folded.split(' ').count() <= 30;
    let says = ["pho bien den", "pho bien toi", "co hieu luc", "thay the cho", "duoc quan triet den"];
    short
        && says.iter().any(|phrase| contains(&folded, phrase) || folded.contains(&format!("{phrase} ")))
        && [
            "nghi quyet nay",
            "ket luan nay",
            "thong bao nay",
            "ke hoach nay",
            "chi thi nay",
            "chuong trinh nay",
            "quyet dinh nay",
            "van ban nay",
        ]
        .iter()
        .any(|subject| folded.starts_with(subject))
        || (short
            && folded.starts_with("tren day la")
            && !folded.contains("yeu cau")
            && !folded.contains("de nghi")
            && !folded.contains("giao"))
}
