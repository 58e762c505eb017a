//! Units: the bodies that can be given work. **Invariant: a unit is never deleted; it ends on a day,
//! or is merged into another, and what it did stays its own.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    sessions::{example, example_date, example_id, example_instant},
    value::{Change, Count, Date, Instant, Name, Note, Page, Query, Version, codes},
};

codes! {
    /// What kind of body a unit is.
    UnitKind {
        DangUy = "dang_uy", "Đảng ủy", "Party committee";
        BanThuongVu = "ban_thuong_vu", "Ban Thường vụ", "Standing board";
        ThuongTruc = "thuong_truc", "Thường trực Đảng ủy", "Standing committee";
        Ubkt = "ubkt", "Ủy ban Kiểm tra", "Inspection committee";
        VanPhong = "van_phong", "Văn phòng Đảng ủy", "Party office";
        BanXayDungDang = "ban_xay_dung_dang", "Ban Xây dựng Đảng", "Party-building board";
        Hdnd = "hdnd", "Hội đồng nhân dân", "People's council";
        Ubnd = "ubnd", "Ủy ban nhân dân", "People's committee";
        PhongBan = "phong_ban", "Phòng, ban chuyên môn", "Specialised office";
        Mttq = "mttq", "Mặt trận Tổ quốc", "Fatherland Front";
        DoanThe = "doan_the", "Đoàn thể", "Mass organisation";
        CongAn = "cong_an", "Công an", "Police";
        QuanSu = "quan_su", "Quân sự", "Military command";
        TruongHoc = "truong_hoc", "Trường học", "School";
        TramYTe = "tram_y_te", "Trạm y tế", "Clinic";
        DonViSuNghiep = "don_vi_su_nghiep", "Đơn vị sự nghiệp", "Public service unit";
        ChiBo = "chi_bo", "Chi bộ", "Party cell";
        Thon = "thon", "Thôn, xóm, bản, tổ dân phố", "Village";
        /// A person or office-holder given work by name.
        CaNhan = "ca_nhan", "Cá nhân, chức danh", "Person or office-holder";
        Khac = "khac", "Khác", "Other";
    }
}

/// A unit in a word, wherever it is mentioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitBrief {
    /// Its id.
    pub id: UnitId,
    /// Its name as typed.
    pub name: Name,
    /// What kind of body it is.
    pub kind: UnitKind,
}
impl Dto for UnitBrief {
    fn example() -> Self {
        Self { id: example_id(0x31), name: example("Thôn Đồng Sim"), kind: UnitKind::Thon }
    }
}

/// What the administrator says of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitDraft {
    /// What kind of body it is.
    pub kind: UnitKind,
    /// Its name. No two units that exist at the same time may have the same name and kind.
    pub name: Name,
    /// Other names it goes by in documents.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub aliases: Vec<Name>,
    /// The unit it belongs to.
    pub parent: Option<UnitId>,
    /// Its first day; it has always existed without one.
    pub valid_from: Option<Date>,
    /// Its last day; it goes on without one.
    pub valid_to: Option<Date>,
}
impl Dto for UnitDraft {
    fn example() -> Self {
        Self {
            kind: UnitKind::Thon,
            name: example("Thôn Đồng Sim"),
            aliases: vec![example("xóm Đồng Sim"), example("Đ.Sim")],
            parent: Some(example_id(0x30)),
            valid_from: None,
            valid_to: None,
        }
    }
}

/// The id of a [`Unit`].
pub type UnitId = Id<Unit>;

/// A body that can be given work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// What is said of it.
    pub draft: UnitDraft,
    /// The unit it was merged into, if it was.
    pub merged_into: Option<UnitBrief>,
    /// The day from which the merger holds.
    pub merged_on: Option<Date>,
    /// Changes with every change.
    pub version: Version,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for Unit {
    fn example() -> Self {
        Self {
            id: example_id(0x31),
            draft: UnitDraft::example(),
            merged_into: None,
            merged_on: None,
            version: Version::FIRST,
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of a unit: absent keeps, `null` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitPatch {
    /// What kind of body it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<UnitKind>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Other names it goes by in documents; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 30)]
    pub aliases: Option<Vec<Name>>,
    /// The unit it belongs to.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<UnitId>)]
    pub parent: Change<UnitId>,
    /// Its first day.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub valid_from: Change<Date>,
    /// Its last day.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub valid_to: Change<Date>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for UnitPatch {
    fn example() -> Self {
        Self { name: Some(example("Thôn Đồng Sim Thượng")), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// Merge a unit into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitMerger {
    /// The unit that goes on.
    pub into: UnitId,
    /// The first day of the merger; the unit's last day is the day before.
    pub on: Date,
    /// The decision it rests on.
    pub reason: Note,
}
impl Dto for UnitMerger {
    fn example() -> Self {
        Self {
            into: example_id(0x32),
            on: example_date(1),
            reason: example("Theo nghị quyết của HĐND xã về sắp xếp thôn."),
        }
    }
}

/// What a merger did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitMergerResult {
    /// The unit that was merged.
    pub unit: Unit,
    /// Open assignments handed over to the other unit.
    pub moved: Count,
    /// Open assignments cancelled because the other unit already had the same work.
    pub cancelled: Count,
    /// People who now report for the other unit.
    pub people: Count,
}
impl Dto for UnitMergerResult {
    fn example() -> Self {
        Self { unit: Unit::example(), moved: Count::example(), cancelled: Count::of(2), people: Count::of(1) }
    }
    fn version(&self) -> Option<Version> {
        Some(self.unit.version)
    }
}

listing! {
    /// Which units to list.
    UnitsQuery {
        /// Only this kind.
        kind: UnitKind,
        /// Only those directly under this unit.
        parent: UnitId,
        /// Only those that exist on this day; all that ever existed without it.
        on: Date,
        /// Only those whose name or alias contains this, without regard to marks and case.
        q: Query,
    }
}

endpoints! {
    tag "Units";

    /// List units
    ///
    /// By kind and name, in pages. A reporter sees his own units, an overseer those in his charge.
    ListUnits = Get "/v1/units" as "list_units",
        access: Access::To(Action::ReadOrganisation),
        query: UnitsQuery,
        reply: Page<Unit>,
        answers: [200];

    /// Read a unit
    ///
    /// With its aliases, validity and merger.
    ReadUnit = Get "/v1/units/{unit}" as "read_unit",
        access: Access::To(Action::ReadOrganisation),
        path: UnitId,
        reply: Unit,
        answers: [200];

    /// Enter a unit
    ///
    /// The id is the caller's. Name and kind must not be those of another unit of the same time.
    PutUnit = Put "/v1/units/{unit}" as "put_unit",
        access: Access::To(Action::ChangeOrganisation),
        path: UnitId,
        body: UnitDraft,
        reply: Unit,
        answers: [201, 200], refuses: [Conflict, Duplicate];

    /// Change a unit
    ///
    /// A JSON merge patch. The tree may not become a circle.
    PatchUnit = Patch "/v1/units/{unit}" as "patch_unit",
        access: Access::To(Action::ChangeOrganisation),
        path: UnitId,
        body: UnitPatch,
        reply: Unit,
        answers: [200], refuses: [Duplicate], versioned: true;

    /// Merge a unit into another
    ///
    /// Ends the unit the day before, hands its open assignments over, and lets its people report
    /// for the other unit. What it completed stays its own. Where both had the same work, the
    /// merged unit's assignment is cancelled with the reason.
    MergeUnit = Put "/v1/units/{unit}/merge" as "merge_unit",
        access: Access::To(Action::ChangeOrganisation),
        path: UnitId,
        body: UnitMerger,
        reply: UnitMergerResult,
        answers: [200], refuses: [Conflict, WrongState];
}
