//! The invented commune "xã Suối Mơ": complete, lively, and always as of today, because its ninety days
//! are lived through again whenever it is made. **Invariant: nothing is written here that the API
//! could not have written; nobody and no place in it exists.**
//!
//! The texts stand in `texts/`, where a clerk may edit them; `texts/README.md` says how. [`run`] plays
//! them on a clock that is set into the past, through the very stories the API tells, all in one
//! transaction: the demo is there whole, or not at all.

mod commune;
mod days;
mod deeds;
mod documents;
mod history;
mod lives;
mod stage;
mod texts;

use std::{collections::HashSet, num::NonZeroU32, sync::Arc};

use diesel::Connection;
use openapi::{
    problem::Code,
    value::{Instant, Name, Slug, UserName},
};

use self::{commune::ADMINISTRATOR, days::Days, history::History, stage::Stage, texts::Texts};
use crate::{
    access::{House, Tenant},
    app,
    clock::Clock,
    config::Channels,
    db::{AnyConnection, Place, Writing},
    error::{Error, Result},
    ledger,
    organisation::{Founding, found},
    people,
    state::State,
};

/// Everybody's password in the demo.
pub const PASSWORD: &str = "dondoc-demo-2026";
/// The short name of the commune.
pub const SLUG: &str = "xa-suoi-mo";

/// Somebody who can sign in, with [`PASSWORD`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// What he signs in with.
    pub user_name: String,
    /// Who he is and what he sees, in Vietnamese.
    pub what: String,
}

/// Fills an empty database with the commune, as of a moment. Takes some seconds.
///
/// # Errors
/// `conflict` when the database holds an organisation already; nothing is changed then. Else what the
/// database says, and nothing is kept.
pub async fn run(place: &Place, now: Instant) -> Result<Vec<Login>> {
    let state = app::open(&app::Options {
        place: place.clone(),
        clock: Clock::standing_at(now),
        workers: 1,
        connections: 2,
        requests_per_minute: NonZeroU32::MAX,
        trusted_proxies: HashSet::new(),
        metrics_from: HashSet::new(),
        outgoing_allow_hosts: crate::net::Allowed::default(),
        warns: false,
        public_url: String::new(),
        app: None,
        office: None,
        channels: Channels::default(),
    })
    .await?;
    let (shared, place) = (Arc::clone(&state), place.clone());
    let played = tokio::task::spawn_blocking(move || {
        let mut connection = place.connect()?;
        connection.transaction(|connection| play(connection, &shared, now))
    });
    played.await.map_err(|bad| Error::Broken(format!("the invented commune: {bad}")))??;
    ledger::seal(&state.db).await?;
    logins()
}

fn play(connection: &mut AnyConnection, state: &Arc<State>, now: Instant) -> Result<()> {
    /// Organisations are numbered from 1 and never deleted.
    const FIRST: Tenant = 1;
    if people::store::house(&mut Writing::on(connection, now), FIRST)?.is_some() {
        return Err(Error::because(
            Code::Conflict,
            "Cơ sở dữ liệu đã có một đơn vị; xã mẫu chỉ tạo được trong cơ sở dữ liệu trống.",
            "The database holds an organisation already; the invented commune needs an empty one.",
        ));
    }
    let texts = Texts::read()?;
    let founding = Founding {
        name: texts::fit::<Name>("Đảng bộ xã Suối Mơ")?,
        slug: texts::fit::<Slug>(SLUG)?,
        administrator: texts::fit::<Name>("Quản trị hệ thống")?,
        user_name: texts::fit::<UserName>(ADMINISTRATOR)?,
    };
    // A day before everything else, so that it comes first whatever the hour is.
    let set_up = now.plus(chrono::TimeDelta::days(commune::SET_UP - 1));
    let mut tx = Writing::on(connection, set_up);
    let founded = found(&mut tx, &founding)?;
    let house: Option<House> = people::store::house(&mut tx, founded.tenant)?;
    let house = house.ok_or_else(|| Error::Broken("the invented commune was not founded".to_owned()))?;
    let days = Days::from(now, &house);
    let mut stage = Stage::new(connection, Arc::clone(state), house, days);
    let (cast, events) = commune::enter(&mut stage, &texts, founded, PASSWORD)?;
    History::new(&mut stage, &texts, &cast, events).unfold()
}

/// Who can sign in: the parts worth trying first, then everybody else.
fn logins() -> Result<Vec<Login>> {
    const FIRST: [(&str, &str); 8] = [
        (ADMINISTRATOR, "Quản trị: đơn vị, người dùng, cài đặt."),
        ("van.phong", "Văn phòng Đảng ủy: nhập văn bản, giao việc, đôn đốc."),
        ("thuong.truc", "Thường trực Đảng ủy: duyệt báo cáo, cho gia hạn, xem việc quá hạn."),
        ("uy.vien", "Ủy viên phụ trách sáu thôn, sáu chi bộ và Trường Mầm non."),
        ("kiem.tra", "Ủy ban Kiểm tra: xem tất cả, cả nhật ký; không sửa gì."),
        ("truong.thon.1", "Trưởng Thôn Bến Sậy: có việc bị trả lại và việc đang xin gia hạn."),
        ("truong.thon.2", "Trưởng Thôn Đồng Mây: có việc chờ duyệt và việc quá hạn."),
        ("bi.thu.1", "Bí thư Chi bộ thôn Bến Sậy."),
    ];
    let mut logins: Vec<Login> = FIRST
        .iter()
        .map(|(user_name, what)| Login { user_name: (*user_name).to_owned(), what: (*what).to_owned() })
        .collect();
    for role in Texts::read()?.roles {
        if logins.iter().all(|login| login.user_name != role.user_name) {
            let what = format!("{}: {}, {}.", role.role.vi(), role.name, role.unit);
            logins.push(Login { user_name: role.user_name, what });
        }
    }
    Ok(logins)
}
