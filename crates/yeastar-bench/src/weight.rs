//! How much there is to build: crates in the tree, and time of a cold build.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::table::{Table, maybe};

#[derive(Clone, Copy, Default)]
pub struct Weight {
    /// Dependencies of whoever uses it, for this machine, with those of builds.
    pub crates: usize,
    pub dev_seconds: Option<f64>,
    pub release_seconds: Option<f64>,
}

/// What somebody puts into their `Cargo.toml`. `{crates}` is our folder.
const SETS: [(&str, &str); 8] = [
    ("yeastar-core", r#"yeastar-core = { path = "{crates}/yeastar-core" }"#),
    ("yeastar-blocking", r#"yeastar-blocking = { path = "{crates}/yeastar-blocking" }"#),
    (
        "yeastar-blocking, no TLS",
        r#"yeastar-blocking = { path = "{crates}/yeastar-blocking", default-features = false }"#,
    ),
    ("yeastar-async", r#"yeastar-async = { path = "{crates}/yeastar-async" }"#),
    (
        "yeastar-async, no TLS",
        r#"yeastar-async = { path = "{crates}/yeastar-async", default-features = false }"#,
    ),
    (
        "all three",
        r#"yeastar-core = { path = "{crates}/yeastar-core" }
yeastar-blocking = { path = "{crates}/yeastar-blocking" }
yeastar-async = { path = "{crates}/yeastar-async" }"#,
    ),
    (
        "reqwest",
        r#"reqwest = "0.13"
serde = { version = "1", features = ["derive"] }
serde_json = "1""#,
    ),
    (
        "reqwest, only rustls",
        r#"reqwest = { version = "0.13", default-features = false, features = ["rustls"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1""#,
    ),
];

/// Of every set. Without cold builds it takes a second.
pub fn measure(is_built: bool) -> Result<Vec<(&'static str, Weight)>, Box<dyn Error>> {
    let mut weights = Vec::new();
    for (name, dependencies) in SETS {
        let folder = tempfile::tempdir()?;
        let set = Set::new(folder.path(), dependencies)?;
        let mut weight = Weight { crates: set.crates()?, ..Weight::default() };
        if is_built {
            eprintln!("building {name}");
            weight.dev_seconds = Some(set.build(&[])?);
            weight.release_seconds = Some(set.build(&["--release"])?);
        }
        weights.push((name, weight));
    }
    Ok(weights)
}

pub fn table(weights: &[(&'static str, Weight)]) -> Table {
    let header = ["crate", "crates", "dev build s", "release build s", "release vs reqwest"];
    let mut table = Table::new("weight", "Weight: what is built for whoever uses it", &header);
    let reqwest =
        weights.iter().find(|(name, _)| *name == "reqwest").and_then(|(_, weight)| weight.release_seconds);
    for (name, weight) in weights {
        let ratio = weight.release_seconds.zip(reqwest).map(|(seconds, reqwest)| seconds / reqwest);
        table.rows.push(vec![
            (*name).into(),
            weight.crates.to_string(),
            maybe(weight.dev_seconds),
            maybe(weight.release_seconds),
            maybe(ratio),
        ]);
    }
    table
}

/// An empty crate that depends on the set.
struct Set<'a> {
    folder: &'a Path,
}

impl<'a> Set<'a> {
    fn new(folder: &'a Path, dependencies: &str) -> Result<Self, Box<dyn Error>> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let crates = bench.parent().ok_or("no parent folder")?.display().to_string();
        let dependencies = dependencies.replace("{crates}", &crates);
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The same versions for all.
        fs::copy(bench.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::create_dir(folder.join("src"))?;
        fs::write(folder.join("src/lib.rs"), "")?;
        let set = Self { folder };
        set.cargo(&["fetch"])?;
        Ok(set)
    }

    fn crates(&self) -> Result<usize, Box<dyn Error>> {
        let tree =
            self.cargo(&["tree", "--offline", "--prefix=none", "--no-dedupe", "--edges=normal,build"])?;
        let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let crates: BTreeSet<String> =
            tree.lines().skip(1).map(name).filter(|name| !name.is_empty()).collect();
        Ok(crates.len())
    }

    /// Seconds.
    fn build(&self, profile: &[&str]) -> Result<f64, Box<dyn Error>> {
        let begin = Instant::now();
        self.cargo(&[&["build", "--offline", "--target-dir=target"], profile].concat())?;
        let seconds = begin.elapsed().as_secs_f64();
        fs::remove_dir_all(self.folder.join("target"))?;
        Ok(seconds)
    }

    fn cargo(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        // What cargo told this program about its own build is not for another one.
        let output = Command::new("cargo")
            .args(arguments)
            .current_dir(self.folder)
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS")
            .output()?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(format!("cargo {} failed: {why}", arguments.join(" ")).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}
