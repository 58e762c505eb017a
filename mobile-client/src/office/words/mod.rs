//! Every word of the office's app, in both languages, one file for each part of it. **Invariant: a text
//! stands here in Vietnamese and in English or it is not shown; one that nothing shows does not compile,
//! because each list is the office's own.** The contract's codes and the server's refusals have their own.

use openapi::problem::Language;

/// A list of texts.
pub trait Words: Copy {
    /// The text in a language.
    fn text(self, language: Language) -> &'static str;
}

/// Declares a list: name, Vietnamese, English; `{}` stands for something to be filled in.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $list:ident; $($name:ident: $vi:literal, $en:literal;)+) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $list {
            $(#[doc = $en] $name,)+
        }
        impl $crate::office::words::Words for $list {
            fn text(self, language: openapi::problem::Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, openapi::problem::Language::En) => $en,
                        (Self::$name, _) => $vi,
                    )+
                }
            }
        }
        #[cfg(test)]
        impl $list {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}
pub(crate) use words;

mod calendar;
mod desk;
mod documents;
mod fields;
mod frame;
mod people;
mod system;
mod units;
mod work;

pub use self::{
    calendar::Calendar, desk::Desk, documents::Documents, fields::Fields, frame::Frame, people::People,
    system::System, units::Units, work::Work,
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    const VI: Language = Language::Vi;
    const EN: Language = Language::En;

    /// What each language says of itself, and what is written the same in both.
    const SAME: [&str; 6] = ["Tiếng Việt", "English", "Đôn Đốc", "API", "URL", "Webhook"];

    fn check<W: Words + Debug>(all: &[W]) {
        for word in all {
            let (vi, en) = (word.text(VI), word.text(EN));
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(vi.matches("{}").count(), en.matches("{}").count(), "{word:?}");
            assert_eq!((vi, en), (vi.trim(), en.trim()), "{word:?}");
            assert_eq!(vi.ends_with('.'), en.ends_with('.'), "{word:?}: one is a sentence, the other is not");
            let same = SAME.contains(&en);
            assert!(same || vi != en, "{word:?} was left untranslated");
            let plain = en.replace("Đôn Đốc", "");
            let english = plain.chars().all(|c| c.is_ascii() || "…“”–→·".contains(c));
            assert!(same || english, "{word:?}: {en}");
        }
    }

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_blanks() {
        check(Calendar::ALL);
        check(Desk::ALL);
        check(Documents::ALL);
        check(Fields::ALL);
        check(Frame::ALL);
        check(People::ALL);
        check(System::ALL);
        check(Units::ALL);
        check(Work::ALL);
    }
}
