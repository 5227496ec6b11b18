//! The portal without I/O: what each endpoint answers, what it refuses, how tokens
//! live and end, and what each fault does.

mod balance;
mod colleagues;
mod countries;
mod faults;
mod orders;
mod prices;
mod products;
mod requests;
mod scenarios;
mod script;
mod tokens;
mod tutorials;
mod users;
