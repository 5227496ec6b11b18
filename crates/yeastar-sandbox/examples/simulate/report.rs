//! What came of it, for a person or as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use crate::simulation::{Report, Tally, Variant, to_text};

/// All that was run: each variant with what came of it, and each broken client.
pub struct Results {
    pub variants: Vec<(Variant, Tally)>,
    pub twins: Vec<(Variant, Tally)>,
}

impl Results {
    fn total(&self) -> Tally {
        let mut total = Tally::default();
        for (_, tally) in &self.variants {
            total.add(tally);
        }
        total
    }

    /// Whether nothing is wrong, and every broken client was caught.
    pub fn are_good(&self) -> bool {
        self.total().caught() == 0 && self.twins.iter().all(|(_, tally)| tally.caught() > 0)
    }

    /// How to see what is wrong.
    pub fn failures(&self) -> String {
        let mut text = String::new();
        for (variant, tally) in &self.variants {
            if let Some(failure) = &tally.failure {
                let _ = writeln!(text, "{}: {}", variant.name, failure);
            }
        }
        for (twin, _) in self.twins.iter().filter(|(_, tally)| tally.caught() == 0) {
            let _ = writeln!(text, "{}: this broken client was not caught", twin.name);
        }
        text
    }

    /// For a person.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "{:22} {:>9} {:>7} {:>6} {:>6} {:>10} {:>10} {:>9} {:>7} {:>10} {:>8} {:>8}\n",
            "variant",
            "schedules",
            "double",
            "lost",
            "other",
            "ambiguous",
            "resumed",
            "repeated",
            "twice",
            "unseeable",
            "mistaken",
            "licensed"
        );
        let total = self.total();
        let all = self.variants.iter().map(|(variant, tally)| (variant.name, tally));
        for (name, tally) in all.chain([("total", &total)]) {
            let _ = writeln!(
                text,
                "{name:22} {:9} {:7} {:6} {:6} {:>10} {:>10} {:9} {:7} {:10} {:8} {:8}",
                tally.schedules,
                tally.double,
                tally.lost,
                tally.other,
                share(tally.ambiguous(), tally.schedules),
                share(tally.still_ambiguous(), tally.schedules),
                tally.repeated,
                tally.repeated_wrong,
                tally.unseeable,
                tally.mistaken,
                tally.licensed,
            );
        }
        text += "\nstates: what was run; the same state comes up in many schedules, and what follows from it is run once.\n\
                 A fault that looks to the client like another one counts as two, what a person does as one.\n\
                 repeated: a gateway sends the order twice; twice: and the portal takes both. unseeable: the client\n\
                 hears the refusal of the second, believes it, and was shown nothing of the first. mistaken: a person\n\
                 settles the purchase, and is wrong. licensed: it was sent again where the documentation says that\n\
                 this may order twice, and both are told. The three columns in front count none of these.\n\
                 ambiguous: the caller does not know at the end; resumed: nor when it has resumed the purchase.\n";
        for (title, whys) in [("ambiguous", &total.ambiguous), ("resumed", &total.still_ambiguous)] {
            for (why, count) in whys.iter() {
                let _ = writeln!(text, "{title}: {count:9} {why}");
            }
        }
        if !self.twins.is_empty() {
            text +=
                "\nclients that are broken on purpose: schedules that caught them (double, lost, other)\n";
        }
        for (twin, tally) in &self.twins {
            let Tally { double, lost, other, .. } = tally;
            let _ = writeln!(
                text,
                "{:22} {:9} of {} ({double}, {lost}, {other})",
                twin.name,
                tally.caught(),
                tally.schedules
            );
        }
        text
    }

    /// For a program.
    pub fn to_json(&self) -> String {
        let total = self.total();
        let twins: BTreeMap<_, _> =
            self.twins.iter().map(|(twin, tally)| (twin.name, tally.caught())).collect();
        let variants: BTreeMap<_, _> = self
            .variants
            .iter()
            .map(|(variant, tally)| {
                let numbers = json!({
                    "schedules": tally.schedules,
                    "states": tally.states,
                    "ambiguous": tally.ambiguous(),
                    "ambiguousResumed": tally.still_ambiguous(),
                });
                (variant.name, numbers)
            })
            .collect();
        json!({
            "schedules": total.schedules,
            "states": total.states,
            "double": total.double,
            "lost": total.lost,
            "other": total.other,
            "ambiguous": total.ambiguous(),
            "ambiguousResumed": total.still_ambiguous(),
            "repeated": total.repeated,
            "repeatedWrong": total.repeated_wrong,
            "unseeable": total.unseeable,
            "mistaken": total.mistaken,
            "licensed": total.licensed,
            "twins": twins,
            "variants": variants,
        })
        .to_string()
    }
}

/// One schedule, step by step.
pub fn steps(variant: &Variant, report: &Report) -> String {
    let mut text = format!("{}: {}\n", variant.name, variant.about);
    for step in &report.trace {
        let _ = writeln!(text, "{step}");
    }
    let _ = writeln!(text, "choices: {}", to_text(&report.words));
    let _ = writeln!(text, "at the end {:?}, when resumed {:?}", report.ended, report.settled);
    for violation in &report.violations {
        let _ = writeln!(text, "{:?}: {}", violation.kind, violation.text);
    }
    text
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = part * 1000 / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}
