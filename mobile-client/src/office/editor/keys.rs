//! What a key does. **Invariant: a plain key does nothing while somebody types in a field; every deed has
//! one key, and the list under `?` is this one.**

/// What can be done from the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The next task.
    Down,
    /// The one before.
    Up,
    /// The first.
    First,
    /// The last.
    Last,
    /// Change its words.
    Edit,
    /// Split it.
    Split,
    /// Make one of it and the next.
    Merge,
    /// Take it out, or in again.
    Drop,
    /// Take in a stretch that was left out.
    TakeIn,
    /// Say who is to do it.
    Assign,
    /// Say by when.
    Due,
    /// Say what it must result in.
    Product,
    /// Urgent, or not.
    Priority,
    /// It is right as it is.
    Looked,
    /// The next one to look at.
    Next,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// What is entered of the document.
    Facts,
    /// See who gets what, and issue.
    Issue,
}

/// Every deed with its key, as it is listed.
pub const KEYS: [(Deed, &str); 19] = [
    (Deed::Down, "↓  j"),
    (Deed::Up, "↑  k"),
    (Deed::First, "Home"),
    (Deed::Last, "End"),
    (Deed::Next, "g"),
    (Deed::Edit, "Enter"),
    (Deed::Assign, "a"),
    (Deed::Due, "d"),
    (Deed::Product, "r"),
    (Deed::Priority, "p"),
    (Deed::Split, "s"),
    (Deed::Merge, "m"),
    (Deed::Drop, "x"),
    (Deed::TakeIn, "t"),
    (Deed::Looked, "v"),
    (Deed::Undo, "u  Ctrl+Z"),
    (Deed::Redo, "Ctrl+Shift+Z"),
    (Deed::Facts, "f"),
    (Deed::Issue, "Ctrl+Enter"),
];

/// A key, as the browser tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Pressed<'a> {
    /// Its name.
    pub key: &'a str,
    /// Whether Ctrl or Command was held.
    pub held: bool,
    /// Whether Shift was held.
    pub shift: bool,
    /// Whether Alt was held.
    pub alt: bool,
    /// Whether somebody types in a field.
    pub typing: bool,
}

/// What a key does.
#[must_use]
pub fn deed(pressed: Pressed<'_>) -> Option<Deed> {
    let Pressed { key, held, shift, alt, typing } = pressed;
    if alt {
        return None;
    }
    if held {
        return match key {
            "Enter" => Some(Deed::Issue),
            // In a field the browser takes back what was typed there.
            "z" | "Z" if !typing => Some(if shift { Deed::Redo } else { Deed::Undo }),
            "y" if !typing => Some(Deed::Redo),
            _ => None,
        };
    }
    if typing {
        return None;
    }
    Some(match key {
        "ArrowDown" | "j" => Deed::Down,
        "ArrowUp" | "k" => Deed::Up,
        "Home" => Deed::First,
        "End" => Deed::Last,
        "Enter" => Deed::Edit,
        "s" => Deed::Split,
        "m" => Deed::Merge,
        "x" | "Delete" => Deed::Drop,
        "t" => Deed::TakeIn,
        "a" => Deed::Assign,
        "d" => Deed::Due,
        "r" => Deed::Product,
        "p" => Deed::Priority,
        "v" => Deed::Looked,
        "g" => Deed::Next,
        "u" => Deed::Undo,
        "f" => Deed::Facts,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_deed_has_the_key_that_is_listed() {
        for (wanted, listed) in KEYS {
            for key in listed.split("  ") {
                let name = match key.rsplit('+').next().unwrap_or(key) {
                    "↓" => "ArrowDown",
                    "↑" => "ArrowUp",
                    "Z" => "z",
                    other => other,
                };
                let (held, shift) = (key.contains("Ctrl"), key.contains("Shift"));
                let pressed = Pressed { key: name, held, shift, alt: false, typing: false };
                assert_eq!(deed(pressed), Some(wanted), "{key}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_plain_key_does_anything_while_somebody_types(key in "[a-z]|Enter|Delete|Home|End|Arrow(Up|Down)", shift: bool) {
            let pressed = Pressed { key: &key, held: false, shift, alt: false, typing: true };
            prop_assert_eq!(deed(pressed), None);
        }
    }
}
