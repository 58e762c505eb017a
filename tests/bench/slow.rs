//! Webhooks on their way to a slow receiver while the API is measured. **Invariant: while it is
//! measured there is always more to send.**

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use api::{
    clock::Clock,
    db::Place,
    schema::{webhook_deliveries, webhook_secrets, webhooks},
};
use diesel::{Connection, ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use openapi::{endpoint::Dto, webhooks::EventData};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{raw, rows::TENANT};

/// How many deliveries wait.
const DELIVERIES: usize = 10_000;
/// How long the receiver takes for each.
const ANSWER_AFTER: Duration = Duration::from_millis(100);

/// A receiver that takes its time, with much to be sent to it; nothing any more when this goes.
pub struct Slow {
    place: Place,
    arrived: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Slow {
    /// Begins, and waits until messages arrive.
    pub fn begin(place: &Place) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let arrived = Arc::new(AtomicUsize::new(0));
        runtime.spawn(receive(listener, Arc::clone(&arrived)));
        write(place, &format!("http://127.0.0.1:{port}/"));
        let slow = Self { place: place.clone(), arrived, _runtime: runtime };
        let began = Instant::now();
        while slow.arrived() == 0 {
            assert!(began.elapsed() < Duration::from_secs(30), "no webhook was sent");
            std::thread::sleep(Duration::from_millis(20));
        }
        slow
    }
    /// How many have arrived.
    pub fn arrived(&self) -> usize {
        self.arrived.load(Ordering::Relaxed)
    }
    /// How many there were to send.
    pub const fn deliveries() -> usize {
        DELIVERIES
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        let mut c = self.place.connect().unwrap();
        let _gone = diesel::update(webhooks::table)
            .set((
                webhooks::state.eq("disabled"),
                webhooks::disabled_why.eq("by_hand"),
                webhooks::disabled_at.eq(Clock::wall().now()),
            ))
            .execute(&mut c);
        std::thread::sleep(2 * ANSWER_AFTER);
        let _gone =
            diesel::delete(webhook_deliveries::table.filter(webhook_deliveries::organisation.eq(TENANT)))
                .execute(&mut c);
    }
}

async fn receive(listener: TcpListener, arrived: Arc<AtomicUsize>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let arrived = Arc::clone(&arrived);
        tokio::spawn(async move {
            // A message is small: it comes in one piece, and none follows before it is answered.
            let mut buffer = [0; 8192];
            while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                arrived.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(ANSWER_AFTER).await;
                if stream.write_all(b"HTTP/1.1 204 x\r\n\r\n").await.is_err() {
                    return;
                }
            }
        });
    }
}

/// An endpoint and what waits for it, straight into the tables.
fn write(place: &Place, url: &str) {
    let now = Clock::wall().now();
    let webhook = raw::new_id(now, 1);
    let data = serde_json::to_string(&EventData::example()).unwrap();
    let mut c = place.connect().unwrap();
    c.transaction(|c| -> QueryResult<()> {
        diesel::insert_into(webhooks::table)
            .values((
                webhooks::organisation.eq(TENANT),
                webhooks::id.eq(webhook.to_string()),
                webhooks::url.eq(url),
                webhooks::events.eq("[]"),
                webhooks::format.eq("standard"),
                webhooks::state.eq("active"),
                webhooks::position.eq(i64::from(i32::MAX)),
                webhooks::version.eq(1),
                webhooks::created_at.eq(now),
                webhooks::updated_at.eq(now),
            ))
            .execute(c)?;
        diesel::insert_into(webhook_secrets::table)
            .values((
                webhook_secrets::organisation.eq(TENANT),
                webhook_secrets::webhook_id.eq(webhook.to_string()),
                webhook_secrets::id.eq(webhook.to_string()),
                webhook_secrets::chance.eq(vec![7; 32]),
                webhook_secrets::created_at.eq(now),
            ))
            .execute(c)?;
        for n in 0..DELIVERIES {
            diesel::insert_into(webhook_deliveries::table)
                .values((
                    webhook_deliveries::organisation.eq(TENANT),
                    webhook_deliveries::webhook_id.eq(webhook.to_string()),
                    webhook_deliveries::id.eq(raw::new_id(now, n).to_string()),
                    webhook_deliveries::kind.eq("report.submitted"),
                    webhook_deliveries::at.eq(now),
                    webhook_deliveries::data.eq(&data),
                    webhook_deliveries::state.eq("waiting"),
                    webhook_deliveries::attempts.eq(0),
                    webhook_deliveries::next_at.eq(now),
                ))
                .execute(c)?;
        }
        Ok(())
    })
    .unwrap();
}
