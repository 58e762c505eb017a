//! What screens are made of. **Invariant: a part knows no endpoint; it shows what it is given and says
//! what was pressed.**

mod bits;
mod drawer;
mod fields;
mod form;
mod load;
mod page;
mod pick;

pub use self::{
    bits::{Empty, Notice, Tabs, Tag, Told},
    drawer::Drawer,
    fields::{Area, Day, Line, Select, Tick},
    form::{Form, FormFrame},
    load::{Loading, load, shown},
    page::Page,
    pick::{Choice, Pick},
};
