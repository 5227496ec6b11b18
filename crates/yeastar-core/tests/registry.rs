//! Every endpoint is named, documented, looked at and has fixtures; nothing is left over.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use http::Method;
use support::Role;
use yeastar_core::registry::ENDPOINTS;
use yeastar_core::{Auth, Effect, Meta};

const VENDOR: &str = "https://help.yeastar.com/en/";

#[test]
fn names_are_unique_and_in_snake_case() {
    let names: BTreeSet<&str> = ENDPOINTS.iter().map(Meta::name).collect();
    assert_eq!(names.len(), ENDPOINTS.len());
    for name in names {
        let is_snake_case = name.split('_').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(is_snake_case, "{name}");
    }
}

#[test]
fn only_the_two_grants_share_a_method_and_a_path() {
    let mut seen: Vec<(&Method, &str, &str)> = Vec::new();
    for meta in ENDPOINTS {
        for (method, path, name) in &seen {
            let is_same = (*method, *path) == (meta.method(), meta.path());
            assert_eq!(
                is_same,
                (*name, meta.name()) == ("token_request", "token_refresh"),
                "{}",
                meta.name()
            );
        }
        seen.push((meta.method(), meta.path(), meta.name()));
    }
}

#[test]
fn paths_are_those_of_the_portal() {
    for meta in ENDPOINTS {
        let segments: Vec<&str> = meta.path().split('/').collect();
        let ["", module, "openapi", _, ..] = segments[..] else { panic!("{}: {}", meta.name(), meta.path()) };
        assert_eq!(meta.module(), module);
        assert!(segments.contains(&"v1"), "{}", meta.path());
    }
}

#[test]
fn each_endpoint_has_a_page_of_the_vendor_and_a_reason_for_its_effect() {
    for meta in ENDPOINTS {
        let page =
            meta.page().strip_prefix(VENDOR).unwrap_or_else(|| panic!("{}: {}", meta.name(), meta.page()));
        assert!(Path::new(page).extension().is_some_and(|extension| extension == "html"), "{page}");
        assert!(!meta.effect_reason().trim().is_empty(), "{}", meta.name());
    }
}

/// `fixtures/endpoints.tsv` was written from the vendor's pages, not from this crate.
#[test]
fn the_registry_is_the_table_of_the_vendors_endpoints() {
    let table = support::endpoints();
    let registry: Vec<String> = ENDPOINTS.iter().map(table_row).collect();
    assert_eq!(registry, table);
    assert_eq!(table.len(), 34);
}

fn table_row(meta: &Meta) -> String {
    let effect = match meta.effect() {
        Effect::Read => "read",
        Effect::Idempotent => "idempotent",
        Effect::Once | Effect::Order => "once",
    };
    format!("{}\t{}\t{}\t{effect}", meta.name(), meta.method(), meta.path())
}

#[test]
fn a_get_changes_nothing() {
    for meta in ENDPOINTS.iter().filter(|meta| meta.method() == Method::GET) {
        assert_eq!(meta.effect(), Effect::Read, "{}", meta.name());
    }
}

#[test]
fn all_but_the_token_endpoints_want_a_token() {
    for meta in ENDPOINTS {
        assert_eq!(meta.auth() == Auth::None, meta.module() == "auth", "{}", meta.name());
    }
}

#[test]
fn the_table_of_the_readme_is_the_registry() {
    let readme = support::readme();
    let table: Vec<&str> = readme.lines().filter(|line| line.contains("/openapi/")).collect();
    let expected: Vec<String> = ENDPOINTS.iter().map(readme_row).collect();
    assert_eq!(table, expected);
}

fn readme_row(meta: &Meta) -> String {
    let (name, module, type_name) = (meta.name(), meta.module(), type_name(meta));
    let again = if meta.effect().is_repeatable() { "yes" } else { "never" };
    format!("| `{name}` | `{} {}` | `{module}::{type_name}` | {again} |", meta.method(), meta.path())
}

/// The type that has the vendor's name as its alias.
fn type_name(meta: &Meta) -> String {
    let (source, alias) = (support::source(meta), format!("#[doc(alias = \"{}\")]", meta.name()));
    let (_, item) = source.split_once(&alias).unwrap_or_else(|| panic!("no `{alias}`"));
    let (_, name) = item.split_once("pub struct ").unwrap();
    name.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The file begins with the request; the documentation of the type, which rustdoc shows,
/// repeats it, links the vendor's page and tells what is documented from what is not.
#[test]
fn each_endpoint_says_what_is_documented_and_what_is_not() {
    for meta in ENDPOINTS {
        let (name, source) = (meta.name(), support::source(meta));
        let request = source.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap();
        let rest = request.strip_prefix(&format!("`{} {}", meta.method(), meta.path()));
        assert!(rest.is_some_and(|rest| rest.starts_with(['`', '?'])), "{name}: begins with {request}");

        let docs = docs_of(&source, &format!("pub struct {}", type_name(meta)));
        let has = |beginning: &str| docs.iter().any(|paragraph| paragraph.starts_with(beginning));
        assert!(docs[1] == format!("Request: {request}"), "{name}: {docs:#?}");
        assert!(has(&format!("Page: <{}>", meta.page())), "{name}: {docs:#?}");
        assert!(has("Documented: "), "{name}: {docs:#?}");
        assert!(has("Inferred: ") || has("Not known: "), "{name}: {docs:#?}");
    }
}

/// The paragraphs of the documentation of an item, each on one line.
fn docs_of(source: &str, item: &str) -> Vec<String> {
    let (before, _) = source.split_once(item).unwrap_or_else(|| panic!("no `{item}`"));
    let lines = before.lines().rev().skip_while(|line| line.starts_with("#["));
    let mut docs: Vec<&str> = lines.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    docs.reverse();
    docs.split(|line| line.is_empty()).map(|paragraph| paragraph.join(" ")).collect()
}

#[test]
fn each_endpoint_has_an_ok_and_an_err_fixture() {
    let fixtures = support::all();
    for meta in ENDPOINTS {
        for role in [Role::Ok, Role::Err] {
            let found = fixtures.iter().any(|fixture| {
                fixture.module == meta.module() && fixture.endpoint == meta.name() && fixture.role == role
            });
            assert!(found, "no {role:?} fixture in {}/{}", meta.module(), meta.name());
        }
    }
}

#[test]
fn each_fixture_folder_belongs_to_an_endpoint() {
    let mut found = BTreeSet::new();
    for module in support::modules() {
        for endpoint in support::names(&support::root().join(&module)) {
            found.insert(format!("{module}/{endpoint}"));
        }
    }
    let expected: BTreeSet<String> =
        ENDPOINTS.iter().map(|meta| format!("{}/{}", meta.module(), meta.name())).collect();
    assert_eq!(found, expected);
    let beside: Vec<String> = support::names(&support::root())
        .into_iter()
        .filter(|name| !support::root().join(name).is_dir())
        .collect();
    assert_eq!(beside, ["README.md", "endpoints.tsv"]);
}

#[test]
fn each_fixture_says_where_it_comes_from() {
    for fixture in support::all() {
        let label = fixture.label();
        let [source] = fixture.notes("source").collect::<Vec<_>>()[..] else { panic!("{label}: one source") };
        assert!(source == "inferred" || source.starts_with(VENDOR), "{label}: {source}");
        assert!(fixture.notes("known").count() > 0, "{label}");
        for name in fixture.note_names() {
            let belongs = match name {
                "source" | "known" => true,
                "unknown" => fixture.role == Role::Ok,
                "expect" => fixture.role == Role::Err,
                _ => false,
            };
            assert!(belongs, "{label}: `{name}`");
        }
        assert_eq!(fixture.notes("expect").count(), usize::from(fixture.role == Role::Err), "{label}");
    }
}

#[test]
fn no_fixture_holds_a_token_or_an_address_of_somebody() {
    for fixture in support::all() {
        let text = fixture.text();
        assert!(!text.contains("eyJ"), "{}: a JSON Web Token", fixture.label());
        for (at, _) in text.match_indices('@') {
            assert!(text[at..].starts_with("@example.com"), "{}: an e-mail address", fixture.label());
        }
    }
}

#[test]
fn each_endpoint_has_a_reviewed_request_and_each_snapshot_an_endpoint() {
    let mut snapped = BTreeSet::new();
    for file in support::snapshots() {
        let name = file.strip_prefix("wire__").and_then(|name| name.strip_suffix(".snap"));
        let (endpoint, _case) = name.and_then(|name| name.split_once('@')).unwrap_or_else(|| {
            panic!("{file} is not called wire__<endpoint>@<case>.snap; is it a snapshot nobody accepted?")
        });
        snapped.insert(endpoint.to_owned());
    }
    let endpoints: BTreeSet<String> = ENDPOINTS.iter().map(|meta| meta.name().to_owned()).collect();
    assert_eq!(snapped, endpoints);
}
