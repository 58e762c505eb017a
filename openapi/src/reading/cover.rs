//! Everything that is in no proposal. **Invariant: with the proposals it covers every character, once.**

use super::{inherit::Left, outline::Paragraph, text::Clean, words::Words};
use crate::imports::{LeftOut, LeftOutSpan};

/// What is left between the proposals, with why.
pub(super) fn left_out(
    clean: &Clean,
    paragraphs: &[Paragraph<'_>],
    words: &Words<'_>,
    proposals: &[(usize, usize)],
    mut left: Vec<Left>,
) -> Vec<LeftOutSpan> {
    for paragraph in paragraphs.iter().filter(|paragraph| paragraph.label.is_some()) {
        left.push((paragraph.from, paragraph.words_from(), LeftOut::Label));
    }
    left.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
    let mut cover = Cover { clean, words, all: Vec::new(), begun: None };
    let mut left = left.into_iter().peekable();
    let mut at = 0;
    for (from, to) in proposals.iter().copied().chain([(clean.text().len(), clean.text().len())]) {
        while let Some((begin, end, why)) = left.next_if(|(begin, _, _)| *begin < from) {
            cover.hole(at, begin.max(at));
            cover.put(begin.max(at), end.min(from), why);
            at = at.max(end.min(from));
        }
        cover.hole(at, from);
        cover.close();
        at = at.max(to);
    }
    cover.all
}

struct Cover<'a> {
    clean: &'a Clean,
    words: &'a Words<'a>,
    all: Vec<LeftOutSpan>,
    begun: Option<(usize, usize, LeftOut)>,
}

impl Cover<'_> {
    /// What nobody spoke of: words that join, or an introduction.
    fn hole(&mut self, from: usize, to: usize) {
        if from < to {
            let many = self.words.within(from, to).len();
            // Space between two stretches that are left out belongs to the first.
            let why = match self.begun {
                Some((_, _, why)) if many == 0 => why,
                _ if many >= 5 => LeftOut::Recital,
                _ => LeftOut::Connective,
            };
            self.put(from, to, why);
        }
    }
    fn put(&mut self, from: usize, to: usize, why: LeftOut) {
        if from >= to {
            return;
        }
        match &mut self.begun {
            Some((_, end, before)) if *before == why && *end == from => *end = to,
            _ => {
                self.close();
                self.begun = Some((from, to, why));
            }
        }
    }
    fn close(&mut self) {
        if let Some((from, to, because)) = self.begun.take() {
            self.all.push(LeftOutSpan { span: self.clean.span(from, to), because });
        }
    }
}
