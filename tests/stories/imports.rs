//! A document read into proposals: pasted or as a file, refused when secret, and nothing stored.

use std::io::Write;

use mobile_client::{Client, Failed};
use openapi::{
    access::{KeyScope, Role},
    calendar::{NamedEventDraft, PutNamedEvent},
    directives::{DirectiveKind, DirectivesQuery, ListDirectives},
    endpoint::Bytes,
    imports::{Import, ImportFile, ImportRequest, LeftOut, Proposal, TryFileImport, TryImport},
    problem::Code,
    tasks::{AssigneeRole, Basis, Cycle, DueSource},
    units::{PatchUnit, UnitKind, UnitPatch},
    value::Version,
};

use crate::{
    on_both,
    support::{World, id, name},
};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// A conclusion as Word prints it: the numbers before its items are Word's own.
const HEAD: [&str; 4] = [
    "KẾT LUẬN",
    "của Ban Thường vụ Đảng ủy xã Suối Mơ tại Hội nghị tháng 11/2026",
    "Ngày 03/11/2026, Ban Thường vụ Đảng ủy họp. Sau khi thảo luận, Ban Thường vụ Đảng ủy kết luận như sau:",
    "I. Nhiệm vụ trọng tâm tháng 11/2026",
];
const ITEMS: [&str; 3] = [
    "Giao Uỷ ban nhân dân xã chỉ đạo các thôn vệ sinh đường làng 02 lần/tháng.",
    "Xóm Đồng Sim hoàn thành sửa 02 căn nhà cho hộ khó khăn trước ngày 01/12/2026.",
    "Hội Nông dân xã và Thôn Đồng Sin phối hợp với Công an xã tặng quà hộ nghèo trước Tết Nguyên đán.",
];
const FOOT: [&str; 4] = ["Nơi nhận:", "- Các chi bộ,", "T/M BAN THƯỜNG VỤ", "Lò Văn Thí Dụ"];

fn pasted() -> String {
    let items = ITEMS.iter().zip(1..).map(|(item, at)| format!("{at}. {item}"));
    HEAD.iter()
        .map(|line| (*line).to_owned())
        .chain(items)
        .chain(FOOT.map(str::to_owned))
        .collect::<Vec<_>>()
        .join("\n\n")
}
async fn paste(client: &Client, text: &str) -> Result<Import, Failed> {
    let request = ImportRequest { text: text.parse().unwrap() };
    Ok(client.call::<TryImport>((), request).await?.reply)
}
async fn send(client: &Client, media: &str, content: Vec<u8>) -> Result<Import, Failed> {
    let file = ImportFile(Bytes { media: media.to_owned(), content });
    Ok(client.call::<TryFileImport>((), file).await?.reply)
}

/// A Word document whose items are numbered by Word.
fn docx() -> Vec<u8> {
    let paragraph = |text: &str, numbered: bool| {
        let list = r#"<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>"#;
        let (list, (first, rest)) =
            (if numbered { list } else { "" }, text.split_at(text.find(' ').unwrap()));
        format!(
            "<w:p>{list}<w:r><w:t>{first}</w:t></w:r><w:r><w:t xml:space=\"preserve\">{rest}</w:t></w:r></w:p>"
        )
    };
    let body: String = HEAD.iter().map(|text| paragraph(text, false)).collect::<String>()
        + &ITEMS.iter().map(|text| paragraph(text, true)).collect::<String>()
        + &FOOT.iter().map(|text| paragraph(text, false)).collect::<String>();
    let space = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;
    let numbering = r#"<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>"#;
    packed(&[
        ("word/document.xml", format!("<w:document {space}><w:body>{body}</w:body></w:document>")),
        ("word/numbering.xml", format!("<w:numbering {space}>{numbering}</w:numbering>")),
    ])
}
fn packed(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A PDF as a word processor makes it: each line set on its own, its letters by the font's codes.
fn pdf(lines: &[String]) -> Vec<u8> {
    let hex = |text: &str| text.encode_utf16().map(|unit| format!("{unit:04X}")).collect::<String>();
    let drawn: String = lines.iter().map(|line| format!("0 -30 Td <{}> Tj\n", hex(line))).collect();
    let content = format!("BT /F1 12 Tf 70 800 Td\n{drawn}ET");
    let cmap = "1 beginbfrange <0000> <FFFE> <0000> endbfrange";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /DW 500 >>] /ToUnicode 6 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{cmap}\nendstream", cmap.len()),
    ];
    let body: String =
        objects.iter().zip(1..).map(|(object, at)| format!("{at} 0 obj\n{object}\nendobj\n")).collect();
    format!("%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF").into_bytes()
}

/// What a proposal says that a task will be made of.
fn told(proposal: &Proposal) -> String {
    let who = proposal.assignees.iter().map(|a| {
        let class = a.assignee.class.map_or("", UnitKind::as_str);
        format!("{} {} {} {class}", a.assignee.name, a.assignee.role, a.assignee.units.len())
    });
    let who = who.collect::<Vec<_>>().join(", ");
    format!(
        "{:?} {} | {who} | {:?}",
        proposal.place.as_ref().map(|p| p.as_str()),
        proposal.content,
        proposal.due.on
    )
}

on_both! {
    async fn a_pasted_conclusion_becomes_proposals_bound_to_the_units_of_the_commune(world: &World) {
        let admin = world.admin().await;
        let committee = world.unit("UBND xã", UnitKind::Ubnd).await;
        let aliases = Some(vec![name("Ủy ban nhân dân xã")]);
        admin.change::<PatchUnit>(committee, Version::FIRST, UnitPatch { aliases, ..UnitPatch::default() }).await.unwrap();
        let village = world.village("Thôn Đồng Sim").await;
        let aliases = Some(vec![name("xóm Đồng Sim")]);
        admin.change::<PatchUnit>(village, Version::FIRST, UnitPatch { aliases, ..UnitPatch::default() }).await.unwrap();
        let police = world.unit("Công an xã", UnitKind::CongAn).await;
        let tet = id();
        let draft = NamedEventDraft { name: name("Tết Nguyên đán 2027"), from: "2027-02-06".parse().ok(), to: None };
        admin.call::<PutNamedEvent>(tet, draft).await.unwrap();

        let import = paste(&world.office().await, &pasted()).await.unwrap();
        assert_eq!(import.document.kind, Some(DirectiveKind::KetLuan));
        assert_eq!(import.document.issuer.unwrap().as_str(), "Ban Thường vụ Đảng ủy xã Suối Mơ");
        assert_eq!(import.document.meeting_on, "2026-11-03".parse().ok());
        assert_eq!(import.document.period.map(|period| period.to), "2026-11-30".parse().ok());
        assert_eq!(import.document.signer.unwrap().as_str(), "Lò Văn Thí Dụ");
        let [first, second, third] = import.proposals.as_slice() else { panic!("{:?}", import.proposals) };

        let who = |proposal: &Proposal| -> Vec<_> {
            let each = proposal.assignees.iter().map(|a| a.assignee.clone());
            each.map(|a| (a.name.to_string(), a.role, a.units, a.class)).collect()
        };
        use AssigneeRole::{ChuTri, PhoiHop};
        assert_eq!(first.place.as_ref().unwrap().as_str(), "I.1");
        assert_eq!(who(first), [
            ("Uỷ ban nhân dân xã".to_owned(), ChuTri, vec![committee], None),
            ("các thôn".to_owned(), PhoiHop, vec![], Some(UnitKind::Thon)),
        ]);
        let cycle = first.recurrence.as_ref().unwrap();
        assert_eq!((cycle.per, cycle.times.unwrap().get(), cycle.basis), (Cycle::Month, 2, Basis::Explicit));

        assert_eq!(who(second), [("Xóm Đồng Sim".to_owned(), ChuTri, vec![village], None)]);
        assert_eq!((second.due.on, second.due.source), ("2026-11-30".parse().ok(), DueSource::Stated));
        assert_eq!(second.due.text.as_ref().unwrap().as_str(), "trước ngày 01/12/2026");
        assert_eq!(second.targets[0].unit.as_ref().unwrap().as_str(), "căn nhà");
        // The words that led to it stand where it says they stand.
        let text: Vec<char> = import.text.chars().collect();
        for finding in &second.findings {
            let span = finding.span.unwrap();
            let words: String = text[usize::try_from(span.from).unwrap()..usize::try_from(span.to).unwrap()].iter().collect();
            assert!(words.starts_with(finding.words.as_ref().unwrap().as_str().trim_end_matches('…')), "{finding:?}");
        }

        // Nobody is bound who is only nearly meant: there is no association and no village of that name.
        assert_eq!(who(third), [
            ("Hội Nông dân xã".to_owned(), ChuTri, vec![], None),
            ("Thôn Đồng Sin".to_owned(), ChuTri, vec![], None),
            ("Công an xã".to_owned(), PhoiHop, vec![police], None),
        ]);
        let near = &third.assignees[1].candidates[0];
        assert!(near.unit == village && near.certainty.get() < 100);
        assert_eq!((third.due.event, third.due.on), (Some(tet), None));
        assert!(import.left_out.iter().any(|left| left.because == LeftOut::Recipients));
    }

    async fn a_word_document_and_a_pdf_are_read_as_what_was_pasted(world: &World) {
        world.village("Thôn Đồng Sim").await;
        let office = world.office().await;
        let told_of = |import: Import| import.proposals.iter().map(told).collect::<Vec<_>>();
        let expected = told_of(paste(&office, &pasted()).await.unwrap());
        assert_eq!(expected.len(), 3);
        assert_eq!(told_of(send(&office, DOCX, docx()).await.unwrap()), expected);
        let lines: Vec<String> = pasted().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        // What it is called does not matter.
        assert_eq!(told_of(send(&office, DOCX, pdf(&lines)).await.unwrap()), expected);
        assert_eq!(told_of(send(&office, "application/octet-stream", docx()).await.unwrap()), expected);
    }

    async fn a_table_gives_a_proposal_for_each_row(world: &World) {
        let office = world.office().await;
        let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
        let row = |cells: [&str; 4]| format!("<w:tr>{}</w:tr>", cells.map(cell).concat());
        let table = row(["TT", "Nội dung", "Đơn vị chủ trì", "Thời hạn"])
            + &row(["1", "Rà soát hộ nghèo", "Các thôn", "30/11/2026"])
            + &row(["2", "Tuần tra &amp; kiểm soát", "Công an xã", "Thường xuyên"]);
        let document = format!(
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:r><w:t>THÔNG BÁO</w:t></w:r></w:p><w:p><w:r><w:t>Thường trực Đảng ủy kết luận và giao các đơn vị thực hiện những nhiệm vụ sau:</w:t></w:r></w:p><w:tbl>{table}</w:tbl></w:document>"#
        );
        let import = send(&office, DOCX, packed(&[("word/document.xml", document)])).await.unwrap();
        let told: Vec<String> = import.proposals.iter().map(|p| format!("{} {:?}", p.assignees[0].assignee.name, p.due.on)).collect();
        assert_eq!(told, ["Các thôn Some(Date(2026-11-30))", "Công an xã None"]);
        assert!(import.proposals[1].content.as_str().starts_with("Tuần tra & kiểm soát"));
    }

    async fn nothing_of_what_was_read_is_stored(world: &World) {
        let office = world.office().await;
        let before = rows(world);
        paste(&office, &pasted()).await.unwrap();
        send(&office, DOCX, docx()).await.unwrap();
        assert_eq!(rows(world), before);
        assert!(office.query::<ListDirectives>((), DirectivesQuery::default()).await.unwrap().reply.items.is_empty());
    }

    async fn a_secret_document_is_refused_in_every_form(world: &World) {
        let office = world.office().await;
        let before = rows(world);
        for stamp in ["MẬT", "TỐI MẬT", "Độ mật: Tuyệt mật"] {
            let secret = format!("{stamp}\n{}", pasted());
            assert_eq!(paste(&office, &secret).await.unwrap_err().code(), Code::SecretDocument, "{stamp}");
        }
        let lines = ["MẬT".to_owned(), pasted().replace('\n', " ")];
        assert_eq!(send(&office, "application/pdf", pdf(&lines)).await.unwrap_err().code(), Code::SecretDocument);
        assert_eq!(rows(world), before);
    }

    async fn what_cannot_be_read_is_told_so(world: &World) {
        let office = world.office().await;
        let empty = packed(&[("word/document.xml", "<w:document><w:p/></w:document>".to_owned())]);
        let sheet = packed(&[("xl/workbook.xml", "<workbook/>".to_owned())]);
        let broken = packed(&[("word/document.xml", "<w:document><w:p></w:q>".to_owned())]);
        for (content, code) in [
            (b"nothing that anybody knows".to_vec(), Code::UnsupportedMedia),
            (b"PK\x03\x04 and then nothing".to_vec(), Code::Invalid),
            (sheet, Code::UnsupportedMedia),
            (broken, Code::Invalid),
            (empty, Code::Invalid),
            (b"%PDF-1.7 and then nothing".to_vec(), Code::Invalid),
            // A scan: a page with a picture and no text.
            (pdf(&[]), Code::Invalid),
        ] {
            let failed = send(&office, "application/pdf", content.clone()).await.unwrap_err();
            assert_eq!(failed.code(), code, "{:?}", String::from_utf8_lossy(&content));
        }
        assert_eq!(send(&office, "image/png", docx()).await.unwrap_err().status(), 415);
    }

    async fn a_megabyte_of_text_is_read(world: &World) {
        let office = world.office().await;
        let item = format!("{}\n", ITEMS[0]);
        let long: String = HEAD.join("\n") + "\n" + &item.repeat(700_000 / item.chars().count());
        assert!(long.len() > 900_000);
        let import = paste(&office, &long).await.unwrap();
        assert!(import.proposals.len() > 9_000, "{}", import.proposals.len());
    }

    async fn only_the_office_has_documents_read(world: &World) {
        world.village("Thôn Đồng Sim").await;
        for client in [
            world.leader().await,
            world.inspector().await,
            world.head_of("Thôn Đồng Sim").await,
            world.admin().await,
            world.key(&[KeyScope::ReadDirectives], None).await,
        ] {
            assert_eq!(paste(&client, &pasted()).await.unwrap_err().status(), 403);
        }
        assert_eq!(paste(&world.stranger(), &pasted()).await.unwrap_err().status(), 401);
        // A system that enters documents may have them read first.
        let system = world.key(&[KeyScope::ChangeDirectives], None).await;
        assert_eq!(paste(&system, &pasted()).await.unwrap().proposals.len(), 3);
        let clerk = world.somebody("van.thu", Role::Office, "Văn phòng Đảng ủy", UnitKind::VanPhong).await;
        paste(&clerk, &pasted()).await.unwrap();
    }
}

/// How many rows the tables hold that a document could leave a trace in.
fn rows(world: &World) -> Vec<i64> {
    use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
    #[derive(QueryableByName)]
    struct Many {
        #[diesel(sql_type = BigInt)]
        many: i64,
    }
    let mut connection = world.place().connect().unwrap();
    let tables = ["ledger", "directives", "tasks", "assignments", "attachments", "units"];
    let count = |table: &str| {
        let many: Many =
            sql_query(format!("SELECT count(*) AS many FROM {table}")).get_result(&mut connection).unwrap();
        many.many
    };
    tables.map(count).to_vec()
}
