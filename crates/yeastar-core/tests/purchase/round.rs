//! One look for each of many orders, which share what they read; and doubt that is handed over to such rounds.

use core::time::Duration;

use yeastar_core::purchase::{Finding, Intent, Outcome, Reconciled, Round};
use yeastar_core::{Entry, ErrorKind, OrderNo};

use super::script::{
    Asked, Run, evidence, intent, intent_with_url, lost, purchase_in, refusal, renewal, row, state,
};

fn in_doubt(id: &str) -> Entry {
    Run::in_doubt(&Intent::new(id, renewal())).journal.unwrap()
}

/// Refused, and its process ended before it could look.
fn refused(id: &str) -> Entry {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    run.die_before("page 1", &Intent::new(id, renewal()));
    run.die_before("store 4", &Intent::new(id, renewal()));
    run.journal.unwrap()
}

fn round(run: &mut Run) -> Vec<Reconciled> {
    let context = run.context();
    let round = Round::new(&run.others, &context);
    run.log.clear();
    run.pauses.clear();
    run.drive(round).expect("it ends")
}

fn count(run: &Run, asked: &str) -> usize {
    run.log.iter().filter(|line| line.starts_with(asked)).count()
}

#[test]
fn what_one_of_a_round_reads_serves_all() {
    for doubts in [1, 7] {
        let mut run = Run::new();
        run.others = (0..doubts).map(|number| in_doubt(&format!("ticket-{number}"))).collect();
        run.now = run.now + Duration::from_secs(600);
        run.portal.rows.extend((3..33).map(|id| row(id, "")));
        run.portal.rows.push(row(33, r#""reference":"ticket-0""#));
        let ended = round(&mut run);
        assert_eq!((count(&run, "page"), count(&run, "balance")), (2, 1), "{doubts}: {:?}", run.log);
        // The one that is found needs none.
        assert_eq!(count(&run, "details"), if doubts == 1 { 0 } else { 30 }, "{doubts}");
        assert_eq!((count(&run, "order"), count(&run, "store")), (0, doubts));
        let found = |reconciled: &&Reconciled| matches!(reconciled.result, Ok(Outcome::Confirmed { .. }));
        assert_eq!(ended.iter().filter(found).count(), 1);
        assert_eq!(ended.len(), doubts);
        for entry in run.others.iter().filter(|entry| entry.is_open()) {
            assert_eq!(purchase_in(entry)["scans"], 2, "the look of the round counts");
        }
    }
}

/// What was read before a pause was over says nothing about what shows after it.
#[test]
fn who_has_to_wait_reads_the_list_anew() {
    let mut run = Run::new();
    run.others = vec![in_doubt("ticket-1"), refused("ticket-2"), refused("ticket-3")];
    run.now = run.now + Duration::from_secs(600);
    let ended = round(&mut run);
    assert_eq!(count(&run, "page"), 2, "{:?}", run.log);
    assert_eq!(run.seconds(), [2], "the two wait together");
    let not_sent = |reconciled: &&Reconciled| matches!(reconciled.result, Ok(Outcome::NotSent { .. }));
    assert_eq!(ended.iter().filter(not_sent).count(), 2);
}

#[test]
fn a_round_sends_nothing_and_takes_nothing_from_a_process_at_work() {
    let mut run =
        Run::in_doubt(&intent_with_url().with_resend(yeastar_core::purchase::Resend::UniqueKeyGuard));
    run.others = run.journal.take().into_iter().collect();
    let mut other = Run::new();
    other.die_before("page", &Intent::new("ticket-1", renewal()));
    run.others.extend(other.journal);
    let ended = round(&mut run);
    assert_eq!(run.sent(), 0);
    let of = |id: &str| ended.iter().find(|it| it.key.id().as_str() == id).unwrap().result.as_ref();
    assert!(matches!(of("ticket-4711"), Ok(Outcome::Ambiguous { .. })));
    assert_eq!(of("ticket-1").unwrap_err().kind(), ErrorKind::Conflict);
    let entry = run.others.iter().find(|entry| entry.id().as_str() == "ticket-1").unwrap();
    assert_eq!(state(entry), "recorded");
}

#[test]
fn an_entry_that_cannot_be_read_does_not_stop_the_others() {
    let mut run = Run::new();
    let broken = Entry::new("ticket-1".into(), 1, true, "{}");
    run.others = vec![broken, in_doubt("ticket-2")];
    let ended = round(&mut run);
    let kinds: Vec<_> = ended.iter().map(|it| it.result.as_ref().err().map(|error| error.kind())).collect();
    assert_eq!(kinds, [Some(ErrorKind::Journal), None]);
    // An empty round asks nothing.
    let mut run = Run::new();
    assert!(round(&mut run).is_empty() && run.log.is_empty());
}

fn handed_over() -> (Run, Outcome) {
    let mut run = Run::new();
    run.policy.hands_doubt_over = true;
    run.portal.once(Asked::Order, lost());
    let outcome = run.purchase(&intent()).unwrap();
    (run, outcome)
}

#[test]
fn doubt_that_is_handed_over_takes_one_look() {
    let (mut run, outcome) = handed_over();
    assert_eq!((count(&run, "page"), run.seconds()), (2, vec![0]), "one before the order, one after");
    let until = evidence(&outcome).looked_for_until.unwrap();
    assert_eq!(until, run.now.wall_clock().unwrap().as_secs() + 120, "as long as the policy looks");
    assert!(outcome.to_string().contains("is looked for until"), "{outcome}");
    // A round finds it.
    run.portal.rows.push(super::script::ours(9));
    run.others = run.journal.take().into_iter().collect();
    let ended = round(&mut run);
    assert_eq!(ended[0].result.as_ref().unwrap().order_no().map(OrderNo::as_str), Some("HB9"));
}

/// By default it is looked for as long as the policy says, and nobody has to wait.
#[test]
fn doubt_is_handed_over_only_where_the_policy_says_so() {
    let run = Run::in_doubt(&intent());
    assert!(purchase_in(run.journal.as_ref().unwrap()).get("lookedForUntil").is_none());
}

#[test]
fn nobody_decides_while_it_is_looked_for() {
    for finding in [Finding::NotOrdered, Finding::Ordered("HB9".into())] {
        let (mut run, _) = handed_over();
        run.now = run.now + Duration::from_secs(119);
        let error = run.settle(finding.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)), "{error}");
        run.now = run.now + Duration::from_secs(1);
        let _ = run.settle(finding).unwrap();
    }
    // However often it was looked for.
    let (mut run, _) = handed_over();
    run.policy.hands_doubt_over = false;
    run.policy.reconcile_for = Duration::from_secs(700);
    let _ = run.resume().unwrap();
    assert_eq!(run.resubmit().map(|_| run.sent()).unwrap(), 2, "the time was over meanwhile");
    let (mut run, _) = handed_over();
    run.journal = run.journal.map(|entry| {
        super::script::forge(&entry, |purchase| {
            purchase["scans"] = 9.into();
            purchase["watched"] = serde_json::json!({"secs": 900, "nanos": 0});
        })
    });
    assert_eq!(run.resubmit().unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(run.sent(), 1);
}
