//! Mounting endpoints: the one way from HTTP to a story. **Invariant: nothing is handed to a story
//! before the caller has been admitted by the endpoint's own `ACCESS`; a public story gets no scope.**

mod answer;
mod edge;
mod request;
mod told;

use std::{future::Future, net::IpAddr, rc::Rc, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard, web};
use openapi::{
    access::Access,
    endpoint::{Endpoint, Method, Reply},
    problem::Code,
    value::{Date, Instant, Version},
};

pub(crate) use self::told::{Asking, Stories};
pub use self::{
    answer::Answer,
    edge::{Limits, edge},
    request::PublicCall,
};
pub(crate) use self::{
    answer::{already_known, problem},
    edge::wrong_method,
};
use crate::{
    access::{Actor, Scope},
    db::{Reading, Writing},
    error::{Error, Result},
    people,
    state::State,
    tokens::Claims,
};

/// A request that was admitted: who asks, how far he reaches, and what for.
pub struct Call<E: Endpoint> {
    /// What is shared by all requests.
    pub state: Arc<State>,
    /// Who asks.
    pub actor: Arc<Actor>,
    /// How far he reaches for this endpoint's action.
    pub scope: Scope,
    /// Today, in his organisation's time zone.
    pub today: Date,
    /// The identifiers in the path.
    pub path: E::Path,
    /// The parameters after the question mark.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
    versions: Option<Vec<i32>>,
}

impl<E: Endpoint> Call<E> {
    /// How far the caller reaches for another action: to read what he acts upon, so that what he may
    /// see but not do is 403, and what he may not see is 404.
    ///
    /// # Errors
    /// When he may not do it at all.
    pub fn scope_to(&self, action: openapi::access::Action) -> Result<Scope> {
        self.actor.scope(action, self.today).ok_or_else(|| self.actor.refusal(action))
    }

    /// Holds the version the change was made from against the present one.
    ///
    /// # Errors
    /// `version_required` when the caller gave none, `stale` when somebody was faster.
    pub fn expect_version(&self, present: Version) -> Result<()> {
        use openapi::endpoint::RequestBody;
        let from_body = self.body.base().map(Version::get);
        if self.versions.is_none() && from_body.is_none() {
            return Err(Error::of(Code::VersionRequired));
        }
        // A proxy that compresses weakens the tag: then the version in the body speaks for itself.
        let speaks = |all: &&Vec<i32>| !all.is_empty() || from_body.is_none();
        let header = self.versions.as_ref().filter(speaks).is_none_or(|all| all.contains(&present.get()));
        let body = from_body.is_none_or(|version| version == present.get());
        if header && body { Ok(()) } else { Err(Error::of(Code::Stale)) }
    }
}

/// The endpoints that were mounted.
#[derive(Default)]
pub struct Routes {
    mounted: Vec<(Method, &'static str, &'static str, Route)>,
    stories: Stories,
}

/// Fails the build when a public endpoint is mounted where a caller is expected, or the reverse.
struct Guarded<E>(std::marker::PhantomData<E>);
impl<E: Endpoint> Guarded<E> {
    const SIGNED_IN: () = assert!(!matches!(E::ACCESS, Access::Public), "a public endpoint needs `open`");
    const PUBLIC: () = assert!(matches!(E::ACCESS, Access::Public), "this endpoint is not public");
}

/// What a story ends with.
pub type Told<E> = Result<Answer<<E as Endpoint>::Reply>>;
/// A story that reads.
pub type ReadStory<E> = fn(&mut Reading<'_>, &Call<E>) -> Told<E>;
/// A story that writes.
pub type WriteStory<E> = fn(&mut Writing<'_>, &Call<E>) -> Told<E>;

impl Routes {
    /// A story that reads. Each of its statements sees what is committed when it begins.
    pub fn read<E: Endpoint>(&mut self, story: ReadStory<E>) {
        let () = Guarded::<E>::SIGNED_IN;
        self.stories.keep_read::<E>(story);
        self.mount::<E, _, _>(move |parts| async move {
            let db = parts.state.db.clone();
            db.read(move |tx| {
                let call = parts.admit(tx)?;
                story(tx, &call)
            })
            .await
        });
    }

    /// A story that reads with several statements that must see the same state.
    pub fn snapshot<E: Endpoint>(&mut self, story: ReadStory<E>) {
        let () = Guarded::<E>::SIGNED_IN;
        self.mount::<E, _, _>(move |parts| async move {
            let db = parts.state.db.clone();
            db.snapshot(move |tx| {
                let call = parts.admit(tx)?;
                story(tx, &call)
            })
            .await
        });
    }

    /// A story that writes, in one transaction that may run twice.
    pub fn write<E>(&mut self, story: WriteStory<E>)
    where
        E: Endpoint,
    {
        let () = Guarded::<E>::SIGNED_IN;
        self.stories.keep_write::<E>(story);
        self.mount::<E, _, _>(move |parts| async move {
            let db = parts.state.db.clone();
            // Nobody who is not admitted may take the writer's time.
            let call = match parts.admit_remembered() {
                Ok(call) => call?,
                Err(parts) => db.read(move |tx| parts.admit(tx)).await?,
            };
            db.write(move |tx| story(tx, &call)).await
        });
    }

    /// A story of several steps, for work that must not be done inside a transaction, such as
    /// hashing a password.
    pub fn steps<E, F>(&mut self, story: fn(Call<E>) -> F)
    where
        E: Endpoint,
        F: Future<Output = Result<Answer<E::Reply>>> + 'static,
    {
        let () = Guarded::<E>::SIGNED_IN;
        self.mount::<E, _, _>(move |parts| async move {
            let db = parts.state.db.clone();
            let call = db.read(move |tx| parts.admit(tx)).await?;
            story(call).await
        });
    }

    /// A story for anyone.
    pub fn open<E, F>(&mut self, story: fn(PublicCall<E>) -> F)
    where
        E: Endpoint,
        F: Future<Output = Result<Answer<E::Reply>>> + 'static,
    {
        let () = Guarded::<E>::PUBLIC;
        let handler = move |request: HttpRequest, payload: web::Payload| async move {
            let answered = async {
                let state = request::state(&request)?;
                let address = edge::address(&request);
                let asked = request::read::<E>(&request, payload).await?;
                story(PublicCall { state, address, path: asked.path, query: asked.query, body: asked.body })
                    .await
            };
            answer::respond::<E>(&request, answered.await)
        };
        self.add::<E>(handler);
    }

    fn mount<E, F, Fut>(&mut self, story: F)
    where
        E: Endpoint,
        F: Fn(Parts<E>) -> Fut + 'static,
        Fut: Future<Output = Result<Answer<E::Reply>>>,
    {
        let story = Rc::new(story);
        let handler = move |request: HttpRequest, payload: web::Payload| {
            let story = Rc::clone(&story);
            async move {
                let answered = async {
                    let state = request::state(&request)?;
                    let caller = edge::caller(&request)?;
                    let asked = request::read::<E>(&request, payload).await;
                    story(Parts { state, caller, asked }).await
                };
                answer::respond::<E>(&request, answered.await)
            }
        };
        self.add::<E>(handler);
    }

    fn add<E: Endpoint>(
        &mut self,
        handler: impl actix_web::Handler<(HttpRequest, web::Payload), Output = HttpResponse>,
    ) {
        let method = match E::METHOD {
            Method::Get => actix_web::http::Method::GET,
            Method::Post => actix_web::http::Method::POST,
            Method::Put => actix_web::http::Method::PUT,
            Method::Patch => actix_web::http::Method::PATCH,
            Method::Delete => actix_web::http::Method::DELETE,
        };
        let route = match E::METHOD {
            // What can be got can be asked about (RFC 9110 §9.1); Actix leaves the body out.
            Method::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            _ => web::method(method),
        };
        self.mounted.push((E::METHOD, E::PATH, E::NAME, route.to(handler)));
    }

    /// The names of what is mounted, for the test that nothing of the contract is missing.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.mounted.iter().map(|(_, _, name, _)| *name).collect()
    }

    /// What was mounted, to be told without HTTP.
    pub(crate) fn stories(self) -> Stories {
        self.stories
    }

    /// Hands everything to Actix: one resource for each path, so that a wrong method is told which
    /// ones would be right.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        let mut resources: Vec<(&'static str, Vec<Method>, Resource)> = Vec::new();
        for (method, path, _, route) in self.mounted {
            if let Some(found) = resources.iter().position(|(p, _, _)| *p == path) {
                let (path, mut methods, resource) = resources.swap_remove(found);
                methods.push(method);
                resources.push((path, methods, resource.route(route)));
            } else {
                resources.push((path, vec![method], web::resource(path).route(route)));
            }
        }
        // Literal segments before identifiers: `/v1/assignments/counts` is not an assignment.
        resources.sort_by_key(|(path, _, _)| path.replace('{', "~"));
        for (_, mut methods, resource) in resources {
            methods.sort_unstable();
            let named = |method: &Method| match method {
                Method::Get => "GET, HEAD",
                other => other.as_str(),
            };
            let allow = methods.iter().map(named).collect::<Vec<_>>().join(", ");
            config.service(resource.default_service(web::to(move |request: HttpRequest| {
                let refused = edge::wrong_method(&allow);
                async move { answer::problem(&request, refused) }
            })));
        }
        config.default_service(web::to(|request: HttpRequest| async move {
            answer::problem(&request, Error::not_found())
        }));
    }
}

/// Who has shown that he may ask.
#[derive(Clone)]
enum Caller {
    /// Somebody with a valid token.
    Person(Claims),
    /// Another system with a key that works.
    System(Arc<Actor>),
}

/// A request whose caller has shown a valid token or key, and which has been read, well or badly.
struct Parts<E: Endpoint> {
    state: Arc<State>,
    caller: Caller,
    asked: Result<request::Asked<E>>,
}

impl<E: Endpoint> Parts<E> {
    /// Admits without a connection, when the caller is remembered.
    fn admit_remembered(self) -> std::result::Result<Result<Call<E>>, Box<Self>> {
        let now = self.state.db.clock().now();
        let known = match &self.caller {
            Caller::Person(claims) => self.state.actors.get(claims.dev, now),
            Caller::System(actor) => Some(Arc::clone(actor)),
        };
        match known {
            Some(actor) => Ok(self.admit_as(actor, now)),
            None => Err(Box::new(self)),
        }
    }

    /// Looks the caller up, asks the access table, and only then looks at what was asked.
    fn admit(self, tx: &mut Reading<'_>) -> Result<Call<E>> {
        let actor = match &self.caller {
            Caller::Person(claims) => actor(&self.state, *claims, tx)?,
            Caller::System(actor) => Arc::clone(actor),
        };
        self.admit_as(actor, tx.now())
    }

    fn admit_as(self, actor: Arc<Actor>, now: Instant) -> Result<Call<E>> {
        let today = actor.house.day(now);
        let scope = match E::ACCESS {
            Access::To(action) => actor.scope(action, today).ok_or_else(|| actor.refusal(action))?,
            Access::SignedIn if actor.grant.is_some() => return Err(Actor::for_people()),
            Access::SignedIn | Access::Public => actor.own_scope(),
        };
        let asked = self.asked?;
        Ok(Call {
            state: self.state,
            actor,
            scope,
            today,
            path: asked.path,
            query: asked.query,
            body: asked.body,
            versions: asked.versions,
        })
    }
}

/// Who is asking: remembered, or read from the database.
fn actor(state: &State, claims: Claims, tx: &mut Reading<'_>) -> Result<Arc<Actor>> {
    let now = tx.now();
    if let Some(actor) = state.actors.get(claims.dev, now) {
        return Ok(actor);
    }
    let generation = state.actors.generation();
    let actor = people::store::actor(tx, claims)?.ok_or_else(|| Error::of(Code::SessionEnded))?;
    let actor = Arc::new(actor);
    state.actors.put(&actor, now, generation);
    Ok(actor)
}

/// The address a request comes from, for counting what strangers try.
pub type Address = Option<IpAddr>;

/// The next page of a list, as `Link` says it.
fn next_link<R: Reply>(request: &HttpRequest, reply: &R) -> Option<String> {
    let next = reply.next()?;
    let mut query: Vec<(String, String)> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    query.push(("cursor".to_owned(), next.as_str().to_owned()));
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Some(format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&")))
}
