//! The places to go. **Invariant: a place is shown to whoever the contract's table lets read what is there,
//! and to nobody else.**

use openapi::access::Action;

use crate::office::{
    route::{Pile, Route, Shelf},
    session::Office,
    words::Frame,
};

/// A place to go.
#[derive(Clone, Copy)]
pub struct Place {
    /// Its screen.
    pub route: Route,
    /// What it is called.
    pub word: Frame,
    /// What it belongs to.
    pub group: Frame,
    /// A small picture, as a path on a field of 24 by 24.
    pub icon: &'static str,
    /// Whoever may do this sees it.
    wants: Action,
}

const fn place(route: Route, word: Frame, group: Frame, wants: Action, icon: &'static str) -> Place {
    Place { route, word, group, icon, wants }
}

const ALL: &[Place] = &[
    place(
        Route::Home,
        Frame::Home,
        Frame::GroupWork,
        Action::ReadOrganisation,
        "M4 11l8-7 8 7v9h-5v-6h-6v6H4z",
    ),
    place(
        Route::Documents(Shelf::All),
        Frame::Documents,
        Frame::GroupWork,
        Action::ReadDirectives,
        "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    ),
    place(
        Route::Work(Pile::All),
        Frame::Work,
        Frame::GroupWork,
        Action::ReadAssignments,
        "M4 6l2 2 3-4M4 13l2 2 3-4M4 20l2 2 3-4M13 6h7M13 13h7M13 20h7",
    ),
    place(
        Route::Units,
        Frame::Units,
        Frame::GroupCommune,
        Action::ReadOrganisation,
        "M12 3v5M5 21v-5h14v5M12 8v8M9 3h6v5H9zM3 21h4M10 21h4M17 21h4",
    ),
    place(
        Route::People,
        Frame::People,
        Frame::GroupCommune,
        Action::ReadPeople,
        "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-4 3-7 7-7s7 3 7 7M16 3a4 4 0 0 1 0 8M18 14c3 1 4 4 4 7",
    ),
    place(
        Route::Oversights,
        Frame::Oversights,
        Frame::GroupCommune,
        Action::ReadPeople,
        "M12 21s7-6 7-12a7 7 0 0 0-14 0c0 6 7 12 7 12zM12 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    ),
    place(
        Route::Calendar,
        Frame::Calendar,
        Frame::GroupCommune,
        Action::ReadOrganisation,
        "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
    ),
    place(
        Route::Ladder,
        Frame::Ladder,
        Frame::GroupCommune,
        Action::PreviewWarnings,
        "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
    ),
    place(
        Route::Keys,
        Frame::Keys,
        Frame::GroupSystem,
        Action::ReadKeys,
        "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9M18 12v4M15 12v3",
    ),
    place(
        Route::Webhooks,
        Frame::Webhooks,
        Frame::GroupSystem,
        Action::ReadWebhooks,
        "M9 15l6-6M11 6l2-2a4 4 0 0 1 6 6l-2 2M13 18l-2 2a4 4 0 0 1-6-6l2-2",
    ),
    place(
        Route::Audit,
        Frame::Audit,
        Frame::GroupSystem,
        Action::ReadAudit,
        "M12 8v5l3 2M12 21a9 9 0 1 0-9-9M3 12l-1-3M3 12l3-1",
    ),
    place(
        Route::Settings,
        Frame::Settings,
        Frame::GroupSystem,
        Action::ReadOrganisation,
        "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
    ),
];

/// Those that whoever is signed in may see.
pub fn places(office: Office) -> Vec<Place> {
    ALL.iter().filter(|place| office.may(place.wants)).copied().collect()
}
