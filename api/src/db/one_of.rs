//! `IN` with a list, of which there are few texts. **Invariant: however long the list, it is one of a
//! handful of statements, each prepared once.**
//!
//! Diesel's `eq_any` is prepared anew each time on SQLite, which costs more than running it.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::ValidGrouping,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Bool, HasSqlType},
};

/// Says that a column is one of these values; of none nothing is.
pub fn one_of<C, T: Clone>(column: C, values: &[T]) -> OneOf<C, T> {
    let mut values = values.to_vec();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    OneOf { column, values }
}

/// See [`one_of`]. The last value stands there several times.
#[derive(Debug, Clone)]
pub struct OneOf<C, T> {
    column: C,
    values: Vec<T>,
}

impl<C: Expression, T> Expression for OneOf<C, T> {
    type SqlType = Bool;
}
impl<C, T, QS> AppearsOnTable<QS> for OneOf<C, T>
where
    C: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<C, T, QS> SelectableExpression<QS> for OneOf<C, T>
where
    C: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<C: ValidGrouping<G>, T, G> ValidGrouping<G> for OneOf<C, T> {
    type IsAggregate = C::IsAggregate;
}
/// Known by its text.
impl<C, T> QueryId for OneOf<C, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C, T, DB> QueryFragment<DB> for OneOf<C, T>
where
    DB: Backend + HasSqlType<C::SqlType>,
    C: Expression + QueryFragment<DB>,
    T: ToSql<C::SqlType, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(if self.values.is_empty() { " IN (NULL" } else { " IN (" });
        for (n, value) in self.values.iter().enumerate() {
            if n > 0 {
                out.push_sql(", ");
            }
            out.push_bind_param::<C::SqlType, T>(value)?;
        }
        out.push_sql(")");
        Ok(())
    }
}
