//! The core as a whole: a phone, its disk, its person and a server.

mod engine;
mod properties;
mod reading;
mod rules;
mod server;
mod wire;
mod world;
