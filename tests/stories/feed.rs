//! The delta feed.
