//! The program: what it prints, and that the vendor's tutorial can be walked
//! through with nothing but what it prints.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yeastar-sandbox");

/// The running program; ends with the test.
struct Program {
    child: Child,
    lines: BufReader<ChildStdout>,
    base_url: String,
    client_id: String,
    client_secret: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut field = |name: &str| {
            let line = next_line(&mut lines);
            line.strip_prefix(name).unwrap_or_else(|| panic!("{line:?} is not the {name}")).to_owned()
        };
        let (base_url, client_id, client_secret) =
            (field("base url: "), field("client id: "), field("client secret: "));
        Self { child, lines, base_url, client_id, client_secret }
    }

    /// The header that the requests after it need.
    fn sign_in(&self) -> String {
        let form = format!(
            "client_id={}&client_secret={}&grant_type=pp_credentials",
            self.client_id, self.client_secret
        );
        let content_type = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.send("POST", "/auth/openapi/v1/oauth/token", content_type, &form);
        format!("Authorization: Bearer {}\r\n", answer["result"]["token"].as_str().unwrap())
    }

    /// Sends a request and gives the envelope of the answer.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Value {
        let host = self.base_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: OpenAPI\r\nConnection: close\r\n\
             {headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("x-yeastar-sandbox: 1"), "{head}");
        serde_json::from_str(body).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next_line(lines: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// The tutorial's order without its service.
fn order(contact: u64, region: u64, domain: u64, pbx_url: &str) -> Value {
    json!({
        "operationType": "purchase_plan",
        "productId": 13,
        "billingId": contact,
        "serviceList": [{
            "serviceId": 3_048_571_730_026_938_368_u64,
            "serviceType": "plan",
            "quantity": 100,
            "purchaseType": "purchase",
            "billingModel": "recurring",
            "billingCycle": "annually",
            "multiCycle": 0,
        }],
        "orderPceSpecialRequest": {
            "pbxName": "test",
            "regionId": region,
            "pbxSubDomainId": domain,
            "pbxUrl": pbx_url,
        },
    })
}

#[test]
fn the_tutorial_works_with_what_the_program_prints() {
    let mut program = Program::start(&["--port", "0"]);
    assert_eq!(program.client_id.len(), 32);

    let authorization = program.sign_in();
    let get = |path: &str| program.send("GET", path, &authorization, "")["result"].take();

    // Step 1: a region and a domain of it.
    let region = get("/product/openapi/instance/v1/region_list")[0].take();
    let domain = &region["region"][0];
    let pbx_url = format!("docs.{}", domain["pbxSubDomain"][0].as_str().unwrap());
    // Step 2: the URL is free.
    let path = format!("/product/openapi/instance/v1/paug_pbx_url_existed?pbxUrl={pbx_url}");
    assert_eq!(get(&path), false);
    // Step 3: a billing contact.
    let contact = get("/user/openapi/user/v1/client/billing_contact_list")[0]["billingContactId"].take();
    // Step 4: the order.
    let id = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
    let order = order(id(&contact), id(&region["id"]), id(&domain["pbxSubDomainId"]), &pbx_url);
    let headers = format!("{authorization}Content-Type: application/json\r\n");
    let placed = program.send("POST", "/order/openapi/order/v1/save", &headers, &order.to_string());
    assert_eq!(placed["result"]["orderStatus"], "succeed", "{placed}");
    let again = program.send("POST", "/order/openapi/order/v1/save", &headers, &order.to_string());
    assert_eq!(again["status"], 400);

    let log: Vec<String> = (0..6).map(|_| next_line(&mut program.lines)).collect();
    assert_eq!(
        log,
        [
            "POST /auth/openapi/v1/oauth/token 200 success",
            "GET /product/openapi/instance/v1/region_list 200 success",
            "GET /product/openapi/instance/v1/paug_pbx_url_existed 200 success",
            "GET /user/openapi/user/v1/client/billing_contact_list 200 success",
            "POST /order/openapi/order/v1/save 200 success",
            "POST /order/openapi/order/v1/save 400 parameter_validation_failed",
        ]
    );
}

#[test]
fn no_secret_and_no_token_is_in_the_log() {
    let mut program = Program::start(&[]);
    let secret = program.client_secret.clone();
    program.send("POST", &format!("/auth/openapi/v1/oauth/token?client_secret={secret}"), "", &secret);
    program.send("GET", "/nowhere?token=t0ken", "Authorization: Bearer t0ken\r\n", "");
    let log = next_line(&mut program.lines) + &next_line(&mut program.lines);
    assert!(log.contains("/nowhere 404"), "{log}");
    assert!(!log.contains(&secret) && !log.contains("t0ken"), "{log}");
}

#[test]
fn the_seed_decides_the_credentials() {
    let [one, same, other, own] =
        [&["--seed", "1"][..], &["--seed=1"], &["--seed", "2"], &[]].map(Program::start);
    assert_eq!((&one.client_id, &one.client_secret), (&same.client_id, &same.client_secret));
    assert_ne!(one.client_id, other.client_id);
    assert_ne!(one.client_id, own.client_id);
}

#[test]
fn balance_and_history_are_as_told() {
    let program = Program::start(&["--balance", "1250", "--order-history=3"]);
    let authorization = program.sign_in();
    let get = |path: &str| program.send("GET", path, &authorization, "")["result"].take();
    assert_eq!(get("/user/openapi/user/v1/client/account_balance")["accountBalance"], 12.5);
    assert_eq!(get("/order/openapi/order/v1/page")["total"], 3);
}

#[test]
fn an_order_shows_its_po_number_unless_told_otherwise() {
    let programs = [(&[][..], "PO-1"), (&["--po-number-echo", "nowhere"], "")]
        .map(|(arguments, shown)| (Program::start(arguments), shown));
    for (program, shown) in programs {
        let authorization = program.sign_in();
        let headers = format!("{authorization}Content-Type: application/json\r\n");
        let mut order = order(3_197_218_168_379_846_218, 41, 20, "docs.ptest6.yeastarcloud.com");
        order["poNumber"] = "PO-1".into();
        program.send("POST", "/order/openapi/order/v1/save", &headers, &order.to_string());
        // After two seconds, as the help says.
        let row = (0..100).find_map(|_| {
            thread::sleep(Duration::from_millis(50));
            let answer = program.send("GET", "/order/openapi/order/v1/page", &authorization, "");
            answer["result"]["results"].get(0).cloned()
        });
        assert_eq!(row.unwrap()["customReferenceNo"], shown);
    }
}

#[test]
fn help_says_what_it_is_and_how_to_call_it() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for needed in [
        "simulated",
        "--port",
        "--seed",
        "--balance",
        "--order-history",
        "--po-number-echo",
        "curl",
        "grant_type=pp_credentials",
    ] {
        assert!(text.contains(needed), "help says nothing of {needed}");
    }
    let output = run(&["--version"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("yeastar-sandbox {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_it_does_not_understand_it_says_and_ends_with_2() {
    for (arguments, needed) in [
        (&["--prot", "1"][..], "--prot"),
        (&["--port", "many"], "many"),
        (&["--port", "65536"], "65536"),
        (&["--port"], "--port"),
        (&["--seed", "-1"], "-1"),
        (&["--balance", "12.50"], "12.50"),
        (&["--order-history", "all"], "all"),
        (&["--po-number-echo", "invoiceNo"], "customReferenceNo"),
        (&["--payment", "never"], "at-once"),
        (&["--odd", "thing"], "lists-as-objects"),
        (&["extra"], "extra"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(needed), "{arguments:?}: {message}");
    }
}

#[test]
fn a_port_in_use_is_said_and_ends_with_1() {
    let program = Program::start(&[]);
    let port = program.base_url.rsplit_once(':').unwrap().1;
    let output = run(&["--port", port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(port));
}
