//! The core as a whole: a phone, its disk, its person and a server.

mod properties;
mod server;
mod world;
