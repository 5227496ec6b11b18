//! The order of the folders in `src`: each uses only those above it in the list of ARCHITECTURE.md.
//!
//! Every path that begins with `crate`, `super` or `self` is resolved to the file that it leads to: in `use` trees, in
//! code, in types, and in the arguments of macros. Names that a `mod.rs` passes on lead to the file that has them. The
//! items that `lib.rs` passes on are for users: within the crate each is called by its own path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Names of modules, from the root of the crate.
type Module = Vec<String>;

#[derive(Default)]
struct Sources {
    /// Each file, by the module that it is.
    files: BTreeMap<Module, TokenStream>,
}

/// What a file calls, and by which module: one within it may be meant by `super`.
struct Mention {
    within: Module,
    path: Module,
}

impl Sources {
    fn of_the_core() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = Self::default();
        sources.read(&root, &Vec::new());
        assert!(sources.files.len() > 100, "{}", sources.files.len());
        sources
    }

    fn read(&mut self, folder: &Path, module: &Module) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                let folder = path.file_name().unwrap().to_str().unwrap().to_owned();
                self.read(&path, &[module.as_slice(), &[folder]].concat());
                continue;
            }
            let module = match &*name {
                "lib" | "mod" => module.clone(),
                _ => [module.as_slice(), &[name]].concat(),
            };
            self.add(module, &fs::read_to_string(&path).unwrap());
        }
    }

    fn add(&mut self, module: Module, text: &str) {
        self.files.insert(module, text.parse().unwrap());
    }

    /// The file in which this path ends: names that a file passes on are followed.
    fn resolve(&self, path: &Module) -> Module {
        let mut path = path.clone();
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]));
            let file = &path[..length.unwrap()];
            let Some(name) = path.get(file.len()) else { return file.to_vec() };
            let passed_on = self.passed_on(file).remove(name);
            match passed_on {
                Some(next) if self.files.contains_key(&next[..next.len() - 1]) && next[..] != path[..] => {
                    path = next;
                }
                _ => return file.to_vec(),
            }
        }
        panic!("{path:?} is passed on in a circle");
    }

    /// What a file gives out that stands elsewhere: `pub use child::Name`.
    fn passed_on(&self, file: &[String]) -> BTreeMap<String, Module> {
        let mut names = BTreeMap::new();
        let tokens: Vec<_> = self.files[file].clone().into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let is_use = matches!(token, TokenTree::Ident(ident) if ident == "use");
            let is_public = at > 0
                && match &tokens[at - 1] {
                    TokenTree::Ident(ident) => ident == "pub",
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
                    _ => false,
                };
            if !is_use || !is_public {
                continue;
            }
            let mut found = Vec::new();
            tree(&tokens[at + 1..], &Vec::new(), &mut found);
            for path in found {
                let name = path.last().unwrap().clone();
                let path = absolute(file, &path).unwrap_or_else(|| [file, &path].concat());
                names.insert(name, path);
            }
        }
        names
    }

    fn mentions(&self, file: &Module) -> Vec<Mention> {
        let mut mentions = Vec::new();
        collect(self.files[file].clone(), file, &mut mentions);
        mentions
    }

    /// Everything that stands against the order of these folders.
    fn violations(&self, floors: &[&str]) -> Vec<String> {
        let mut violations = Vec::new();
        for file in self.files.keys().filter(|file| !file.is_empty()) {
            let floor =
                floors.iter().position(|floor| *floor == file[0]).expect("every folder is in the list");
            for Mention { within, path } in self.mentions(file) {
                let Some(target) = absolute(&within, &path) else { continue };
                let named = path.join("::");
                match target.first().map(|first| floors.iter().position(|floor| floor == first)) {
                    Some(Some(above)) if above <= floor => {}
                    Some(Some(_)) => violations.push(format!("{} uses {named}", file.join("/"))),
                    _ => violations.push(format!("{} uses {named}, which is for users", file.join("/"))),
                }
            }
        }
        violations
    }

    /// Files that use each other, in circles; a module and those within it may.
    fn circles(&self) -> Vec<Vec<String>> {
        let mut uses: BTreeMap<&Module, BTreeSet<Module>> = BTreeMap::new();
        for file in self.files.keys().filter(|file| !file.is_empty()) {
            let mentions = self.mentions(file);
            let targets = mentions.iter().filter_map(|mention| absolute(&mention.within, &mention.path));
            let files = targets.map(|target| self.resolve(&target));
            let strangers = files.filter(|other| !other.starts_with(file) && !file.starts_with(other));
            uses.insert(file, strangers.collect());
        }
        let reached = |from: &Module| {
            let (mut reached, mut open) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(file) = open.pop() {
                for next in uses.get(&file).into_iter().flatten() {
                    if reached.insert(next.clone()) {
                        open.push(next.clone());
                    }
                }
            }
            reached
        };
        let reached: BTreeMap<&Module, BTreeSet<Module>> =
            uses.keys().map(|file| (*file, reached(file))).collect();
        let mut circles = BTreeSet::new();
        for (file, from) in &reached {
            if from.contains(*file) {
                let with = from.iter().filter(|other| reached[*other].contains(*file));
                circles.insert(with.map(|file| file.join("/")).collect::<Vec<_>>());
            }
        }
        circles.into_iter().collect()
    }
}

/// A path from the root of the crate. `None` for one that leads elsewhere.
fn absolute(within: &[String], path: &[String]) -> Option<Module> {
    let (mut module, mut rest) = (within.to_vec(), path);
    match rest.first()?.as_str() {
        "crate" => (module, rest) = (Vec::new(), &rest[1..]),
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|first| first == "super") {
                module.pop();
                rest = &rest[1..];
            }
        }
        _ => return None,
    }
    module.extend_from_slice(rest);
    Some(module)
}

/// All paths of these tokens that begin with `crate`, `super` or `self`.
fn collect(tokens: TokenStream, within: &Module, mentions: &mut Vec<Mention>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                // What stands in `mod name { }` has one more module above it.
                let name = (at >= 2).then(|| (&tokens[at - 2], &tokens[at - 1]));
                let mut within = within.clone();
                if let Some((TokenTree::Ident(keyword), TokenTree::Ident(name))) = name {
                    if keyword == "mod" {
                        within.push(name.to_string());
                    }
                }
                collect(group.stream(), &within, mentions);
            }
            TokenTree::Ident(ident) if ident == "crate" || ident == "super" || ident == "self" => {
                let follows = |at: usize| at > 1 && is_colon(&tokens[at - 1]) && is_colon(&tokens[at - 2]);
                if follows(at) || !tokens.get(at + 1).is_some_and(is_colon) {
                    continue;
                }
                let mut found = Vec::new();
                tree(&tokens[at..], &Vec::new(), &mut found);
                mentions.extend(found.into_iter().map(|path| Mention { within: within.clone(), path }));
            }
            _ => {}
        }
    }
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// The paths of a `use` tree, or the one path of any other place.
fn tree(tokens: &[TokenTree], before: &Module, found: &mut Vec<Module>) {
    let mut path = before.clone();
    let mut rest = tokens.iter();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Ident(ident) if ident == "as" => break,
            TokenTree::Ident(ident) => path.push(ident.to_string()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let within: Vec<_> = group.stream().into_iter().collect();
                let is_comma =
                    |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                for branch in within.split(is_comma).filter(|branch| !branch.is_empty()) {
                    tree(branch, &path, found);
                }
                return;
            }
            _ => break,
        }
        let mut ahead = rest.clone();
        if !(ahead.next().is_some_and(is_colon) && ahead.next().is_some_and(is_colon)) {
            break;
        }
        rest = ahead;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    found.push(path);
}

/// The folders as ARCHITECTURE.md lists them, the lowest first.
fn floors() -> Vec<&'static str> {
    const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");
    let rows = ARCHITECTURE.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once("/` |")).map(|(name, _)| name).collect()
}

#[test]
fn each_folder_uses_only_those_above_it() {
    let floors = floors();
    assert_eq!(floors.len(), 8, "{floors:?}");
    let violations = Sources::of_the_core().violations(&floors);
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn no_files_use_each_other() {
    let circles = Sources::of_the_core().circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn every_form_of_an_upward_path_is_seen() {
    for code in [
        "use crate::upper::item::Thing;",
        "use crate::{lower, upper};",
        "use crate::upper::{self};",
        "use crate::{lower::x, upper::{item::Thing}};",
        "use super::super::upper::item::Thing as Other;",
        "pub(crate) use crate::upper::*;",
        "fn f() { crate::upper::item::call(); }",
        "fn f(x: Option<crate::upper::Thing>) {}",
        "impl crate::upper::Trait for X {}",
        "fn f() { vec![super::super::upper::item::CONST]; }",
        "mod tests { use super::super::super::upper::Thing; }",
        "macro_rules! m { () => { $crate::upper::Thing } }",
    ] {
        let mut sources = Sources::default();
        sources.add(vec!["upper".into()], "");
        sources.add(vec!["lower".into(), "file".into()], code);
        let violations = sources.violations(&["lower", "upper"]);
        assert_eq!(violations.len(), 1, "{code}: {violations:?}");
        assert!(violations[0].starts_with("lower/file uses "), "{code}: {violations:?}");
    }
}

#[test]
fn what_lib_rs_passes_on_is_not_used_within() {
    for code in ["use crate::Thing;", "fn f() { crate::call(); }", "use super::super::Thing;"] {
        let mut sources = Sources::default();
        sources.add(vec!["lower".into(), "file".into()], code);
        let violations = sources.violations(&["lower"]);
        assert!(violations.len() == 1 && violations[0].ends_with("for users"), "{code}: {violations:?}");
    }
}

#[test]
fn a_circle_is_seen_also_through_names_that_are_passed_on() {
    let mut sources = Sources::default();
    sources.add(vec!["lower".into()], "mod one; mod two; pub use one::One; pub(crate) use two::Two;");
    sources.add(vec!["lower".into(), "one".into()], "use super::Two; pub struct One(Two);");
    sources.add(vec!["lower".into(), "two".into()], "pub(crate) struct Two(Box<super::One>);");
    assert_eq!(sources.circles(), [["lower/one", "lower/two"]]);
}
