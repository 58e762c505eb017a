//! Documents that a clause cites. **Invariant: a cited document's day is never a due date.**

use super::{cut, dates, sections, text::Clean, words::Words};
use crate::{
    imports::CitedDocument,
    value::{Date, Name, Phrase},
};

/// The documents cited in a stretch: "Kế hoạch số 118-KH/ĐU, ngày 04/6/2024 của Ban Chấp hành".
pub(super) fn of(clean: &Clean, words: &Words<'_>, from: usize, to: usize, near: Date) -> Vec<CitedDocument> {
    let mut all = Vec::new();
    let mut at = from;
    while at < to && all.len() < 50 {
        match cited(clean, words, at, from, to, near) {
            Some((cited, end)) => {
                all.push(cited);
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
    all
}

fn cited(
    clean: &Clean,
    words: &Words<'_>,
    at: usize,
    from: usize,
    to: usize,
    near: Date,
) -> Option<(CitedDocument, usize)> {
    if words.lower(at) != "số" || !words.is_number(at + 1) {
        return None;
    }
    let text = words.text();
    let begin = words.from(at + 1);
    let rest = text.get(begin..words.to(to))?;
    let token =
        rest.split([' ', ',', ';', '\n', ')']).next().unwrap_or_default().trim_end_matches(['.', '“', '"']);
    // A document's number has its symbol.
    if !token.contains(['-', '/']) || !token.contains(char::is_alphabetic) {
        return None;
    }
    let mut end = words.within(begin, begin + token.len()).end;
    let time = (words.lower(end) == "ngày").then(|| dates::at(words, end, near)).flatten();
    let dated = time.map(|time| time.last);
    end = time.map_or(end, |time| time.to);
    let issuer = (words.lower(end) == "của").then(|| {
        let stop = |at: &usize| {
            words.gap(*at) > super::words::Gap::Dash || matches!(words.lower(*at), "về" | "khóa" | "ban" if words.lower(*at) != "ban" || words.lower(at + 1) == "hành")
        };
        let ends = (end + 2..to.min(end + 14)).find(stop).unwrap_or(to.min(end + 14));
        (words.from(end + 1), words.to(ends), ends)
    });
    let name = issuer.and_then(|(from, to, _)| Name::try_from(cut(text.get(from..to)?, Name::MAX)).ok());
    // The kind is the one or two words before the number.
    let kind_at = [2, 1].into_iter().filter_map(|back| at.checked_sub(back)).find(|kind| {
        *kind >= from
            && sections::kind_of(text.get(words.from(*kind)..words.to(at)).unwrap_or_default()).is_some()
    });
    let kind = kind_at.and_then(|kind| sections::kind_of(text.get(words.from(kind)..words.to(at))?));
    let begins = words.from(kind_at.unwrap_or(at));
    let ends = issuer.map_or_else(|| words.to(end).max(begin + token.len()), |(_, to, _)| to);
    let cited = CitedDocument {
        span: clean.span(begins, ends),
        kind,
        number: Phrase::try_from(cut(token, Phrase::MAX)).ok()?,
        dated,
        issuer: name,
    };
    Some((cited, issuer.map_or(end, |(_, _, ends)| ends)))
}
