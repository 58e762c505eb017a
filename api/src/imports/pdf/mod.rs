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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::text;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(content).unwrap();
        out.finish().unwrap()
    }
    /// A file of one page whose content is packed.
    fn page(content: &[u8]) -> Vec<u8> {
        let mut file = b"%PDF-1.5\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
            2 0 obj << /Kids [3 0 R 2 0 R] /Resources << /Font << /F << /Subtype /Type1 >> >> /XObject << /X 4 0 R >> >> >> endobj\n\
            3 0 obj << /Type /Page /Contents 4 0 R >> endobj\n4 0 obj << /Subtype /Form /Filter /FlateDecode >>\nstream\n"
            .to_vec();
        file.extend(packed(content));
        file.extend(b"\nendstream endobj\n%%EOF");
        file
    }

    #[test]
    fn words_and_lines_are_told_apart_by_where_they_stand() {
        let content =
            b"BT /F 10 Tf 50 700 Td (Giao) Tj 40 0 Td (ban) Tj 0 -12 Td [(qu) 20 (an) -400 (ly)] TJ ET";
        let read = text(&page(content)).unwrap();
        assert_eq!(read.trim(), "Giao ban\nquan ly");
    }

    #[test]
    fn what_unpacks_without_end_or_goes_in_circles_is_refused_or_ends() {
        let bomb = page(&vec![b' '; 80 << 20]);
        assert!(bomb.len() < 1 << 20 && text(&bomb).is_err());
        // A form that draws itself, a node that is its own child.
        assert!(text(&page(b"/X Do /X Do BT /F 1 Tf (a) Tj ET")).is_ok());
        assert!(
            text(b"%PDF-1.4 1 0 obj [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[").is_ok()
        );
    }

    proptest! {
        #[test]
        fn a_broken_file_is_no_panic(cut in 0_usize..700, put in prop::collection::vec((0_usize..700, any::<u8>()), 0..20)) {
            let mut file = page(b"BT /F 10 Tf 1 0 0 1 5 5 Tm (Giao) ' ET");
            for (at, byte) in put {
                if let Some(place) = file.get_mut(at) {
                    *place = byte;
                }
            }
            file.truncate(file.len().saturating_sub(cut));
            drop(text(&file));
        }
        #[test]
        fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            drop(text(&bytes));
            drop(text(&[b"%PDF-1.4 1 0 obj ".to_vec(), bytes].concat()));
        }
    }
}
