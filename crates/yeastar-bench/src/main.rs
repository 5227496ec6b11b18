//! What calls cost, measured beside other HTTP clients.

mod allocations;
mod calls;
mod gate;
mod job;
mod process;
mod server;
mod work;

use std::error::Error;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::work::Setting;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "serve" => server::serve(&mut arguments)?,
        Some(Value(command)) if command == "work" => {
            let name = arguments.value()?.string()?;
            let measured = work::run(&name, &Setting::parse(&mut arguments)?)?;
            println!("{}", serde_json::to_string(&measured)?);
        }
        Some(Value(command)) if command == "gate" => return gate::run(&mut arguments),
        Some(other) => return Err(other.unexpected().into()),
        None => return Err("not yet".into()),
    }
    Ok(ExitCode::SUCCESS)
}
