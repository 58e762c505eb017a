//! What every store must do, told as one list of small tests. **Invariant: a store passes all of it,
//! natively or in the browser it runs in.** A browser test opens an empty database and calls
//! [`conformance`].

use openapi::attachments::AttachmentId;

use super::store::{Change, Room, Snapshot, Store, StoreError};

fn told(step: &str) -> impl Fn(StoreError) -> String {
    let step = step.to_owned();
    move |error| format!("{step}: {error}")
}

fn same<T: PartialEq + std::fmt::Debug>(step: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{step}: found {found:?}, expected {expected:?}"))
}

fn put(room: Room, name: &str, text: &str) -> Change {
    Change::Put(room, name.to_owned(), text.to_owned())
}

fn rows(snapshot: &Snapshot, room: Room) -> Vec<(String, String)> {
    snapshot.room(room).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Runs all of it on an empty store, and leaves it empty.
///
/// # Errors
/// Which step failed, and how.
pub async fn conformance<S: Store>(store: &S) -> Result<(), String> {
    rows_come_back_in_order(store).await?;
    changes_hold_in_their_order(store).await?;
    rooms_do_not_touch_each_other(store).await?;
    files_come_back_byte_for_byte(store).await?;
    everything_can_be_emptied(store).await
}

async fn rows_come_back_in_order<S: Store>(store: &S) -> Result<(), String> {
    let step = "rows come back in order";
    let text = "Đã xong \"2/3\" căn\n\u{1f33e}\u{0}";
    store
        .apply(vec![put(Room::Queue, "b", text), put(Room::Queue, "a.0000000000000002", "2")])
        .await
        .map_err(told(step))?;
    store.apply(vec![put(Room::Queue, "a.0000000000000010", "10")]).await.map_err(told(step))?;
    let found = store.load().await.map_err(told(step))?;
    let expected = pairs(&[("a.0000000000000002", "2"), ("a.0000000000000010", "10"), ("b", text)]);
    same(step, &rows(&found, Room::Queue), &expected)
}

async fn changes_hold_in_their_order<S: Store>(store: &S) -> Result<(), String> {
    let step = "changes hold in their order";
    let changes = vec![
        put(Room::Book, "x", "1"),
        put(Room::Book, "x", "2"),
        Change::Drop(Room::Book, "never there".to_owned()),
        put(Room::Filling, "gone", "1"),
        Change::Drop(Room::Filling, "gone".to_owned()),
        put(Room::Filling, "cleared", "1"),
        Change::Clear(Room::Filling),
        put(Room::Filling, "after", "3"),
    ];
    store.apply(changes).await.map_err(told(step))?;
    let found = store.load().await.map_err(told(step))?;
    same(step, &rows(&found, Room::Book), &pairs(&[("x", "2")]))?;
    same(step, &rows(&found, Room::Filling), &pairs(&[("after", "3")]))
}

async fn rooms_do_not_touch_each_other<S: Store>(store: &S) -> Result<(), String> {
    let step = "rooms do not touch each other";
    store
        .apply(vec![put(Room::Desk, "x", "desk"), Change::Clear(Room::Filling)])
        .await
        .map_err(told(step))?;
    let found = store.load().await.map_err(told(step))?;
    same(step, &rows(&found, Room::Book), &pairs(&[("x", "2")]))?;
    same(step, &rows(&found, Room::Desk), &pairs(&[("x", "desk")]))?;
    same(step, &rows(&found, Room::Queue).len(), &3)
}

async fn files_come_back_byte_for_byte<S: Store>(store: &S) -> Result<(), String> {
    let step = "files come back byte for byte";
    let (one, two) = (AttachmentId::new(1, [1; 10]), AttachmentId::new(2, [2; 10]));
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    same(step, &store.file(one).await.map_err(told(step))?, &None)?;
    store.apply(vec![Change::PutFile(one, bytes.clone())]).await.map_err(told(step))?;
    store.apply(vec![Change::PutFile(two, Vec::new())]).await.map_err(told(step))?;
    same(step, &(store.file(one).await.map_err(told(step))? == Some(bytes)), &true)?;
    same(step, &store.file(two).await.map_err(told(step))?, &Some(Vec::new()))?;
    let found = store.load().await.map_err(told(step))?;
    same(step, &found.files, &vec![one.to_string(), two.to_string()])?;
    store.apply(vec![Change::DropFile(one)]).await.map_err(told(step))?;
    same(step, &store.file(one).await.map_err(told(step))?, &None)?;
    store.apply(vec![Change::DropFile(two)]).await.map_err(told(step))
}

async fn everything_can_be_emptied<S: Store>(store: &S) -> Result<(), String> {
    let step = "everything can be emptied";
    store.apply(Room::ALL.map(Change::Clear).to_vec()).await.map_err(told(step))?;
    let found = store.load().await.map_err(told(step))?;
    same(step, &Room::ALL.iter().map(|room| rows(&found, *room).len()).sum::<usize>(), &0)?;
    same(step, &found.files.len(), &0)
}
