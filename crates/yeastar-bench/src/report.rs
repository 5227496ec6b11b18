//! What was aimed at, what came out, and whether that is enough.

use serde_json::{Value, json};

use crate::findings::Findings;
use crate::table::{Table, number};
use crate::targets::{self, Target};

pub struct Row {
    name: String,
    target: Target,
    /// Or why it was not measured.
    value: Result<f64, String>,
}

pub struct Report {
    pub rows: Vec<Row>,
}

impl Row {
    fn is_met(&self) -> Option<bool> {
        self.value.as_ref().ok().map(|value| self.target.bound.holds(*value))
    }

    fn value(&self) -> String {
        self.value.as_ref().map_or_else(|_| String::new(), |value| number(*value))
    }

    fn verdict(&self) -> String {
        match (&self.value, self.is_met()) {
            (_, Some(true)) => "ok".into(),
            (_, Some(false)) => "MISSED".into(),
            (Err(why), None) => format!("not measured: {why}"),
            (Ok(_), None) => String::new(),
        }
    }
}

impl Report {
    pub fn new(findings: &Findings) -> Self {
        let row =
            |(name, target): (String, Target)| Row { name, target, value: findings.value(target.figure) };
        Self { rows: targets::all().map(row).collect() }
    }

    /// A metric a row, the clients beside each other.
    pub fn clients(&self) -> Table {
        let header = ["metric", "blocking", "measured", "verdict", "async", "measured", "verdict"];
        let mut table = Table::new("targets-clients", "Clients: targets and what was measured", &header);
        let mut rows = self.rows.iter();
        for metric in targets::CLIENTS {
            let mut cells = vec![metric.name.to_owned()];
            for target in [metric.blocking, metric.r#async] {
                match target.and_then(|_| rows.next()) {
                    Some(row) => cells.extend([row.target.bound.to_string(), row.value(), row.verdict()]),
                    None => cells.extend(["-".into(), String::new(), String::new()]),
                }
            }
            table.rows.push(cells);
        }
        table
    }

    pub fn core(&self) -> Table {
        let header = ["metric", "target", "measured", "verdict"];
        let mut table = Table::new("targets-core", "Core: targets and what was measured", &header);
        let core = &self.rows[self.rows.len() - targets::CORE.len()..];
        table.rows = core.iter().map(Row::cells).collect();
        table
    }

    /// Everything, for a machine.
    pub fn all(&self) -> Table {
        let mut table = Table::new("targets", "Targets", &["name", "target", "value", "verdict"]);
        table.rows = self.rows.iter().map(Row::cells).collect();
        table
    }

    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            let (name, target, ok) = (&row.name, row.target.bound.to_string(), row.is_met());
            match &row.value {
                Ok(value) => json!({"name": name, "target": target, "value": value, "ok": ok}),
                Err(why) => json!({"name": name, "target": target, "value": null, "ok": ok, "why": why}),
            }
        };
        json!({"rows": self.rows.iter().map(row).collect::<Vec<_>>()})
    }

    pub fn has_missed(&self) -> bool {
        self.rows.iter().any(|row| row.is_met() == Some(false))
    }

    pub fn summary(&self) -> String {
        let count = |verdict| self.rows.iter().filter(|row| row.is_met() == verdict).count();
        format!("{} rows met, {} missed, {} not measured", count(Some(true)), count(Some(false)), count(None))
    }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.target.bound.to_string(), self.value(), self.verdict()]
    }
}
