//! Stories told in the same process, without HTTP: how the invented commune is filled. **Invariant:
//! whoever asks is admitted by the endpoint's own `ACCESS`, as over HTTP, and no story has a second
//! copy for this.**

use std::{any::Any, collections::HashMap, sync::Arc};

use openapi::{access::Access, endpoint::Endpoint};

use super::{Answer, Call};
use crate::{
    access::Actor,
    db::{Reading, Writing},
    error::{Error, Result},
    state::State,
};

type Reads<E> = fn(&mut Reading<'_>, &Call<E>) -> Result<Answer<<E as Endpoint>::Reply>>;
type Writes<E> = fn(&mut Writing<'_>, &Call<E>) -> Result<Answer<<E as Endpoint>::Reply>>;

/// The stories of what was mounted, by the names of their endpoints.
#[derive(Default)]
pub(crate) struct Stories(HashMap<&'static str, Box<dyn Any + Send>>);

/// Who asks, and for what.
pub(crate) struct Asking<'a, E: Endpoint> {
    /// What is shared by all requests.
    pub state: &'a Arc<State>,
    /// Who asks.
    pub actor: &'a Arc<Actor>,
    /// The identifiers in the path.
    pub path: E::Path,
    /// The parameters after the question mark.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
}

impl Stories {
    pub(super) fn keep_read<E: Endpoint>(&mut self, story: Reads<E>) {
        self.0.insert(E::NAME, Box::new(story));
    }
    pub(super) fn keep_write<E: Endpoint>(&mut self, story: Writes<E>) {
        self.0.insert(E::NAME, Box::new(story));
    }

    /// Tells a story that reads.
    ///
    /// # Errors
    /// What the story refuses, or that no such story was mounted.
    pub(crate) fn read<E: Endpoint>(&self, tx: &mut Reading<'_>, asked: Asking<'_, E>) -> Result<E::Reply> {
        let story = self.story::<E, Reads<E>>()?;
        let call = asked.admitted(tx)?;
        story(tx, &call).map(Answer::reply)
    }

    /// Tells a story that writes, in a transaction the caller holds.
    ///
    /// # Errors
    /// What the story refuses, or that no such story was mounted.
    pub(crate) fn write<E: Endpoint>(&self, tx: &mut Writing<'_>, asked: Asking<'_, E>) -> Result<E::Reply> {
        let story = self.story::<E, Writes<E>>()?;
        let call = asked.admitted(tx)?;
        story(tx, &call).map(Answer::reply)
    }

    fn story<E: Endpoint, S: Copy + 'static>(&self) -> Result<S> {
        let story = self.0.get(E::NAME).and_then(|story| story.downcast_ref::<S>());
        story.copied().ok_or_else(|| Error::Broken(format!("no such story is mounted: {}", E::NAME)))
    }
}

impl<E: Endpoint> Asking<'_, E> {
    fn admitted(self, tx: &Reading<'_>) -> Result<Call<E>> {
        let today = self.actor.house.day(tx.now());
        let scope = match E::ACCESS {
            Access::To(action) => self.actor.scope(action, today).ok_or_else(Error::not_allowed)?,
            Access::SignedIn | Access::Public => self.actor.own_scope(),
        };
        Ok(Call {
            state: Arc::clone(self.state),
            actor: Arc::clone(self.actor),
            scope,
            today,
            path: self.path,
            query: self.query,
            body: self.body,
            versions: None,
        })
    }
}
