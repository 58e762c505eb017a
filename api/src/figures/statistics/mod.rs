//! The statistics: the five classes in which the Government counts work, and the rates.

mod store;

use std::collections::HashMap;

use openapi::{
    directives::DirectiveId,
    figures::{Figures, PerMille, ReadStatistics, Statistics, StatisticsBy, StatisticsRow},
    problem::{FieldCode, Language},
    text::fold,
    timeliness::{Tally, rate},
    units::UnitId,
    value::{Count, Name, Phrase},
};

use self::store::{Bounds, Counts, Key};
use super::{About, Asked, named, no_later_than_written, nobody, store as shared, words};
use crate::{
    db::Reading,
    error::{Error, Result},
    serve::{Answer, Call},
};

pub(super) fn read(tx: &mut Reading<'_>, call: &Call<ReadStatistics>) -> Result<Answer<Statistics>> {
    let (query, house) = (&call.query, &call.actor.house);
    let about = About::of(tx, &call.actor, &call.scope, call.today, &Asked::from(query))?;
    let bounds = Bounds {
        due_from: query.due_from,
        due_to: query.due_to,
        soon: no_later_than_written(about.day.plus(i64::from(house.due_soon.get()))),
        recent: house.end_of(about.day.plus(-i64::from(house.update_rate_days.get()))),
    };
    let counted = if about.is_empty() { Vec::new() } else { counted(tx, &about, query.by, &bounds)? };
    let mut total = Counts::default();
    for (_, counts) in &counted {
        total += *counts;
    }
    let rows = match query.by {
        Some(by) => rows(tx, &about, by, counted, call.actor.language)?,
        None => Vec::new(),
    };
    Ok(Answer::ok(Statistics { as_of: about.day, computed_at: tx.now(), total: figures(&total), rows }))
}

type Counted = Vec<(Option<String>, Counts)>;

fn counted(
    tx: &mut Reading<'_>,
    about: &About,
    by: Option<StatisticsBy>,
    bounds: &Bounds,
) -> Result<Counted> {
    let key = match by {
        None | Some(StatisticsBy::Unknown) => Key::None,
        Some(StatisticsBy::Unit | StatisticsBy::UnitKind | StatisticsBy::Overseer) => Key::Unit,
        Some(StatisticsBy::Directive) => Key::Directive,
        Some(StatisticsBy::Period) => Key::Month,
    };
    store::counts(tx, about, key, bounds)
}

/// The counts of one row to be, with its name.
struct Sum {
    key: Option<String>,
    name: Name,
    counts: Counts,
}

fn rows(
    tx: &mut Reading<'_>,
    about: &About,
    by: StatisticsBy,
    counted: Counted,
    language: Language,
) -> Result<Vec<StatisticsRow>> {
    // What only cancelled work stands under is no row.
    let counted = counted.into_iter().filter(|(_, counts)| *counts != Counts::default()).collect();
    let mut sums = match by {
        StatisticsBy::Directive => by_directive(tx, about, counted)?,
        StatisticsBy::Period => by_month(counted, language)?,
        _ => by_unit(tx, about, by, counted, language)?,
    };
    if sums.len() > super::GROUPS_AT_MOST {
        return Err(Error::field(
            "?by",
            FieldCode::TooMany,
            "Quá nhiều dòng; hãy lọc bớt.",
            "Too many rows; ask for less.",
        ));
    }
    if by == StatisticsBy::Period {
        // What has no due date comes last.
        sums.sort_by(|one, other| (one.key.is_none(), &one.key).cmp(&(other.key.is_none(), &other.key)));
    } else {
        sums.sort_by_cached_key(|sum| (sum.key.is_none(), fold(sum.name.as_str()), sum.key.clone()));
    }
    let row = |sum: Sum| StatisticsRow {
        key: sum.key.and_then(|key| Phrase::try_from(key).ok()),
        name: sum.name,
        figures: figures(&sum.counts),
    };
    Ok(sums.into_iter().map(row).collect())
}

fn by_directive(tx: &mut Reading<'_>, about: &About, counted: Counted) -> Result<Vec<Sum>> {
    let ids: Vec<DirectiveId> = counted.iter().filter_map(|(key, _)| key.as_deref()?.parse().ok()).collect();
    let titles = shared::titles(tx, about.tenant, &ids)?;
    let sum = |(key, counts): (Option<String>, Counts)| {
        let id: Option<DirectiveId> = key.as_deref().and_then(|key| key.parse().ok());
        let title = id.and_then(|id| titles.get(&id));
        Ok(Sum { key, name: named(title.map_or("", |title| title.as_str()))?, counts })
    };
    counted.into_iter().map(sum).collect()
}

fn by_month(counted: Counted, language: Language) -> Result<Vec<Sum>> {
    let sum = |(key, counts): (Option<String>, Counts)| {
        let name = match key.as_deref().and_then(|key| key.split_once('-')) {
            Some((year, month)) if language == Language::En => named(&format!("{month}/{year}"))?,
            Some((year, month)) => named(&format!("Tháng {month}/{year}"))?,
            None => words(language, "Không hạn", "No due date")?,
        };
        Ok(Sum { key, name, counts })
    };
    counted.into_iter().map(sum).collect()
}

fn by_unit(
    tx: &mut Reading<'_>,
    about: &About,
    by: StatisticsBy,
    counted: Counted,
    language: Language,
) -> Result<Vec<Sum>> {
    let counted: Vec<(UnitId, Counts)> =
        counted.into_iter().filter_map(|(key, counts)| Some((key?.parse().ok()?, counts))).collect();
    let ids: Vec<UnitId> = counted.iter().map(|(id, _)| *id).collect();
    let overseen = shared::overseen(tx, about.tenant, &ids, about.day)?;
    let mut sums: HashMap<Option<String>, Sum> = HashMap::new();
    let mut add = |key: Option<String>, name: Name, counts: Counts| {
        let sum = sums.entry(key.clone()).or_insert(Sum { key, name, counts: Counts::default() });
        sum.counts += counts;
    };
    for (id, counts) in counted {
        let Some(overseen) = overseen.get(&id) else { continue };
        match by {
            StatisticsBy::UnitKind => {
                let kind = overseen.unit.kind;
                let name = if language == Language::En { kind.en() } else { kind.vi() };
                add(Some(kind.to_string()), named(name)?, counts);
            }
            StatisticsBy::Overseer if overseen.overseers.is_empty() => add(None, nobody(language)?, counts),
            StatisticsBy::Overseer => {
                for person in &overseen.overseers {
                    add(Some(person.id.to_string()), person.name.clone(), counts);
                }
            }
            _ => add(Some(id.to_string()), overseen.unit.name.clone(), counts),
        }
    }
    Ok(sums.into_values().collect())
}

fn figures(counts: &Counts) -> Figures {
    let tally = Tally {
        done_on_time: counts.done_on_time,
        done_late: counts.done_late,
        open_in_time: counts.open_in_time,
        open_overdue: counts.open_overdue,
        no_deadline: counts.no_deadline,
    };
    let done = counts.done_on_time + counts.done_late;
    let open = counts.open_in_time + counts.open_overdue;
    let per_mille = |rate: Option<i64>| rate.and_then(|rate| PerMille::try_from(rate).ok());
    Figures {
        done_on_time: Count::of(counts.done_on_time),
        done_late: Count::of(counts.done_late),
        open_in_time: Count::of(counts.open_in_time),
        open_overdue: Count::of(counts.open_overdue),
        no_deadline: Count::of(counts.no_deadline),
        total: Count::of(done + open + counts.no_deadline),
        due_soon: Count::of(counts.due_soon),
        submitted: Count::of(counts.submitted),
        excused: Count::of(counts.excused),
        paused: Count::of(counts.paused),
        completion_rate: per_mille(tally.completion_rate()),
        on_time_rate: per_mille(tally.on_time_rate()),
        update_rate: per_mille(rate(counts.updated, open)),
        on_original_time_rate: per_mille(rate(counts.done_on_original_time, done)),
    }
}
