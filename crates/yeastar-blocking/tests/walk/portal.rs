//! The portal in a process of its own: its log grows with each request, and would be measured too.

use std::env;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use yeastar_core::{Config, Credentials, Origin};
use yeastar_sandbox::{Server, Settings};

const VARIABLE: &str = "YEASTAR_TEST_PORTAL";
const GREETING: &str = "the portal is at ";

/// The process; it ends with this value, or with the process that started it.
pub struct Portal {
    child: Child,
    pub config: Config,
}

impl Portal {
    /// Starts this program again, to run only the test of this name, which calls [`serve_if_asked`].
    pub fn start(test: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(VARIABLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting =
            lines.map(Result::unwrap).find_map(|line| Some(line.strip_prefix(GREETING)?.to_owned()));
        let greeting = greeting.expect("the portal did not start");
        let mut words = greeting.split(' ');
        let mut word = || words.next().unwrap();
        let origin = Origin::new(word()).unwrap();
        Self { child, config: Config::new(Credentials::new(word(), word())).with_origin(origin) }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In the process that [`Portal::start`] started: a portal with so many orders, until the starter ends.
pub fn serve_if_asked(orders: usize) -> bool {
    if env::var_os(VARIABLE).is_none() {
        return false;
    }
    let mut settings = Settings::fresh();
    settings.order_history = orders;
    let server = Server::start_with(settings, 0).unwrap();
    // The test harness may have begun a line.
    println!("\n{GREETING}{} {} {}", server.base_url(), server.client_id(), server.client_secret());
    let _ = io::stdin().read_to_end(&mut Vec::new());
    true
}
