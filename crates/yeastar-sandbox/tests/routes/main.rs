//! The portal without I/O: what each endpoint answers, what it refuses, how tokens
//! live and end, and what each fault does.

mod faults;
mod orders;
mod requests;
mod script;
mod tokens;
