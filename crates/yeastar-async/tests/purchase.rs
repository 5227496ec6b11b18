//! The `purchase` example of this crate does what the blocking one does.

#[path = "../../yeastar-blocking/tests/purchase.rs"]
mod purchase;
