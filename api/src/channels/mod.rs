//! Stand-in until the room is built.

use openapi::{id::Id, people::PersonId};

use crate::{access::Tenant, db::Writing, error::Result};

/// The id of a [`Message`].
pub(crate) type MessageId = Id<Message>;

/// A message for one person.
pub(crate) struct Message {
    pub id: MessageId,
    pub person: PersonId,
    pub title: String,
    pub body: String,
    pub lines: Vec<String>,
    pub link: Option<String>,
    pub urgent: bool,
}

/// Writes a message down.
pub(crate) fn post(_tx: &mut Writing<'_>, _tenant: Tenant, _message: &Message) -> Result<()> {
    Ok(())
}
