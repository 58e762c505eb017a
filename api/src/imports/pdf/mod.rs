//! The text of a PDF that has text in it. **Invariant: what is unpacked, drawn and kept is bounded, and
//! nothing is followed in circles, whatever the file says.**
//!
//! A reader of our own, of what is needed for text: the libraries there are unpack without bounds and
//! panic on broken files.

mod file;
mod font;
mod object;
mod page;

use std::collections::{BTreeMap, HashSet};

use self::{
    file::File,
    object::{Dict, Object},
    page::Drawing,
};
use crate::error::{Error, Result};

/// The most pages that are read: no conclusion has so many.
const PAGES_AT_MOST: usize = 500;
/// How deep the tree of pages may be.
const DEEPEST: usize = 32;

/// Whether the bytes begin as a PDF does; some programs write a few before it.
pub(super) fn is_one(content: &[u8]) -> bool {
    content.get(..1024.min(content.len())).is_some_and(|head| file::find(head, b"%PDF-", 0).is_some())
}

/// Reads the text, page by page.
pub(super) fn text(content: &[u8]) -> Result<String> {
    if file::find(content, b"/Encrypt", 0).is_some() {
        return Err(Error::field(
            "",
            openapi::problem::FieldCode::BadValue,
            "Tệp PDF này được bảo vệ; hãy bỏ mật khẩu trước, hoặc dán phần chữ.",
            "This PDF is protected; remove its protection first, or paste its text.",
        ));
    }
    let mut file = File::read(content).ok_or_else(super::too_much)?;
    let mut pages = Vec::new();
    let root = file.root();
    let mut seen = HashSet::new();
    collect(&file, &root, &BTreeMap::new(), 0, &mut seen, &mut pages);
    if pages.len() > PAGES_AT_MOST {
        return Err(super::too_much());
    }
    let mut drawing = Drawing::default();
    for page in &pages {
        drawing.page(&mut file, page).ok_or_else(super::too_much)?;
    }
    Ok(drawing.into_text())
}

/// The pages below a node, each with what it inherits.
fn collect(
    file: &File<'_>,
    node: &Object,
    above: &Dict,
    depth: usize,
    seen: &mut HashSet<i64>,
    pages: &mut Vec<Dict>,
) {
    if depth > DEEPEST || pages.len() > PAGES_AT_MOST {
        return;
    }
    if let Object::Reference(number) = node
        && !seen.insert(*number)
    {
        return;
    }
    let Object::Dict(dict) = file.resolve(node) else { return };
    let mut own = dict.clone();
    if let Some(resources) = above.get("Resources") {
        own.entry("Resources".to_owned()).or_insert_with(|| resources.clone());
    }
    match file.get(dict, "Kids") {
        Some(Object::Array(kids)) => {
            for kid in kids {
                collect(file, kid, &own, depth + 1, seen, pages);
            }
        }
        _ => pages.push(own),
    }
}
