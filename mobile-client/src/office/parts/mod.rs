//! What screens are made of. **Invariant: a part knows no endpoint; it shows what it is given and says
//! what was pressed.**

/// What one of the contract's codes is called in the present language.
macro_rules! code {
    ($office:expr, $code:expr) => {{
        let code = $code;
        $office.code(code.vi(), code.en())
    }};
}
pub(crate) use code;

/// The codes of a list with their words, to choose from.
macro_rules! codes_of {
    ($office:expr, $list:ty) => {
        <$list>::ALL
            .iter()
            .map(|one| (one.to_string(), $office.code(one.vi(), one.en()).to_owned()))
            .collect::<Vec<(String, String)>>()
    };
}
pub(crate) use codes_of;

mod bits;
mod drawer;
mod fields;
mod form;
mod load;
mod page;
mod pick;
mod secret;

pub use self::{
    bits::{Empty, Notice, Tabs, Tag, Told},
    drawer::Drawer,
    fields::{Area, Day, Line, Select, Tick},
    form::{Form, FormFrame},
    load::{Loading, More, Pages, load, pages, shown},
    page::Page,
    pick::{Choice, Pick},
    secret::Secret,
};
