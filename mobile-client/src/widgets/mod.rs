//! The parts that screens are made of. **Invariant: a part knows how it looks and what it is called
//! for a screen reader; it decides nothing.**

mod bars;
mod card;
mod field;
mod frame;
mod notice;
mod said;

pub use self::{
    bars::{Bar, Bars},
    card::Card,
    field::{Area, DateField, Line},
    frame::{Page, Shell},
    notice::{Empty, Notice},
    said::SaidItem,
};
