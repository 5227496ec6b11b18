//! One look for each of many orders, which share what they read; and doubt that is handed over to such rounds.

use core::time::Duration;

use yeastar_core::purchase::{Finding, Intent, Outcome, Reconciled, Round};
use yeastar_core::{Action, Credentials, Entry, Error, ErrorKind, Machine, OrderNo};

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
        // The others could have looked meanwhile.
        run.page_takes = Duration::from_secs(1);
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
    let not_sent = |reconciled: &&Reconciled| matches!(reconciled.result, Ok(Outcome::NotPlaced { .. }));
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
    let kinds: Vec<_> = ended.iter().map(|it| it.result.as_ref().err().map(Error::kind)).collect();
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

/// A clock that was ten years ahead, and a policy without end.
#[test]
fn nobody_is_kept_from_deciding_for_ever() {
    let mut run = Run::new();
    run.policy.hands_doubt_over = true;
    run.policy.reconcile_for = Duration::MAX;
    run.portal.once(Asked::Order, lost());
    let _ = run.purchase(&intent()).unwrap();
    assert_eq!(
        run.settle(Finding::NotOrdered).unwrap_err().retry_after(),
        Some(Duration::from_secs(24 * 60 * 60))
    );
    let (mut run, _) = handed_over();
    let ten_years = 10 * 365 * 24 * 60 * 60;
    run.journal = run.journal.map(|entry| {
        super::script::forge(&entry, |purchase| {
            purchase["lookedForUntil"] = (purchase["lookedForUntil"].as_u64().unwrap() + ten_years).into();
        })
    });
    run.now = run.now + Duration::from_secs(600);
    let _ = run.settle(Finding::NotOrdered).unwrap();
}

#[test]
fn rounds_come_to_absent_as_a_long_search_does() {
    let mut run = Run::new();
    run.others = vec![in_doubt("ticket-1")];
    run.page_takes = Duration::from_secs(1);
    let mut absent = Vec::new();
    for _ in 0..4 {
        run.now = run.now + Duration::from_secs(299);
        let ended = round(&mut run);
        absent.push(matches!(ended[0].result, Ok(Outcome::Ambiguous { absent: true, .. })));
    }
    assert_eq!(absent, [false, false, true, true], "three looks, ten minutes");
    // The clock jumps: three looks, and not the time.
    let mut run = Run::new();
    run.others = vec![in_doubt("ticket-1")];
    for pause in [600, 1, 24 * 60 * 60] {
        run.now = run.now + Duration::from_secs(pause);
        let ended = round(&mut run);
        assert!(matches!(ended[0].result, Ok(Outcome::Ambiguous { absent: false, .. })), "{pause}");
    }
}

/// The list was read at the beginning of the round.
#[test]
fn a_slow_round_does_not_count_time_in_which_nothing_was_read() {
    let mut run = Run::new();
    run.others = (0..3).map(|number| in_doubt(&format!("ticket-{number}"))).collect();
    run.store_takes = Duration::from_secs(300);
    let watched = |entry: &Entry| purchase_in(entry)["watched"]["secs"].as_u64().unwrap();
    let before: Vec<_> = run.others.iter().map(watched).collect();
    let _ = round(&mut run);
    assert_eq!(run.others.iter().map(watched).collect::<Vec<_>>(), before);
}

#[test]
fn a_round_looks_for_nothing_that_nobody_owns() {
    let mut run = Run::new();
    let unowned = super::script::forge(&in_doubt("ticket-1"), |purchase| {
        purchase.as_object_mut().unwrap().remove("client");
    });
    run.others = vec![unowned];
    run.portal.rows.push(row(9, ""));
    let ended = round(&mut run);
    assert!(ended[0].result.as_ref().unwrap_err().message().contains("adopt"), "{ended:?}");
    assert!(run.log.is_empty(), "{:?}", run.log);
}

/// A program may have two of them under way.
#[test]
fn a_round_that_ends_leaves_what_another_shares() {
    let mut run = Run::new();
    // It has a token.
    let _ = run.purchase(&intent()).unwrap();
    run.others = (0..5).map(|number| in_doubt(&format!("ticket-{number}"))).collect();
    run.now = run.now + Duration::from_secs(600);
    let context = run.context();
    let mut outer = Round::new(&run.others, &context);
    // The first of it is about to read the list.
    while !matches!(outer.poll(run.now, &mut run.session), Action::Send(_)) {}
    let (mut other, context) = (Run::new(), run.context());
    std::mem::swap(&mut run.session, &mut other.session);
    assert!(other.drive(Round::new(&[], &context)).unwrap().is_empty());
    std::mem::swap(&mut run.session, &mut other.session);
    outer.on(super::script::cut());
    run.log.clear();
    assert_eq!(run.drive(outer).unwrap().len(), 5);
    // The one whose request was cut asks once more; the others share.
    assert_eq!(count(&run, "page"), 2, "{:?}", run.log);
}

/// The pages that it would share are those of another account.
#[test]
fn a_round_ends_when_the_credentials_are_replaced() {
    let mut run = Run::new();
    run.others = (0..2).map(|number| in_doubt(&format!("ticket-{number}"))).collect();
    let context = run.context();
    let mut round = Round::new(&run.others, &context);
    while !matches!(round.poll(run.now, &mut run.session), Action::Send(_)) {}
    run.session.set_credentials(Credentials::new("client-B", "S"));
    round.on(super::script::cut());
    run.log.clear();
    for ended in run.drive(round).unwrap() {
        let outcome = ended.result.unwrap();
        assert_eq!(evidence(&outcome).scans, 1, "as before: {outcome}");
    }
    assert_eq!(count(&run, "page"), 0);
}
