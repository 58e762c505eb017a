//! The store of the browser: IndexedDB. **Invariant: what `apply` answered is committed; a page that
//! was closed in the middle finds all of it or none.**
//!
//! Every call is one transaction whose requests are all made at once, and the call waits for the
//! transaction, not for the requests: a transaction that is left alone while something else is waited
//! for would close by itself.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use openapi::attachments::AttachmentId;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode,
};

use super::store::{Change, Room, Snapshot, Store, StoreError};

/// The object store of the files.
const FILES: &str = "files";
/// The version of the database's form. A new room needs a new one.
const FORM: u32 = 1;

/// A database of this browser.
#[derive(Debug, Clone)]
pub struct IndexedDb {
    database: IdbDatabase,
}

fn names() -> Array {
    let rooms = Room::ALL.iter().map(|room| room.name());
    rooms.chain([FILES]).map(JsValue::from_str).collect()
}

/// Why something failed, as the browser says it.
fn failed(error: &JsValue) -> StoreError {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "QuotaExceededError" => StoreError::Full,
        Some(error) => StoreError::Broken(format!("{}: {}", error.name(), error.message())),
        None => StoreError::Broken(format!("{error:?}")),
    }
}
fn not_there(what: &str) -> StoreError {
    StoreError::Broken(format!("this browser has no {what}"))
}

fn error_of(request: &IdbRequest) -> StoreError {
    let error = request.error().ok().flatten();
    error.map_or_else(|| not_there("answer to a request"), |error| failed(&error))
}

impl IndexedDb {
    /// Opens a database of this name, and makes it when there is none.
    ///
    /// # Errors
    /// When the browser does not allow it, as in some private windows.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let factory = Reflect::get(&js_sys::global(), &JsValue::from_str("indexedDB"));
        let factory: IdbFactory =
            factory.ok().and_then(|found| found.dyn_into().ok()).ok_or_else(|| not_there("IndexedDB"))?;
        let request = factory.open_with_u32(name, FORM).map_err(|error| failed(&error))?;
        let upgraded = request.clone();
        let upgrade = Closure::once_into_js(move || {
            // What cannot be made is missed when it is first used, and told then.
            let database = upgraded.result().ok().and_then(|found| found.dyn_into::<IdbDatabase>().ok());
            for room in names().iter().filter_map(|room| room.as_string()) {
                let _made = database.as_ref().map(|database| database.create_object_store(&room));
            }
        });
        request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
        let opened = Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
            request.set_onblocked(Some(&reject));
        });
        JsFuture::from(opened).await.map_err(|_event| error_of(&request))?;
        let database = request.result().map_err(|error| failed(&error))?;
        let database: IdbDatabase = database.dyn_into().map_err(|_other| not_there("database"))?;
        // A newer app in another tab wants to change the form: this one must not stand in its way.
        let closing = database.clone();
        let close = Closure::once_into_js(move || closing.close());
        database.set_onversionchange(Some(close.unchecked_ref()));
        Ok(Self { database })
    }

    /// A transaction that is committed when it is on disk, not when it is on its way there: cheap
    /// phones run out of power. Browsers that do not know the wish pass over it.
    fn writing(&self) -> Result<Transaction, StoreError> {
        let begun = || {
            let options = Object::new();
            Reflect::set(&options, &JsValue::from_str("durability"), &JsValue::from_str("strict"))?;
            let begin: Function =
                Reflect::get(&self.database, &JsValue::from_str("transaction"))?.dyn_into()?;
            begin.call3(&self.database, &names(), &JsValue::from_str("readwrite"), &options)?.dyn_into()
        };
        Ok(Transaction { inner: begun().map_err(|error| failed(&error))? })
    }
    fn reading(&self) -> Result<Transaction, StoreError> {
        let mode = IdbTransactionMode::Readonly;
        let begun = self.database.transaction_with_str_sequence_and_mode(&names(), mode);
        Ok(Transaction { inner: begun.map_err(|error| failed(&error))? })
    }
}

/// A transaction over all rooms.
struct Transaction {
    inner: IdbTransaction,
}

impl Transaction {
    fn room(&self, name: &str) -> Result<IdbObjectStore, StoreError> {
        self.inner.object_store(name).map_err(|error| failed(&error))
    }
    /// Waits until it is committed.
    async fn end(self) -> Result<(), StoreError> {
        // An error aborts it; so does a lack of room, which is found when it commits.
        let ended = Promise::new(&mut |resolve, reject| {
            self.inner.set_oncomplete(Some(&resolve));
            self.inner.set_onabort(Some(&reject));
        });
        let ended = JsFuture::from(ended).await;
        let why = || self.inner.error().map_or_else(|| not_there("finished write"), |error| failed(&error));
        ended.map(drop).map_err(|_event| why())
    }
    fn change(&self, change: &Change) -> Result<(), JsValue> {
        let room = |room: Room| self.inner.object_store(room.name());
        let files = || self.inner.object_store(FILES);
        let key = JsValue::from_str;
        match change {
            Change::Put(to, name, text) => room(*to)?.put_with_key(&key(text), &key(name)).map(drop),
            Change::Drop(from, name) => room(*from)?.delete(&key(name)).map(drop),
            Change::Clear(all) => room(*all)?.clear().map(drop),
            Change::PutFile(id, bytes) => {
                files()?.put_with_key(&Uint8Array::from(bytes.as_slice()), &key(id.as_str())).map(drop)
            }
            Change::DropFile(id) => files()?.delete(&key(id.as_str())).map(drop),
        }
    }
}

fn list(request: &IdbRequest) -> Result<Array, StoreError> {
    let found = request.result().map_err(|error| failed(&error))?;
    found.dyn_into().map_err(|_other| not_there("list"))
}

impl Store for IndexedDb {
    async fn apply(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let transaction = self.writing()?;
        for change in &changes {
            if let Err(error) = transaction.change(change) {
                // None of it holds, also what was asked before.
                let _aborted = transaction.inner.abort();
                return Err(failed(&error));
            }
        }
        transaction.end().await
    }

    async fn load(&self) -> Result<Snapshot, StoreError> {
        let transaction = self.reading()?;
        let mut asked = Vec::new();
        for room in Room::ALL {
            let store = transaction.room(room.name())?;
            let names = store.get_all_keys().map_err(|error| failed(&error))?;
            let texts = store.get_all().map_err(|error| failed(&error))?;
            asked.push((room, names, texts));
        }
        let files = transaction.room(FILES)?.get_all_keys().map_err(|error| failed(&error))?;
        transaction.end().await?;
        let mut snapshot = Snapshot::default();
        for (room, names, texts) in asked {
            let (names, texts) = (list(&names)?, list(&texts)?);
            let rows = names.iter().zip(texts.iter());
            let rows = rows.filter_map(|(name, text)| Some((name.as_string()?, text.as_string()?)));
            snapshot.rows_mut(room).extend(rows);
        }
        snapshot.files = list(&files)?.iter().filter_map(|name| name.as_string()).collect();
        Ok(snapshot)
    }

    async fn file(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        let transaction = self.reading()?;
        let request = transaction.room(FILES)?.get(&JsValue::from_str(id.as_str()));
        let request = request.map_err(|error| failed(&error))?;
        transaction.end().await?;
        let found = request.result().map_err(|error| failed(&error))?;
        Ok(found.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }
}
