//! The portal: a file per endpoint, in the portal's own modules.

pub mod auth;
pub mod order;
pub mod pricing;
pub mod product;
pub mod registry;
pub mod user;
