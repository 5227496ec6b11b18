//! A table: printed as Markdown, or written as CSV.

use std::error::Error;
use std::path::Path;

use comfy_table::presets::ASCII_MARKDOWN;

pub struct Table {
    /// Of its file.
    pub name: &'static str,
    pub title: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(name: &'static str, title: impl Into<String>, header: &[&str]) -> Self {
        let header = header.iter().map(|&cell| cell.to_owned()).collect();
        Self { name, title: title.into(), header, rows: Vec::new() }
    }

    pub fn print(&self) {
        let mut table = comfy_table::Table::new();
        table.load_style(ASCII_MARKDOWN).set_header(&self.header).add_rows(&self.rows);
        println!("\n{}\n\n{table}", self.title);
    }

    pub fn write_csv(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let mut writer = csv::Writer::from_path(folder.join(self.name).with_extension("csv"))?;
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        Ok(writer.flush()?)
    }
}

/// As many digits as mean something.
pub fn number(value: f64) -> String {
    match value.abs() {
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        magnitude if magnitude < 10.0 => format!("{value:.3}"),
        magnitude if magnitude < 1000.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// The same, or nothing.
pub fn maybe(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}
