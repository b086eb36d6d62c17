//! The policy language: files as written, and every problem in them at its exact place.

pub mod pending;
pub mod problem;
pub mod raw;
pub mod schema;
pub mod yaml;
