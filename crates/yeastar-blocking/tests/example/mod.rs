//! An example, as a person or a script runs it.

use std::env;
use std::process::{Command, Output};

use yeastar_sandbox::Server;

/// The example of this package, with no portal in its environment.
pub fn command(example: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--locked", "--package", env!("CARGO_PKG_NAME")]);
    command.args(["--example", example, "--"]);
    command.args(arguments);
    // What cargo tells the test of its own package would make build scripts run again.
    for (variable, _) in env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
    for variable in ["YEASTAR_CLIENT_ID", "YEASTAR_CLIENT_SECRET", "YEASTAR_BASE_URL"] {
        command.env_remove(variable);
    }
    command
}

/// Names a portal that the example takes for a real one.
pub fn on(command: &mut Command, portal: &Server) {
    command.env("YEASTAR_CLIENT_ID", portal.client_id());
    command.env("YEASTAR_CLIENT_SECRET", portal.client_secret());
    command.env("YEASTAR_BASE_URL", portal.base_url());
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
