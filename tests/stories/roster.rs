//! Sheets of units and people: tried, brought in whole, or not at all.

use std::io::Write;

use mobile_client::{Answered, Client, Failed};
use openapi::{
    access::Role,
    endpoint::{Bytes, Nothing},
    id::Id,
    people::{Anonymisation, AnonymisePerson, ListPeople, PeopleQuery, PersonDraft, PutPerson, ReadPerson},
    problem::{Code, FieldCode},
    roster::{PutRoster, RosterImportId, RosterReport, RosterRow, RosterSheet, RowOutcome, TryRoster},
    units::{ListUnits, MergeUnit, ReadUnit, Unit, UnitKind, UnitMerger, UnitsQuery},
    value::Version,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    on_both,
    support::{World, id, name, note},
};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADING: &str = "loai;don_vi;ten_khac;truc_thuoc;ho_ten;dien_thoai;ten_dang_nhap;vai_tro";

fn csv(text: &str) -> RosterSheet {
    RosterSheet(Bytes { media: "text/csv".to_owned(), content: text.as_bytes().to_vec() })
}
fn sheet(lines: &[&str]) -> RosterSheet {
    csv(&format!("{HEADING}\n{}", lines.join("\n")))
}

/// A cell of a workbook.
enum Cell {
    Text(&'static str),
    Number(i64),
}

/// A workbook as a spreadsheet writes it, its cells by address.
fn workbook(cells: &[(&str, Cell)]) -> Vec<u8> {
    let row = |address: &str| -> u32 { address.trim_start_matches(char::is_alphabetic).parse().unwrap() };
    let mut rows: std::collections::BTreeMap<u32, String> = std::collections::BTreeMap::new();
    for (address, cell) in cells {
        *rows.entry(row(address)).or_default() += &match cell {
            Cell::Text(text) => format!(r#"<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>"#),
            Cell::Number(number) => format!(r#"<c r="{address}"><v>{number}</v></c>"#),
        };
    }
    let rows: String = rows.iter().map(|(row, cells)| format!(r#"<row r="{row}">{cells}</row>"#)).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    packed(&[
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ])
}
fn packed(files: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in files {
        archive.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
fn xlsx(content: Vec<u8>) -> RosterSheet {
    RosterSheet(Bytes { media: XLSX.to_owned(), content })
}

async fn attempt(admin: &Client, sheet: RosterSheet) -> RosterReport {
    admin.call::<TryRoster>((), sheet).await.unwrap().reply
}
async fn put(
    admin: &Client,
    import: RosterImportId,
    sheet: RosterSheet,
) -> Result<Answered<RosterReport>, Failed> {
    admin.call::<PutRoster>(import, sheet).await
}
async fn bring_in(admin: &Client, sheet: RosterSheet) -> RosterReport {
    put(admin, id(), sheet).await.unwrap().reply
}

fn outcomes(report: &RosterReport) -> Vec<RowOutcome> {
    report.rows.iter().map(|row| row.outcome).collect()
}
/// What is wrong, by row and column.
fn problems(report: &RosterReport) -> Vec<(u32, String, FieldCode)> {
    let of = |row: &RosterRow| {
        let number = row.row;
        row.problems.clone().into_iter().map(move |p| (number, p.column.to_string(), p.code))
    };
    report.rows.iter().flat_map(of).collect()
}
fn counts(report: &RosterReport) -> (bool, i32, i32, i32) {
    (report.stored, report.units_created.get(), report.people_created.get(), report.refused.get())
}
async fn units(admin: &Client) -> Vec<Unit> {
    admin.query::<ListUnits>((), UnitsQuery::default()).await.unwrap().reply.items
}
async fn unit_named(admin: &Client, called: &str) -> Option<Unit> {
    units(admin).await.into_iter().find(|unit| unit.draft.name == name(called))
}
async fn people_count(admin: &Client) -> usize {
    admin.query::<ListPeople>((), PeopleQuery::default()).await.unwrap().reply.items.len()
}

on_both! {
    async fn a_sheet_is_tried_and_then_brought_in_as_tried(world: &World) {
        let admin = world.admin().await;
        let commune = sheet(&[
            "Ủy ban nhân dân;UBND xã;Uỷ ban xã|UBND;;Lò Thị Ví Dụ;0987 654 321;;Văn phòng",
            "thon;Thôn Đồng Sim;;UBND xã;Bàn Văn Mẫu;0912.345.678;ban.van.mau;reporter",
            ";;;;;;;",
            "xóm;Thôn Bản Cuôn;;;;;;",
            ";Thôn Bản Cuôn;;;Hà Văn Thử;+84 934 567 890;;Người báo cáo, Ủy viên phụ trách",
        ]);
        let tried = attempt(&admin, commune.clone()).await;
        assert_eq!(problems(&tried), []);
        use RowOutcome::{Created, Empty};
        assert_eq!(outcomes(&tried), [Created, Created, Empty, Created, Created]);
        assert_eq!(tried.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_eq!(counts(&tried), (false, 3, 3, 0));
        assert_eq!((units(&admin).await.len(), people_count(&admin).await), (1, 1));

        let import = id();
        let done = put(&admin, import, commune.clone()).await.unwrap();
        assert_eq!((done.status, counts(&done.reply)), (201, (true, 3, 3, 0)));
        assert_eq!(outcomes(&done.reply), outcomes(&tried));
        let row = &done.reply.rows[1];
        let unit = admin.call::<ReadUnit>(row.unit.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!((unit.draft.kind, &unit.draft.name), (UnitKind::Thon, &name("Thôn Đồng Sim")));
        let committee = admin.call::<ReadUnit>(unit.draft.parent.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!(committee.draft.aliases, [name("Uỷ ban xã"), name("UBND")]);
        let head = admin.call::<ReadPerson>(row.person.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!((&head.draft.name, head.activated), (&name("Bàn Văn Mẫu"), false));
        assert_eq!(head.draft.phone.unwrap().as_str(), "0912345678");
        assert_eq!((head.draft.roles[0].role, head.draft.roles[0].unit), (Role::Reporter, unit.id));
        let both = admin.call::<ReadPerson>(done.reply.rows[4].person.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!(both.draft.roles.len(), 2);

        // Sent again, because the answer was lost: the same answer, and nothing twice.
        let again = put(&admin, import, commune.clone()).await.unwrap();
        assert_eq!((again.status, &again.reply), (200, &done.reply));
        let other = put(&admin, import, sheet(&["thon;Thôn Khác;;;;;;"])).await.unwrap_err();
        assert_eq!(other.code(), Code::Conflict);
        // As another import it adds nothing.
        let third = put(&admin, id(), commune).await.unwrap().reply;
        assert_eq!(counts(&third), (true, 0, 0, 0));
        let present = RowOutcome::Present;
        assert_eq!(outcomes(&third), [present, present, Empty, present, present]);
        assert_eq!((units(&admin).await.len(), people_count(&admin).await), (4, 4));
    }

    async fn one_bad_row_keeps_the_whole_sheet_out_and_may_be_mended_under_the_same_id(world: &World) {
        let admin = world.admin().await;
        let import = id();
        let bad = sheet(&["thon;Thôn Một;;;;;;", "thon;Thôn Hai;;;Bàn Văn Mẫu;12345;;reporter"]);
        let refused = put(&admin, import, bad).await.unwrap();
        assert_eq!((refused.status, counts(&refused.reply)), (200, (false, 2, 0, 1)));
        assert_eq!(outcomes(&refused.reply), [RowOutcome::Created, RowOutcome::Refused]);
        assert_eq!(problems(&refused.reply), [(3, "dien_thoai".to_owned(), FieldCode::BadValue)]);
        assert_eq!((units(&admin).await.len(), people_count(&admin).await), (1, 1));
        let good = sheet(&["thon;Thôn Một;;;;;;", "thon;Thôn Hai;;;Bàn Văn Mẫu;0912345678;;reporter"]);
        assert_eq!(put(&admin, import, good).await.unwrap().status, 201);
        assert_eq!((units(&admin).await.len(), people_count(&admin).await), (3, 2));
    }

    async fn every_row_says_what_is_wrong_with_it(world: &World) {
        let admin = world.admin().await;
        let report = attempt(&admin, sheet(&[
            "tinh;Thôn Một;;;;;;",
            ";Thôn Hai;;;;;;",
            "thon;;;;Bàn Văn Mẫu;0912345678;;reporter",
            "thon;Thôn Ba;;Huyện nào đó;;;;",
            "thon;Thôn Bốn;;;Bàn Văn Mẫu;;;",
            "thon;Thôn Năm;;;;0912345678;;reporter",
            "thon;Thôn Sáu;;;Bàn Văn Mẫu;0912345678;;truong_thon",
            "thon;Thôn Bảy;;;Bàn Văn Mẫu;0912345678;Có Dấu;integration",
            "thon;Thôn Tám;;;;;;;thừa",
            "thon;Thôn Chín;;;Bàn Văn Mẫu;0912345678;;reporter, Người báo cáo",
        ])).await;
        use FieldCode::{BadValue, Duplicate, NotAllowedHere, NotKnown, Required, TooMany};
        let expected = [
            (2, "loai", NotKnown),
            (3, "loai", Required),
            (4, "don_vi", Required),
            (5, "truc_thuoc", NotKnown),
            (6, "dien_thoai", Required),
            (6, "vai_tro", Required),
            (7, "ho_ten", Required),
            (8, "vai_tro", NotKnown),
            (9, "ten_dang_nhap", BadValue),
            (9, "vai_tro", NotAllowedHere),
            (10, "don_vi", TooMany),
            (11, "vai_tro", Duplicate),
        ];
        assert_eq!(problems(&report), expected.map(|(row, column, code)| (row, column.to_owned(), code)));
        assert!(outcomes(&report).iter().all(|outcome| *outcome == RowOutcome::Refused));
        assert_eq!(report.refused.get(), 10);
        let english = attempt(&admin, sheet(&["tinh;Thôn Một;;;;;;"])).await;
        assert!(english.rows[0].problems[0].detail.as_str().contains("tinh"));
    }

    async fn what_stands_twice_in_a_sheet_is_found(world: &World) {
        let admin = world.admin().await;
        let report = attempt(&admin, sheet(&[
            "thon;Thôn Một;;;;;;",
            "thon;THÔN  MỘT;;;;;;",
            ";Thôn Một;;;Bàn Văn Mẫu;0912345678;;reporter",
            ";Thôn Một;;;Bàn Văn Mẫu;+84912345678;;Người báo cáo",
            ";Thôn Một;;;Lò Thị Ví Dụ;0912345678;;reporter",
            ";Thôn Một;;;Hà Văn Thử;0987654321;mot;reporter",
            ";Thôn Một;;;Hà Văn Thử Hai;0987654322;mot;reporter",
            ";Thôn Một;;;Hà Văn Thử;0987654321;hai.ba;overseer",
            ";Thôn Một;Xóm Khác;;Hà Văn Bốn;0987654323;;reporter",
            "chi_bo;Thôn Một;;;;;;",
        ])).await;
        use FieldCode::Duplicate;
        let expected = [
            (3, "don_vi", Duplicate),
            (5, "ho_ten", Duplicate),
            (6, "dien_thoai", Duplicate),
            (8, "ten_dang_nhap", Duplicate),
            (9, "dien_thoai", Duplicate),
            (10, "ten_khac", Duplicate),
        ];
        assert_eq!(problems(&report), expected.map(|(row, column, code)| (row, column.to_owned(), code)));
        // The cell of a village has the village's name and is another unit.
        assert_eq!(report.rows[9].outcome, RowOutcome::Created);
    }

    async fn one_person_in_two_rows_holds_both_roles(world: &World) {
        let admin = world.admin().await;
        let report = bring_in(&admin, sheet(&[
            "thon;Thôn Một;;;Bàn Văn Mẫu;0912345678;;reporter",
            "chi_bo;Chi bộ Thôn Một;;;BÀN VĂN MẪU;0912345678;;reporter",
        ])).await;
        assert_eq!(counts(&report), (true, 2, 1, 0));
        assert_eq!(report.rows[0].person, report.rows[1].person);
        let person = admin.call::<ReadPerson>(report.rows[0].person.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!((person.draft.roles.len(), person.draft.name), (2, name("Bàn Văn Mẫu")));
    }

    async fn what_is_there_already_stays_as_it_is(world: &World) {
        let admin = world.admin().await;
        let unit = world.village("Thôn Đồng Sim").await;
        let person = id();
        let draft = PersonDraft {
            name: name("Bàn Văn Mẫu"),
            phone: Some("0912345678".parse().unwrap()),
            user_name: None,
            roles: vec![],
            language: None,
        };
        let before = admin.call::<PutPerson>(person, draft).await.unwrap().reply;
        let report = bring_in(&admin, sheet(&[
            "thon;THON DONG SIM;xóm Sim;;BAN VAN MAU;0912345678;ban.van.mau;reporter",
        ])).await;
        assert_eq!((outcomes(&report), counts(&report)), (vec![RowOutcome::Present], (true, 0, 0, 0)));
        let row = &report.rows[0];
        assert_eq!((row.unit, row.person), (Some(unit), Some(person)));
        // Shown under the names they have.
        assert_eq!(row.unit_name, Some(name("Thôn Đồng Sim")));
        assert_eq!(row.person_name, Some(name("Bàn Văn Mẫu")));
        assert_eq!(admin.call::<ReadPerson>(person, Nothing).await.unwrap().reply, before);
        let unit = admin.call::<ReadUnit>(unit, Nothing).await.unwrap().reply;
        assert_eq!(unit.version, Version::FIRST);
        // His number under another name is not his row.
        let other = attempt(&admin, sheet(&[";Thôn Đồng Sim;;;Lò Thị Ví Dụ;0912345678;;reporter"])).await;
        assert_eq!(problems(&other), [(2, "dien_thoai".to_owned(), FieldCode::Duplicate)]);
    }

    async fn a_unit_is_known_by_its_other_names_and_its_kind(world: &World) {
        let admin = world.admin().await;
        bring_in(&admin, sheet(&[
            "thon;Thôn Đồng Sim;Đ.Sim;;;;;",
            "thon;Xuân Sơn;;;;;;",
            "chi_bo;Xuân Sơn;;;;;;",
        ])).await;
        let report = attempt(&admin, sheet(&[
            ";d.sim;;;Bàn Văn Mẫu;0912345678;;reporter",
            ";Xuân Sơn;;;Bàn Văn Hai;0912345679;;reporter",
            "chi_bo;Xuân Sơn;;;Bàn Văn Ba;0912345670;;reporter",
            "thon;Thôn Mới;;Xuân Sơn;;;;",
        ])).await;
        use FieldCode::{BadValue, Required};
        let expected = [(3, "loai", Required), (5, "truc_thuoc", BadValue)];
        assert_eq!(problems(&report), expected.map(|(row, column, code)| (row, column.to_owned(), code)));
        assert_eq!(report.rows[0].unit_name, Some(name("Thôn Đồng Sim")));
    }

    async fn the_unit_above_may_stand_further_down_but_not_in_a_circle(world: &World) {
        let admin = world.admin().await;
        let report = bring_in(&admin, sheet(&[
            "chi_bo;Chi bộ Một;;Chi bộ Hai;;;;",
            "chi_bo;Chi bộ Hai;;Đảng bộ xã Suối Mơ;;;;",
        ])).await;
        assert_eq!(counts(&report), (true, 2, 0, 0));
        let one = unit_named(&admin, "Chi bộ Một").await.unwrap();
        let two = unit_named(&admin, "Chi bộ Hai").await.unwrap();
        assert_eq!((one.draft.parent, two.draft.parent.is_some()), (Some(two.id), true));
        let circle = attempt(&admin, sheet(&[
            "chi_bo;A;;B;;;;",
            "chi_bo;B;;C;;;;",
            "chi_bo;C;;A;;;;",
            "chi_bo;D;;D;;;;",
            "chi_bo;E;;;;;;",
        ])).await;
        let expected = [2, 3, 4, 5].map(|row| (row, "truc_thuoc".to_owned(), FieldCode::NotAllowedHere));
        assert_eq!(problems(&circle), expected);
    }

    async fn a_unit_that_is_no_more_is_not_brought_back_by_a_sheet(world: &World) {
        let admin = world.admin().await;
        let (old, new) = (world.village("Thôn Cũ").await, world.village("Thôn Mới").await);
        let merger = UnitMerger { into: new, on: world.today(), reason: note("Sáp nhập.") };
        admin.change::<MergeUnit>(old, Version::FIRST, merger).await.unwrap();
        let report = attempt(&admin, sheet(&["thon;Thôn Cũ;;;Bàn Văn Mẫu;0912345678;;reporter"])).await;
        assert_eq!(problems(&report), [(2, "don_vi".to_owned(), FieldCode::NotAllowedHere)]);
    }

    async fn a_workbook_is_read_as_a_sheet_is(world: &World) {
        use Cell::{Number, Text};
        let admin = world.admin().await;
        let book = workbook(&[
            ("A1", Text("Loại")), ("B1", Text("Đơn vị")), ("C1", Text("Họ và tên")),
            ("D1", Text("Số điện thoại")), ("E1", Text("Vai trò")),
            ("A2", Text("Thôn")), ("B2", Text("Thôn Đồng Sim")), ("C2", Text("Bàn Văn Mẫu")),
            // A spreadsheet takes the number for a number, and the 0 is gone.
            ("D2", Number(912_345_678)), ("E2", Text("Người báo cáo")),
            ("A4", Text("Thôn")), ("B4", Text("Thôn Bản Cuôn")),
        ]);
        let report = bring_in(&admin, xlsx(book)).await;
        use RowOutcome::{Created, Empty};
        assert_eq!((outcomes(&report), counts(&report)), (vec![Created, Empty, Created], (true, 2, 1, 0)));
        let head = admin.call::<ReadPerson>(report.rows[0].person.unwrap(), Nothing).await.unwrap().reply;
        assert_eq!(head.draft.phone.unwrap().as_str(), "0912345678");
    }

    async fn a_malformed_sheet_is_refused_with_the_reason(world: &World) {
        use Cell::Text;
        let admin = world.admin().await;
        let latin = RosterSheet(Bytes { media: "text/csv".into(), content: b"don_vi\nTh\xf4n".to_vec() });
        let bomb = packed(&[("xl/worksheets/sheet1.xml", "0".repeat(100 << 20))]);
        assert!(bomb.len() < 1 << 20);
        use FieldCode::{BadValue, Duplicate, Required, TooMany, UnknownField};
        let malformed = [
            (csv(""), "/", Required),
            (csv("ho_ten\nBàn Văn Mẫu"), "/don_vi", Required),
            (csv("don_vi,don_vi\nA,B"), "/don_vi", Duplicate),
            (csv("don_vi,Chức vụ/Ghi chú\nA,B"), "/Chức vụ~1Ghi chú", UnknownField),
            (csv(&format!("don_vi\n{}", "A\n".repeat(5001))), "/", TooMany),
            (latin, "/", BadValue),
            (xlsx(b"don_vi\nA".to_vec()), "/", BadValue),
            (xlsx(packed(&[("xl/nothing.xml", String::new())])), "/", BadValue),
            (xlsx(bomb), "/", TooMany),
            // One cell at the far end of a sheet is no reason to make room for all before it.
            (xlsx(workbook(&[("A1", Text("don_vi")), ("A1048576", Text("A"))])), "/", TooMany),
            (xlsx(workbook(&[("A1", Text("don_vi")), ("XFD2", Text("A"))])), "/", TooMany),
        ];
        for (sheet, pointer, code) in malformed {
            for refused in [
                admin.call::<TryRoster>((), sheet.clone()).await.unwrap_err(),
                put(&admin, id(), sheet.clone()).await.unwrap_err(),
            ] {
                let problem = refused.problem().unwrap();
                let field = &problem.fields[0];
                assert_eq!((problem.status, field.pointer.as_str(), field.code), (422, pointer, code));
            }
        }
        let picture = RosterSheet(Bytes { media: "image/png".into(), content: b"don_vi\nA".to_vec() });
        assert_eq!(admin.call::<TryRoster>((), picture).await.unwrap_err().status(), 415);
    }

    async fn sheets_are_the_administrators_business(world: &World) {
        let rows = sheet(&["thon;Thôn Một;;;;;;"]);
        for client in [world.office().await, world.head_of("Thôn Đồng Sim").await, world.inspector().await] {
            assert_eq!(client.call::<TryRoster>((), rows.clone()).await.unwrap_err().status(), 403);
            assert_eq!(put(&client, id(), rows.clone()).await.unwrap_err().status(), 403);
        }
        assert_eq!(put(&world.stranger(), id(), rows).await.unwrap_err().status(), 401);
    }

    async fn whoever_is_anonymised_is_gone_from_the_report_too(world: &World) {
        let admin = world.admin().await;
        let (import, rows) = (id(), sheet(&["thon;Thôn Một;;;Bàn Văn Mẫu;0912345678;;reporter"]));
        let report = put(&admin, import, rows.clone()).await.unwrap().reply;
        let why = Anonymisation { reason: note("Theo yêu cầu.") };
        admin.call::<AnonymisePerson>(report.rows[0].person.unwrap(), why).await.unwrap();
        let again = put(&admin, import, rows).await.unwrap().reply;
        assert_eq!(again.rows[0].person, report.rows[0].person);
        assert_ne!(again.rows[0].person_name, report.rows[0].person_name);
    }

    async fn a_sheet_sent_many_times_at_once_goes_in_once(world: &World) {
        let admin = world.admin().await;
        let rows = sheet(&["thon;Thôn Một;;;Bàn Văn Mẫu;0912345678;;reporter"]);
        let import: RosterImportId = id();
        let sends = (0..5).map(|_| put(&admin, import, rows.clone()));
        let answers = futures_util::future::join_all(sends).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert!(answers.iter().all(|answer| answer.reply == answers[0].reply));
        assert_eq!((units(&admin).await.len(), people_count(&admin).await), (2, 2));
    }

    async fn a_sheet_of_the_whole_commune_goes_in(world: &World) {
        let admin = world.admin().await;
        let lines: Vec<String> = (0..1000)
            .map(|number| format!("thon;Thôn số {};;;Bàn Văn {number};09{number:08};;reporter", number / 10))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let report = bring_in(&admin, sheet(&lines)).await;
        assert_eq!(counts(&report), (true, 100, 1000, 0));
    }

    async fn whatever_the_sheet_the_dry_run_says_what_the_real_one_does(world: &World) {
        let admin = world.admin().await;
        bring_in(&admin, sheet(&["thon;Thôn Một;Xóm Một;;Bàn Văn Mẫu;0912345678;;reporter"])).await;
        let cell = |values: &'static [&'static str]| proptest::sample::select(values);
        let row = (
            cell(&["", "thon", "thon", "chi_bo", "tinh"]),
            cell(&["", "Thôn Một", "Xóm Một", "Thôn Hai", "THÔN HAI", "Thôn Ba", "Thôn Bốn"]),
            cell(&["", "", "", "Thôn Hai", "Xóm Hai"]),
            cell(&["", "", "", "Thôn Ba", "Thôn Hai", "Thôn Một"]),
            cell(&["", "Bàn Văn Mẫu", "Lò Thị Ví Dụ", "Hà Văn Thử"]),
            cell(&["", "0912345678", "0987654321", "+84987654321", "12"]),
            cell(&["", "", "vi.du", "thu"]),
            cell(&["", "reporter", "Người báo cáo; overseer", "admin"]),
        )
            .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h].join(","));
        let sheets = proptest::collection::vec(row, 1..7)
            .prop_map(|rows| csv(&format!("{}\n{}", HEADING.replace(';', ","), rows.join("\n"))));
        let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), chance);
        let mut stored = 0;
        for _ in 0..150 {
            let sheet = sheets.new_tree(&mut runner).unwrap().current();
            let before = (units(&admin).await.len(), people_count(&admin).await);
            let tried = attempt(&admin, sheet.clone()).await;
            let done = put(&admin, id(), sheet).await.unwrap().reply;
            assert_eq!(outcomes(&tried), outcomes(&done));
            assert_eq!(problems(&tried), problems(&done));
            assert_eq!(done.stored, tried.refused.get() == 0);
            let added = |count: openapi::value::Count| {
                if done.stored { usize::try_from(count.get()).unwrap() } else { 0 }
            };
            let after = (before.0 + added(done.units_created), before.1 + added(done.people_created));
            assert_eq!((units(&admin).await.len(), people_count(&admin).await), after);
            stored += u32::from(done.stored && done.units_created.get() + done.people_created.get() > 0);
        }
        assert!(stored >= 2, "only {stored} sheets added something");
        let unknown: RosterImportId = Id::new(1, [1; 10]);
        assert_eq!(put(&admin, unknown, csv("")).await.unwrap_err().status(), 422);
    }
}
