//! Tables of what the portal sent.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{CellAlignment, Table, presets};
use yeastar_blocking::{Amount, Json};

use crate::tree::Tree;

/// A table with these columns. Columns of numbers are aligned to the right.
pub fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let is_number = |text: &str| Json::from(text).parse::<Amount>().is_ok();
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(columns.iter().copied().map(visible));
    table.add_rows(rows.iter().map(|row| row.iter().map(|text| visible(text))));
    for (index, column) in table.column_iter_mut().enumerate() {
        let mut texts = rows.iter().filter_map(|row| row.get(index)).filter(|text| !text.is_empty());
        if texts.all(|text| is_number(text)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// Whatever came, as lines and tables: of an array of objects a row for each object and a column for
/// each field; of an object a row for each field, and then what has more than one value.
pub fn show(name: &str, tree: &Tree) -> String {
    let name = visible(name);
    match tree {
        Tree::Leaf(_) => format!("{name}: {}", visible(&tree.text())),
        Tree::List(elements) if elements.is_empty() => format!("{name}: none"),
        Tree::List(elements) => {
            if let Some(objects) = elements.iter().map(Tree::fields).collect::<Option<Vec<_>>>() {
                format!("{name}:\n{}", table_of(&objects))
            } else {
                let texts: Vec<_> = elements.iter().map(Tree::text).collect();
                format!("{name}: {}", visible(&texts.join(", ")))
            }
        }
        Tree::Object(fields) => {
            let (leaves, others): (Vec<_>, Vec<_>) =
                fields.iter().partition(|(_, value)| matches!(value, Tree::Leaf(_)));
            let mut parts = vec![format!("{name}:")];
            if !leaves.is_empty() {
                let rows: Vec<_> =
                    leaves.into_iter().map(|(name, leaf)| vec![name.clone(), leaf.text()]).collect();
                parts.push(table(&["field", "value"], &rows));
            }
            parts.extend(others.into_iter().map(|(name, value)| show(name, value)));
            parts.join("\n")
        }
    }
}

fn table_of(objects: &[&BTreeMap<String, Tree>]) -> String {
    let names: BTreeSet<_> = objects.iter().flat_map(|object| object.keys().map(String::as_str)).collect();
    let columns: Vec<_> = names.into_iter().collect();
    let cell = |object: &BTreeMap<String, Tree>, name| object.get(name).map(Tree::text).unwrap_or_default();
    let rows: Vec<_> =
        objects.iter().map(|object| columns.iter().map(|&name| cell(object, name)).collect()).collect();
    table(&columns, &rows)
}

/// Text of the portal that leaves table and terminal alone.
fn visible(text: &str) -> String {
    text.replace(char::is_control, " ")
}
