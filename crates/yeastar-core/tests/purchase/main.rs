//! A purchase, step by step: what is written down, asked and sent, and what comes out.

mod account;
mod again;
mod any;
mod claims;
mod doubt;
mod intent;
mod journal;
mod look;
mod outcome;
mod resume;
mod round;
mod script;
mod send;
mod stop;
