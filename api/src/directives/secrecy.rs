//! The door for secret documents. **Invariant: a document marked Mật, Tối mật or Tuyệt mật is refused
//! before anything of it is stored or logged** (Luật Bảo vệ bí mật nhà nước 2018; `domain.md` §6).

use openapi::{
    directives::{DirectiveDraft, Secrecy},
    problem::{Code, Said},
    text::fold,
};

use crate::error::{Error, Result};

/// Refuses a document that says it is secret, by its mark or in its own text.
pub(super) fn refuse_secret(draft: &DirectiveDraft) -> Result<()> {
    let marked = draft.secrecy.is_some_and(|mark| mark != Secrecy::Thuong);
    let symbols = [draft.symbol.as_ref(), draft.number.as_ref()];
    let by_symbol = symbols.into_iter().flatten().any(|text| is_secret_symbol(text.as_str()));
    let by_text = draft.body.as_ref().is_some_and(|body| body.as_str().lines().take(40).any(is_stamp))
        || is_marked(draft.title.as_str());
    if marked || by_symbol || by_text { Err(refused()) } else { Ok(()) }
}

/// Refuses a text that bears the stamp: on a line of its own, or in a cell of the letterhead beside
/// the party's name. It is printed on every page.
pub(crate) fn refuse_secret_text(text: &str) -> Result<()> {
    let cells = |line: &str| line.split(['\t', '|']).flat_map(|cell| cell.split("   ")).any(is_stamp);
    let stamped = text.lines().any(|line| line.len() <= STAMPED_LINE && cells(line));
    let symbol = |line: &str| {
        let folded = fold(line);
        let number = folded.strip_prefix("so").map(|rest| rest.trim_start_matches([':', ' ']));
        number.and_then(|number| number.split(' ').next()).is_some_and(is_secret_symbol)
    };
    let head = text.lines().filter(|line| !line.trim().is_empty()).take(15);
    let by_symbol = head.filter(|line| line.len() <= STAMPED_LINE).any(symbol);
    if stamped || by_symbol { Err(refused()) } else { Ok(()) }
}

/// No line of a letterhead is longer, in bytes.
const STAMPED_LINE: usize = 300;

fn refused() -> Error {
    Error::said(
        Code::SecretDocument,
        Said::new(
            "Văn bản mang dấu Mật, Tối mật hoặc Tuyệt mật không được đưa vào hệ thống này. \
             Không có nội dung nào được lưu lại.",
            "A document marked secret may not be entered into this system. Nothing of it was kept.",
        ),
    )
}

/// A line that is nothing but the stamp, as it stands at the head of a document.
fn is_stamp(line: &str) -> bool {
    let letters = line.trim_matches(|c: char| !c.is_alphabetic());
    let loud = letters.chars().all(|c| !c.is_lowercase());
    let folded = fold(letters);
    let level = folded.strip_prefix("do mat").unwrap_or(&folded).trim_start_matches([':', ' ']);
    // “TÀI LIỆU MẬT” is the stamp; “tài liệu mật” is what a plan may be about.
    let kinds = ["tai lieu ", "van ban ", "dau "];
    let of_kind = kinds.into_iter().find_map(|kind| level.strip_prefix(kind)).filter(|_| loud);
    match of_kind.unwrap_or(level) {
        "mat" if of_kind.is_some() => letters.contains('Ậ'),
        "toi mat" | "tuyet mat" => true,
        // The word alone is also a name and half of others: only the stamp's capitals count.
        "mat" => loud && letters.contains(['ậ', 'Ậ']) || folded != level,
        _ => false,
    }
}

/// A title with the stamp in it: set off from the rest, or in capitals before words that are not.
fn is_marked(title: &str) -> bool {
    let set_off = |c: char| "()[]{};,.|/\"“”«»*–—\n".contains(c);
    // “Độ mật: Mật” keeps its colon, “MẬT: Kết luận” does not.
    let parts = title.split(set_off).flat_map(|part| part.split(" -")).flat_map(|part| part.split("- "));
    let stamped = |part: &str| is_stamp(part) || part.split(':').any(is_stamp);
    let loud = |word: &&str| !word.chars().any(char::is_lowercase);
    let first: Vec<&str> = title.split_whitespace().take_while(loud).collect();
    parts.into_iter().any(stamped) || is_stamp(&first.join(" "))
}

/// Symbols of secret documents begin or end with the level: `12/M-KL`, `05-KL/TM`.
fn is_secret_symbol(text: &str) -> bool {
    let folded = fold(text);
    folded.split(['/', '-', ' ']).any(|part| matches!(part, "mat" | "tuyetmat" | "toimat"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_is_seen_and_the_word_is_not() {
        for stamp in ["MẬT", "  TỐI MẬT ", "Tuyệt mật", "Độ mật: Mật", "(MẬT)", "ĐỘ MẬT: TỐI MẬT"]
        {
            assert!(is_stamp(stamp), "{stamp}");
        }
        for line in ["Mặt trận", "MẶT", "bí mật nhà nước", "Bảo mật thông tin", "mật", "Mất", ""]
        {
            assert!(!is_stamp(line), "{line}");
        }
    }

    #[test]
    fn a_title_is_marked_by_the_stamp_and_not_by_the_word() {
        for title in [
            "TÀI LIỆU MẬT",
            "MẬT",
            "MẬT - Kết luận hội nghị tháng 11",
            "[MẬT] Kết luận hội nghị",
            "Kết luận hội nghị (TÀI LIỆU MẬT)",
            "Kết luận hội nghị – Tối mật",
            "TÀI LIỆU MẬT Kết luận hội nghị",
            "MẬT Kết luận hội nghị",
            "Độ mật: Mật. Kết luận",
            "VĂN BẢN MẬT: KẾT LUẬN",
        ] {
            assert!(is_marked(title), "{title}");
        }
        for title in [
            "Kế hoạch bảo mật thông tin",
            "KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC",
            "Phát triển nghề nuôi ong lấy mật",
            "MẬT ONG RỪNG: sản phẩm OCOP",
            "Mật ong, nấm hương",
            "Kế hoạch kiểm kê tài liệu mật",
            "Kết luận về công tác Mặt trận",
            "MẶT TRẬN TỔ QUỐC",
            "Xã Mật Sơn: kế hoạch năm 2026",
            "Sản vật: mật, măng",
        ] {
            assert!(!is_marked(title), "{title}");
        }
    }

    #[test]
    fn a_stamp_is_seen_in_a_pasted_text() {
        let head = "ĐẢNG BỘ XÃ THÍ DỤ\tĐẢNG CỘNG SẢN VIỆT NAM\n";
        for secret in ["MẬT\n", "  TỐI MẬT  \n", "MẬT\tSuối Mơ, ngày 1/2/2026\n", "| MẬT | Suối Mơ |\n"]
        {
            assert!(refuse_secret_text(&format!("{head}{secret}Giao các thôn.")).is_err(), "{secret}");
        }
        for open in ["Mật độ dân số cao.\n", "Bảo vệ bí mật nhà nước\n", "Sơ kết Mặt trận\n", "Số 12-KL/ĐU\n"]
        {
            assert!(refuse_secret_text(&format!("{head}{open}Giao các thôn.")).is_ok(), "{open}");
        }
    }
}
