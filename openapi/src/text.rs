//! Folding: how texts are compared. **Invariant: texts are stored as typed and compared folded, by
//! this one function, on the phone and on the server.**

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The folded form: no marks, lower case, `đ` as `d`, spaces collapsed.
///
/// Marks are dropped after canonical decomposition, so the placement of a tone (`uỷ`, `ủy`) and the
/// way a letter was composed make no difference.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let lower = text.chars().flat_map(char::to_lowercase);
    for c in lower.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'đ' => folded.push('d'),
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::*;

    #[test]
    fn marks_case_and_spaces_make_no_difference() {
        assert_eq!(fold("  Phường   Núi "), "phuong nui");
        assert_eq!(fold("Đảng uỷ"), fold("ĐẢNG ỦY"));
        assert_eq!(fold("hoá"), fold("hóa"));
        assert_eq!(fold("Thôn Đồng\u{a0}Sim"), "thon dong sim");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
