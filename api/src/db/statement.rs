//! A statement in words of our own, for what the query builder cannot say on both engines.
//! **Invariant: its words stand in the program; what comes from outside is only ever bound.**
//!
//! Unlike `diesel::sql_query` it is written once for both engines, and it is prepared once for each
//! text of it: on SQLite preparing a long statement costs more than running it.

use std::marker::PhantomData;

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types,
};
use openapi::value::{Date, Instant};

/// A statement that answers rows of the SQL type `ST`.
#[derive(Debug)]
pub struct Statement<ST> {
    parts: Vec<Part>,
    rows: PhantomData<fn() -> ST>,
}

#[derive(Debug)]
enum Part {
    Words(&'static str),
    Number(i32),
    Long(i64),
    Text(String),
    Day(Date),
    Moment(Instant),
}

impl<ST> Statement<ST> {
    /// A statement that begins with these words.
    #[must_use]
    pub fn new(words: &'static str) -> Self {
        Self { parts: vec![Part::Words(words)], rows: PhantomData }
    }
    /// Goes on with these words.
    pub fn say(&mut self, words: &'static str) -> &mut Self {
        self.parts.push(Part::Words(words));
        self
    }
    /// A number is bound here.
    pub fn number(&mut self, number: i32) -> &mut Self {
        self.parts.push(Part::Number(number));
        self
    }
    /// A long number is bound here.
    pub fn long(&mut self, number: i64) -> &mut Self {
        self.parts.push(Part::Long(number));
        self
    }
    /// A text is bound here: an id or a code.
    pub fn text(&mut self, text: impl std::fmt::Display) -> &mut Self {
        self.parts.push(Part::Text(text.to_string()));
        self
    }
    /// A day is bound here.
    pub fn day(&mut self, day: Date) -> &mut Self {
        self.parts.push(Part::Day(day));
        self
    }
    /// A moment is bound here.
    pub fn moment(&mut self, moment: Instant) -> &mut Self {
        self.parts.push(Part::Moment(moment));
        self
    }
    /// Texts are bound here, in parentheses, for `IN`; of none nothing is `IN`. The last stands
    /// there several times, so that there are few texts of a statement to prepare.
    pub fn texts<T: std::fmt::Display>(&mut self, texts: impl IntoIterator<Item = T>) -> &mut Self {
        let texts: Vec<String> = texts.into_iter().map(|text| text.to_string()).collect();
        let Some(last) = texts.last().cloned() else {
            return self.say("(NULL)");
        };
        let places = texts.len().next_power_of_two();
        let again = std::iter::repeat_n(last, places - texts.len());
        let mut between = "(";
        for text in texts.into_iter().chain(again) {
            self.say(between).parts.push(Part::Text(text));
            between = ", ";
        }
        self.say(")")
    }
}

impl<ST, DB> QueryFragment<DB> for Statement<ST>
where
    DB: Backend,
    i32: ToSql<sql_types::Integer, DB>,
    i64: ToSql<sql_types::BigInt, DB>,
    String: ToSql<sql_types::Text, DB>,
    Date: ToSql<sql_types::Date, DB>,
    Instant: ToSql<sql_types::Timestamp, DB>,
    DB: sql_types::HasSqlType<sql_types::Integer>
        + sql_types::HasSqlType<sql_types::BigInt>
        + sql_types::HasSqlType<sql_types::Text>
        + sql_types::HasSqlType<sql_types::Date>
        + sql_types::HasSqlType<sql_types::Timestamp>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Words(words) => out.push_sql(words),
                Part::Number(number) => out.push_bind_param::<sql_types::Integer, _>(number)?,
                Part::Long(number) => out.push_bind_param::<sql_types::BigInt, _>(number)?,
                Part::Text(text) => out.push_bind_param::<sql_types::Text, _>(text)?,
                Part::Day(day) => out.push_bind_param::<sql_types::Date, _>(day)?,
                Part::Moment(moment) => out.push_bind_param::<sql_types::Timestamp, _>(moment)?,
            }
        }
        Ok(())
    }
}

/// Known by its text, so that it is prepared once.
impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}
impl<ST, C> RunQueryDsl<C> for Statement<ST> {}
