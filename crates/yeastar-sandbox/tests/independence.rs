//! A mistake of the client library cannot hide behind the same mistake here: of that
//! library the sandbox uses the table of endpoints and the type of a point in time.

use std::path::{Path, PathBuf};

const SHARED: &[&str] = &["Auth", "Meta", "Tick", "registry"];

/// What the source names of the client library: one item, or all of a list.
fn names(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for rest in source.split("yeastar_core").skip(1) {
        let item = rest.strip_prefix("::").unwrap_or(rest);
        match item.strip_prefix('{') {
            Some(list) => {
                let items = list.split('}').next().unwrap_or(list).split(',').map(str::trim);
                names.extend(items.filter(|item| !item.is_empty()));
            }
            None => names.extend(item.split([':', ';', ')', '>', '\n']).next()),
        }
    }
    names
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        if path.is_dir() { sources(&path) } else { vec![std::fs::read_to_string(&path).unwrap()] }
    };
    entries.flat_map(read).collect()
}

#[test]
fn the_sandbox_shares_with_the_library_what_it_says() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let used: Vec<&str> = sources.iter().flat_map(|source| names(source)).collect();
    for name in &used {
        assert!(SHARED.contains(name), "the sandbox uses {name} of yeastar_core");
    }
    for name in SHARED {
        assert!(used.contains(name), "the sandbox uses {name} no more");
    }
}

#[test]
fn no_way_to_name_an_item_is_overlooked() {
    for (source, expected) in [
        ("use yeastar_core::Tick;", ["Tick"].as_slice()),
        ("use yeastar_core::{Meta,\n    order::Order,\n};", &["Meta", "order::Order"]),
        ("let id = yeastar_core::PlanId::new(1);", &["PlanId"]),
        ("fn now() -> Option<yeastar_core::Tick> {", &["Tick"]),
        ("use yeastar_core::*;", &["*"]),
        ("use yeastar_core as core;", &[" as core"]),
    ] {
        assert_eq!(names(source), expected, "{source}");
    }
}
