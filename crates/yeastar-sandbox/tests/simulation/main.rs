//! Purchases under everything that can go wrong: no schedule places an order twice or loses one, and the same
//! checker catches every client that is broken on purpose.
//!
//! `YEASTAR_SIMULATION_FAULTS` sets the number of faults that are searched through, 3 without it.

#[path = "../../examples/simulate/simulation/mod.rs"]
mod simulation;

use simulation::{Ended, TWINS, Tally, VARIANTS, Variant, every_cut, exhaustive, replay, seeded, trace};
use yeastar_core::purchase::By;

fn faults() -> usize {
    std::env::var("YEASTAR_SIMULATION_FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

#[track_caller]
fn assert_good(variant: &Variant, tally: &Tally) {
    assert!(tally.schedules > 0);
    if let Some(failure) = &tally.failure {
        panic!(
            "{}: {} of {} schedules fail, one of them: {failure}",
            variant.name,
            tally.caught(),
            tally.schedules
        );
    }
}

/// Searches through all schedules of a few variants.
fn search(names: &[&str], fewer: usize) {
    for name in names {
        let variant = Variant::named(name).unwrap();
        assert!(variant.twin.is_none());
        assert_good(variant, &exhaustive(variant, faults() - fewer.min(faults())));
    }
}

/// What differs most: all faults.
const DEEP: &[&str] = &["echoed", "nowhere", "guard", "quarantine"];

/// One fault fewer: these hardly differ from one above, or have many more schedules.
const WIDE: &[&str] = &[
    "echoed-elsewhere",
    "renewal",
    "pages",
    "tokens",
    "resubmit",
    "guard-nowhere",
    "two",
    "guard-two",
    "quarantine-two",
];

#[test]
fn no_schedule_places_an_order_twice_or_loses_it() {
    search(DEEP, 0);
}

#[test]
fn nor_does_one_of_the_other_variants() {
    search(WIDE, 1);
}

#[test]
fn every_variant_is_searched() {
    let searched = DEEP.iter().chain(WIDE).count();
    assert_eq!(searched, VARIANTS.len());
    assert!(VARIANTS.iter().all(|variant| DEEP.contains(&variant.name) || WIDE.contains(&variant.name)));
}

#[test]
fn every_broken_client_is_caught() {
    for twin in TWINS {
        let tally = exhaustive(twin, 2);
        assert!(tally.caught() > 0, "{} is not caught by any of {} schedules", twin.name, tally.schedules);
    }
}

#[test]
fn a_broken_client_does_what_its_name_says() {
    let caught = |name: &str| exhaustive(Variant::named(name).unwrap(), 2);
    assert!(caught("resend at once").double > 0);
    assert!(caught("short quarantine").double > 0);
    assert!(caught("no compare-and-swap").double > 0);
    assert!(caught("no taint rule").lost > 0);
    assert!(caught("no write-ahead").lost > 0);
    assert!(caught("retry on any error").lost > 0);
    let blind = caught("always ambiguous");
    assert_eq!((blind.double, blind.lost), (0, 0));
    assert!(blind.other > 0);
}

#[test]
fn without_faults_every_order_is_confirmed() {
    for variant in VARIANTS {
        let report = replay(variant, Vec::new());
        assert!(report.violations.is_empty(), "{}: {:?}", variant.name, report.violations);
        assert_eq!(report.ended, Ended::Confirmed(By::Answer), "{}", variant.name);
    }
}

#[test]
fn an_answer_that_breaks_off_anywhere_loses_no_order() {
    for name in ["echoed", "nowhere", "guard"] {
        for is_framed in [true, false] {
            let variant = Variant::named(name).unwrap();
            let reports = every_cut(variant, is_framed);
            assert!(reports.len() > 300, "an answer has more bytes than {}", reports.len());
            for (length, report) in reports.iter().enumerate() {
                let (wrong, trace) = (&report.violations, report.trace.join("\n"));
                assert!(wrong.is_empty(), "{name}, after {length} bytes: {wrong:?}\n{trace}");
            }
        }
    }
}

/// Of the seeded schedules, so many in a thousand stay ambiguous although the portal shows the number of an
/// order, and all is quiet when the purchase is resumed: no order exists, which nobody can know.
const MOST_AMBIGUOUS: u64 = 400;

#[test]
fn schedules_at_random_are_good_and_few_of_them_stay_ambiguous() {
    let variants: Vec<Variant> = VARIANTS.to_vec();
    for (variant, tally) in seeded(&variants, 1, 2600) {
        assert_good(&variant, &tally);
        let is_shown = !variant.name.contains("nowhere");
        let share = tally.still_ambiguous() * 1000 / tally.schedules;
        assert!(!is_shown || share <= MOST_AMBIGUOUS, "{}: {share} of a thousand", variant.name);
    }
}

#[test]
fn a_seed_is_one_schedule() {
    for seed in 1..40 {
        let (variant, report) = trace(VARIANTS, seed);
        assert_eq!(trace(VARIANTS, seed).1.trace, report.trace);
        // And so are its choices, which a failure prints.
        let choices = report.made.iter().map(|choice| choice.value).collect();
        assert_eq!(replay(&variant, choices).trace, report.trace, "seed {seed}");
    }
}

/// Schedules that failed once, with what was wrong. The choices are those of the lists of faults at that time;
/// a change there moves them, and the search finds them again where they fail.
mod found {
    use super::*;

    #[track_caller]
    fn passes(name: &str, choices: &[usize]) {
        let report = replay(Variant::named(name).unwrap(), choices.to_vec());
        assert!(report.violations.is_empty(), "{:?}\n{}", report.violations, report.trace.join("\n"));
    }

    /// It was called refused, since its URL was taken: by the order of the other process, of which the
    /// journal could not tell.
    #[test]
    fn a_url_that_the_other_process_has_taken_while_the_journal_is_down() {
        passes("two", &[0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 4]);
    }
}
