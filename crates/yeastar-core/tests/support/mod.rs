//! Reads the fixtures; `fixtures/README.md` says what is in them.

#![allow(dead_code, reason = "each test target uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "the core reads no files, its tests do")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;
use yeastar_core::Meta;

/// The folder of the fixtures. It belongs to the repository, not to the packaged crate.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// What a fixture is for: the first part of its file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Ok,
    Err,
    Request,
}

/// A file of the fixtures, taken apart into its provenance header and its message.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) module: String,
    pub(crate) endpoint: String,
    pub(crate) role: Role,
    pub(crate) case: String,
    provenance: Vec<(String, String)>,
    message: Vec<u8>,
}

/// A request as the vendor prints it.
pub(crate) struct PrintedRequest {
    pub(crate) method: Method,
    pub(crate) path_and_query: String,
    /// Header values by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Fixture {
    /// `endpoint/role.case`, for the messages of tests.
    pub(crate) fn label(&self) -> String {
        let role = match self.role {
            Role::Ok => "ok",
            Role::Err => "err",
            Role::Request => "request",
        };
        format!("{}/{role}.{}", self.endpoint, self.case)
    }

    /// All lines of the provenance header with this name.
    pub(crate) fn notes<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.provenance.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Names of the provenance header.
    pub(crate) fn note_names(&self) -> impl Iterator<Item = &str> {
        self.provenance.iter().map(|(name, _)| name.as_str())
    }

    /// The comma-separated items of the only line with this name.
    pub(crate) fn items<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        self.notes(name).flat_map(|line| line.split(", ")).collect()
    }

    /// The whole message, head and body.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.message).into_owned()
    }

    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Response::new(&mut headers);
        let length = head.parse(&self.message).unwrap_or_else(|error| panic!("{}: {error}", self.label()));
        let body = without_last_line_end(&self.message[length.unwrap()..]);
        let mut response = Response::builder().status(head.code.unwrap());
        for header in head.headers {
            response = response.header(header.name, header.value);
        }
        response.body(Bytes::copy_from_slice(body)).unwrap()
    }

    pub(crate) fn request(&self) -> PrintedRequest {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Request::new(&mut headers);
        let length = head.parse(&self.message).unwrap_or_else(|error| panic!("{}: {error}", self.label()));
        let body = without_last_line_end(&self.message[length.unwrap()..]);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        PrintedRequest {
            method: head.method.unwrap().parse().unwrap(),
            path_and_query: head.path.unwrap().into(),
            headers: head
                .headers
                .iter()
                .map(|header| (header.name.to_ascii_lowercase(), text(header.value)))
                .collect(),
            body: text(body),
        }
    }
}

/// All fixtures, in the order of their paths.
pub(crate) fn all() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for module in modules() {
        for endpoint in folders(&root().join(&module)) {
            let folder = root().join(&module).join(&endpoint);
            for file in names(&folder) {
                let [role, case, "http"] = file.split('.').collect::<Vec<_>>()[..] else {
                    panic!("{module}/{endpoint}/{file} is not called <role>.<case>.http");
                };
                let role = match role {
                    "ok" => Role::Ok,
                    "err" => Role::Err,
                    "request" => Role::Request,
                    other => panic!("{module}/{endpoint}/{file}: `{other}` is no role of a fixture"),
                };
                let (provenance, message) = take_apart(&fs::read(folder.join(&file)).unwrap());
                let (module, endpoint, case) = (module.clone(), endpoint.clone(), case.into());
                fixtures.push(Fixture { module, endpoint, role, case, provenance, message });
            }
        }
    }
    assert!(!fixtures.is_empty(), "no fixtures in {}", root().display());
    fixtures
}

/// All fixtures in this role.
pub(crate) fn of_role(role: Role) -> Vec<Fixture> {
    all().into_iter().filter(|fixture| fixture.role == role).collect()
}

/// The fixture of this endpoint, role and case.
pub(crate) fn one(endpoint: &str, role: Role, case: &str) -> Fixture {
    all()
        .into_iter()
        .find(|fixture| fixture.endpoint == endpoint && fixture.role == role && fixture.case == case)
        .unwrap_or_else(|| panic!("no fixture {endpoint} {role:?} {case}"))
}

/// The rows of the table of endpoints, without its head.
pub(crate) fn endpoints() -> Vec<String> {
    let table = fs::read_to_string(root().join("endpoints.tsv")).unwrap();
    table.lines().skip(1).map(str::to_owned).collect()
}

/// The README of the project.
pub(crate) fn readme() -> String {
    fs::read_to_string(root().join("../README.md")).unwrap()
}

/// The source file of an endpoint.
pub(crate) fn source(meta: &Meta) -> String {
    let path = format!("src/portal/{}/{}.rs", meta.module(), meta.name());
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Names of the accepted snapshots, sorted. A pending one is the business of the test that wrote it.
pub(crate) fn snapshots() -> Vec<String> {
    let mut names = names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots"));
    names.retain(|name| !name.ends_with(".snap.new"));
    names
}

/// Names of the folders with messages of the portal, sorted. The journals are for the tests of the journal.
pub(crate) fn modules() -> Vec<String> {
    folders(&root()).into_iter().filter(|name| name != "journal").collect()
}

/// Names of the folders in a folder, sorted.
pub(crate) fn folders(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| folder.join(name).is_dir()).collect()
}

/// Names of whatever is in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn take_apart(file: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let mut provenance = Vec::new();
    let mut rest = file;
    while let Some(line) = rest.strip_prefix(b"# ") {
        let end = line.iter().position(|&byte| byte == b'\n').expect("a header line ends");
        let text = std::str::from_utf8(&line[..end]).expect("a header line is text");
        let (name, value) = text.split_once(": ").expect("a header line is `# name: value`");
        provenance.push((name.into(), value.into()));
        rest = &line[end + 1..];
    }
    (provenance, rest.to_vec())
}

/// The end of a file's last line is not part of the body.
fn without_last_line_end(body: &[u8]) -> &[u8] {
    body.strip_suffix(b"\n").unwrap_or(body)
}

/// A successful answer with this JSON text as `result`.
pub(crate) fn success(result: &str) -> Response<Bytes> {
    let id = "00000000000000000000000000000001";
    let body = format!(
        r#"{{"code":"success","detailMessage":"","requestId":"{id}","result":{result},"status":200}}"#
    );
    Response::new(Bytes::from(body))
}

/// Paths of all fields of a JSON value. The elements of an array add nothing to the
/// path, so that a list and its only element have the same ones.
pub(crate) fn field_paths(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(value, &path, out);
                    out.push(path);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| walk(element, path, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(value, "", &mut out);
    out.sort();
    out.dedup();
    out
}

/// Puts another value at a path, wherever the path is found.
pub(crate) fn replace(value: &mut Value, path: &str, with: &Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| replace(element, path, with)),
        Value::Object(fields) => match path.split_once('.') {
            Some((name, rest)) => {
                if let Some(value) = fields.get_mut(name) {
                    replace(value, rest, with);
                }
            }
            None => {
                if let Some(value) = fields.get_mut(path) {
                    *value = with.clone();
                }
            }
        },
        _ => {}
    }
}
