//! What calls cost, measured beside other HTTP clients.

mod allocations;
mod job;
mod server;
mod work;

use std::error::Error;

use lexopt::prelude::*;

use crate::work::Setting;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "serve" => server::serve(),
        Some(Value(command)) if command == "work" => {
            let name = arguments.value()?.string()?;
            let mut setting = Setting::default();
            while let Some(argument) = arguments.next()? {
                match argument {
                    Long("url") => setting.url = arguments.value()?.string()?,
                    Long("times") => setting.times = arguments.value()?.parse()?,
                    Long("warm") => setting.warm = arguments.value()?.parse()?,
                    Long("in-flight") => setting.in_flight = arguments.value()?.parse()?,
                    other => return Err(other.unexpected().into()),
                }
            }
            println!("{}", serde_json::to_string(&work::run(&name, &setting)?)?);
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
        None => Err("not yet".into()),
    }
}
