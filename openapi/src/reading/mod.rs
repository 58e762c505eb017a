//! Reading a document into proposals: rules, not a model. **Invariant: pure and linear in the length
//! of the text; each proposal says which words led to it; nobody is bound below certainty.**
//!
//! A text goes through the rooms in this order: [`text`] undoes what scans do, `words` cuts it into
//! words, `outline` finds headings and items, `document` reads head and foot, `clauses` finds where
//! obligations begin and end, `assignees`, [`due`] and `measures` read each of them, `inherit` says
//! what a clause has from its heading or the clause before, `proposals` writes it down.

mod assignees;
mod bodies;
mod cites;
mod clauses;
mod cover;
mod dates;
mod document;
pub mod due;
mod heads;
mod inherit;
mod label;
mod lexicon;
mod measures;
mod outline;
mod proposals;
mod sections;
mod tables;
pub mod text;
mod topics;
pub mod units;
mod words;

use std::cell::RefCell;

use crate::{
    calendar::{NamedEventDraft, NamedEventId},
    endpoint::Dto,
    imports::{Import, Proposal, Span},
    value::{Date, Percent},
};

/// What is known of the commune whose document it is.
#[derive(Debug, Clone)]
pub struct Commune {
    /// The units that exist.
    pub units: units::Units,
    /// The named events: Tết, a session of the council.
    pub events: Vec<(NamedEventId, NamedEventDraft)>,
    /// Today. Dates without a year are near it.
    pub today: Date,
}
impl Commune {
    /// A commune of which nothing is known.
    #[must_use]
    pub fn nobody(today: Date) -> Self {
        Self { units: units::Units::default(), events: Vec::new(), today }
    }
}

/// Reads a document.
#[must_use]
pub fn read(raw: &str, commune: &Commune) -> Import {
    let clean = text::Clean::of(raw);
    let words = words::Words::of(clean.text());
    let paragraphs = outline::of(clean.text());
    let document = document::Reader { clean: &clean, words: &words, paragraphs: &paragraphs, commune }.read();
    let near = document::near(&document, commune.today);
    let whole = inherit::Whole { words: &words, paragraphs: &paragraphs, commune, near };
    let (drafts, left) = whole.drafts();
    let writer = proposals::Writer { clean: &clean, whole: &whole, near: RefCell::default() };
    let proposals: Vec<Proposal> =
        drafts.iter().zip(1..).map(|(draft, at)| writer.proposal(draft, at)).collect();
    let stretches: Vec<(usize, usize)> = drafts.iter().map(|draft| writer.bytes(draft)).collect();
    Import {
        outline: writer.outline(),
        left_out: cover::left_out(&clean, &paragraphs, &words, &stretches, left),
        document,
        proposals,
        text: clean.into_text(),
    }
}

/// Reads one stretch of the text of an [`Import`] again, as one obligation: after it was split, merged
/// or moved by hand. What it inherits is found anew.
#[must_use]
pub fn read_clause(text: &str, commune: &Commune, span: Span) -> Option<Proposal> {
    let clean = text::Clean::kept(text);
    let words = words::Words::of(clean.text());
    let paragraphs = outline::of(clean.text());
    let document = document::Reader { clean: &clean, words: &words, paragraphs: &paragraphs, commune }.read();
    let near = document::near(&document, commune.today);
    let whole = inherit::Whole { words: &words, paragraphs: &paragraphs, commune, near };
    let draft = whole.again(clean.byte(span.from), clean.byte(span.to))?;
    let writer = proposals::Writer { clean: &clean, whole: &whole, near: RefCell::default() };
    Some(writer.proposal(&draft, 1))
}

/// A text in one line, cut between words where it is longer than so many characters.
fn cut(text: &str, most: usize) -> String {
    let text = text.trim();
    // Only what may be kept is looked at: a sentence may be the whole of a document.
    let line: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).take(most + 1).collect();
    if line.chars().count() <= most {
        return line;
    }
    let short: String = line.chars().take(most.saturating_sub(1)).collect();
    let kept = short.rfind(' ').and_then(|at| short.get(..at)).filter(|kept| kept.len() * 2 > short.len());
    format!("{}…", kept.unwrap_or(&short).trim_end())
}
/// A certainty of which nothing is known.
fn unsure() -> Percent {
    Percent::try_from(50).unwrap_or_else(|_| Percent::example())
}
fn percent(certainty: i64) -> Percent {
    Percent::try_from(certainty.clamp(0, 100)).unwrap_or_else(|_| unsure())
}

#[cfg(test)]
mod tests {
    use super::{Commune, read, read_clause};
    use crate::imports::{Import, LeftOut, Span};
    use proptest::prelude::*;

    const DOCUMENT: &str = "ĐẢNG ỦY XÃ SUỐI MƠ\nSố 15-KL/ĐU\n\nKẾT LUẬN\ncủa Ban Thường vụ Đảng ủy về nhiệm vụ tháng 11/2026\n\n\
        Ngày 03/11/2026, Ban Thường vụ họp, kết luận như sau:\n\nI. Kết quả tháng 10\n1. Đã chỉ đạo các thôn làm đường.\n\n\
        II. Nhiệm vụ\n1. Giao Ủy ban nhân dân xã chỉ đạo các thôn vệ sinh đường làng 02 lần/tháng; tăng cường quản lý đất đai.\n\
        2. Công an xã chủ trì, phối hợp với các thôn tuần tra, hoàn thành trước ngày 15/12/2026.\n\
        - Về y tế: Trạm Y tế xã tiêm chủng cho 100% trẻ em trong tháng 11/2026.\n\
        | TT | Nội dung | Đơn vị | Thời hạn |\n| 1 | Rà soát | Các thôn | 30/11/2026 |\n\
        Kết luận này được phổ biến đến chi bộ./.\n\nNơi nhận:\n- Các chi bộ,\n- Lưu VPĐU.\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\nLò Văn Thí Dụ\n";

    fn nobody() -> Commune {
        Commune::nobody("2026-11-03".parse().unwrap())
    }

    /// Every character is in one proposal or left out once; every span lies within the text.
    fn holds(import: &Import) -> Result<(), TestCaseError> {
        let length = u32::try_from(import.text.chars().count()).unwrap();
        let proposals = import.proposals.iter().map(|proposal| proposal.span);
        let mut all: Vec<Span> = proposals.chain(import.left_out.iter().map(|left| left.span)).collect();
        all.sort_unstable();
        let mut at = 0;
        for span in all {
            prop_assert_eq!(span.from, at, "a hole or an overlap in {:?}", import.text);
            prop_assert!(span.to > span.from);
            at = span.to;
        }
        prop_assert_eq!(at, length);
        prop_assert!(import.proposals.is_sorted_by_key(|proposal| proposal.span));
        for proposal in &import.proposals {
            let findings = proposal.findings.iter().filter_map(|finding| finding.span);
            let named = proposal.assignees.iter().filter_map(|assignee| assignee.span);
            let others = proposal
                .stages
                .iter()
                .map(|stage| stage.span)
                .chain(proposal.cites.iter().map(|cite| cite.span));
            for span in findings.chain(named).chain(others) {
                prop_assert!(span.from <= span.to && span.to <= length);
            }
        }
        Ok(())
    }

    #[test]
    fn a_small_document_is_read_whole() {
        let import = read(DOCUMENT, &nobody());
        let content: Vec<&str> = import.proposals.iter().map(|proposal| proposal.content.as_str()).collect();
        assert_eq!(content.len(), 5, "{content:?}");
        assert!(content[0].starts_with("Giao Ủy ban nhân dân xã") && content[4].starts_with("Rà soát"));
        assert_eq!(import.document.number.unwrap().as_str(), "15");
        assert!(import.left_out.iter().any(|left| left.because == LeftOut::Results));
        assert!(import.left_out.iter().any(|left| left.because == LeftOut::Formality));
    }

    #[test]
    fn a_stretch_is_read_again_with_what_it_inherits() {
        let import = read(DOCUMENT, &nobody());
        let second = &import.proposals[1];
        let again = read_clause(&import.text, &nobody(), second.span).unwrap();
        assert_eq!(again.content, second.content);
        let names = |proposal: &crate::imports::Proposal| -> Vec<String> {
            proposal.assignees.iter().map(|a| a.assignee.name.to_string()).collect()
        };
        assert_eq!(names(&again), names(second));
        // Merged with the one before it.
        let both = Span { from: import.proposals[0].span.from, to: second.span.to };
        let merged = read_clause(&import.text, &nobody(), both).unwrap();
        assert_eq!(names(&merged), names(&import.proposals[0]));
        assert_eq!(read_clause(&import.text, &nobody(), Span { from: 1, to: 1 }), None);
    }

    /// What may happen to a document on its way.
    fn mutated() -> impl Strategy<Value = String> {
        let change = (0_u8..6, any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,12}");
        prop::collection::vec(change, 0..12).prop_map(|changes| {
            let mut text: Vec<char> = DOCUMENT.chars().collect();
            for (which, one, other, chance) in changes {
                let (one, other) = (one.index(text.len() + 1), other.index(text.len() + 1));
                let (from, to) = (one.min(other), one.max(other));
                match which {
                    0 => drop(text.drain(from..to.min(from + 40))),
                    1 => drop(text.splice(from..from, chance.chars())),
                    2 => {
                        let part: Vec<char> = text[from..to.min(from + 200)].to_vec();
                        text.splice(to..to, part);
                    }
                    3 => {
                        let mut lines: Vec<String> =
                            text.iter().collect::<String>().lines().map(str::to_owned).collect();
                        let (a, b) = (from % lines.len().max(1), to % lines.len().max(1));
                        if !lines.is_empty() {
                            lines.swap(a, b);
                        }
                        text = lines.join("\n").chars().collect();
                    }
                    4 => text.splice(from..from, "(“\"; | : . \u{301}𝒳\n".chars()).for_each(drop),
                    _ => text.iter_mut().skip(from).step_by(7).take(5).for_each(|c| *c = ','),
                }
            }
            text.into_iter().collect()
        })
    }

    proptest! {
        #[test]
        fn whatever_happened_to_a_document_it_is_read_without_a_hole(text in mutated()) {
            let import = read(&text, &nobody());
            holds(&import)?;
            for proposal in import.proposals.iter().take(3) {
                prop_assert!(read_clause(&import.text, &nobody(), proposal.span).is_some());
            }
        }
        #[test]
        fn anything_is_read_without_a_hole(text in "\\PC{0,200}", lines in prop::collection::vec("[A-ZĐa-zạếổ0-9 .,;:()/|*#-]{0,60}", 0..12)) {
            holds(&read(&text, &nobody()))?;
            holds(&read(&lines.join("\n"), &nobody()))?;
        }
    }
}
