//! `yeastar-sandbox`: the simulated portal as a program.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;

use lexopt::prelude::*;
use yeastar_sandbox::{Fault, Oddity, Plan, Server, Settings};

const HELP: &str = "\
A simulated Yeastar Partner Portal on this machine, to try programs against.
It is not the portal and buys nothing: what it knows is gone when it ends.
Where the vendor's documents are silent, its answers are guesses.

Usage: yeastar-sandbox [OPTIONS]

Options:
  --port N           Port on 127.0.0.1; without it, any free one
  --seed N           Same seed, same credentials and numbers; without it, new ones each time
  --balance CENTS    The account's balance at first; without it, 100000000
  --order-history N  Orders that exist from the start; without it, none
  --po-number-echo F Where an order repeats its PO number: customReferenceNo or poNumber (that field
                     of list and details), details (of those only) or nowhere; without it,
                     customReferenceNo
  --payment WHEN     at-once (from the balance) or later: then orders stay pending, and only a Rust
                     program can pay them (`Server::pay`); without it, at-once
  --odd FORM         All answers have a form that other vendors' servers send: lists-as-objects,
                     empty-lists-left-out, pages-as-lists, null-elements, truths-as-texts,
                     truths-as-numbers, marked, half-emoji, latin1, empty-request-id,
                     numeric-request-id, empty-refresh-token, gzip or no-content
  --list-order ORDER Of the order list: asked (by `sort`), rising, falling or mixed; without it, asked
  --help             This text
  --version          Version

It prints its base URL, client id and client secret, then a line per request,
and runs until it is ended with Ctrl-C. Token requests must be form-encoded
(curl -d, not -F). A new order shows in the order list after two seconds.

With curl:
  curl -s BASE_URL/auth/openapi/v1/oauth/token \\
       -d client_id=CLIENT_ID -d client_secret=CLIENT_SECRET -d grant_type=pp_credentials
  curl -s BASE_URL/product/openapi/instance/v1/region_list \\
       -H 'Authorization: Bearer TOKEN'
  curl -s BASE_URL/order/openapi/order/v1/save \\
       -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d @order.json
";

enum Command {
    Run { settings: Settings, port: u16, odd: Option<Oddity> },
    Print(String),
}

fn main() -> ExitCode {
    let (settings, port, odd) = match parse(lexopt::Parser::from_env()) {
        Ok(Command::Run { settings, port, odd }) => (settings, port, odd),
        Ok(Command::Print(text)) => {
            print(&text);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("yeastar-sandbox: {error}\nTry: yeastar-sandbox --help");
            return ExitCode::from(2);
        }
    };
    match Server::start_with(settings, port) {
        Ok(server) => {
            if let Some(oddity) = odd {
                server.plan(Plan::new(Fault::Odd(oddity)).always());
            }
            run(&server)
        }
        Err(error) => {
            eprintln!("yeastar-sandbox: cannot listen on 127.0.0.1 port {port}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut settings = Settings::fresh();
    let (mut port, mut odd) = (0, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = number("--port", &mut arguments)?,
            Long("seed") => settings.seed = number("--seed", &mut arguments)?,
            Long("balance") => settings.balance = number("--balance", &mut arguments)?,
            Long("order-history") => settings.order_history = number("--order-history", &mut arguments)?,
            Long("po-number-echo") => settings.po_number_echo = arguments.value()?.parse()?,
            Long("payment") => settings.payment = arguments.value()?.parse()?,
            Long("odd") => odd = Some(arguments.value()?.parse()?),
            Long("list-order") => settings.list_order = arguments.value()?.parse()?,
            Short('h') | Long("help") => return Ok(Command::Print(HELP.into())),
            Short('V') | Long("version") => {
                return Ok(Command::Print(format!("yeastar-sandbox {}\n", env!("CARGO_PKG_VERSION"))));
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Run { settings, port, odd })
}

fn number<T: FromStr>(option: &str, arguments: &mut lexopt::Parser) -> Result<T, lexopt::Error> {
    let value = arguments.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{option} takes a number in range, not {}", value.to_string_lossy()).into())
}

fn run(server: &Server) -> ExitCode {
    server.on_request(|request| print(&format!("{request}\n")));
    print(&format!(
        "base url: {}\nclient id: {}\nclient secret: {}\n",
        server.base_url(),
        server.client_id(),
        server.client_secret(),
    ));
    loop {
        thread::park();
    }
}

/// Flushed at once, for whoever reads along. That nobody reads is no reason to end.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
