//! The rules one by one, each also against a machine that breaks it.

use std::collections::VecDeque;

use super::Machine;
use crate::acks::{Confirmation, Verdict, Waiting};
use crate::*;

const ME: &str = "me";

fn identity(name: &str) -> Identity {
    Identity { node_id: name.into(), name: name.into(), address: String::new(), version: String::new() }
}

fn timing(window_ms: u64) -> Timing {
    Timing::new(window_ms, 500, 0.11).expect("allowed")
}

fn record(name: &str, seq: u64, applied: u64, window_ms: u64, presence: Presence) -> Vec<u8> {
    let (identity, window) = (identity(name), timing(window_ms).own());
    let cleared = Vec::new();
    Record { identity, window, seq, applied: Revision(applied), wall_ms: 0, presence, cleared }.encode()
}

fn other(seq: u64, applied: u64) -> Vec<u8> {
    record("other", seq, applied, 4_000, Presence::Here)
}

fn put(incarnation: &str, revision: u64, record: Vec<u8>) -> MemberEvent {
    let incarnation = Incarnation::new(incarnation);
    MemberEvent { incarnation, revision: Revision(revision), change: MemberChange::Put(record) }
}

fn deleted(incarnation: &str, revision: u64) -> MemberEvent {
    let incarnation = Incarnation::new(incarnation);
    MemberEvent { incarnation, revision: Revision(revision), change: MemberChange::Deleted }
}

fn listed(incarnation: &str, modified: u64, record: Vec<u8>) -> Listed {
    Listed { incarnation: Incarnation::new(incarnation), modified: Revision(modified), record }
}

/// What a poll sends: its number, what it expects there, and its bytes.
fn sent(actions: Vec<Action>) -> Option<(u64, Option<Revision>, Vec<u8>)> {
    actions.into_iter().find_map(|action| match action {
        Action::Put { seq, expected, record, .. } => Some((seq, expected, record)),
        _ => None,
    })
}

/// A machine that was begun at 1000, at revision 10, with `others` in its view; its creation is sent and not answered.
fn begun(others: Vec<Listed>, mutant: Mutant) -> (Machine, u64, Vec<u8>) {
    let mut machine = Machine::new(timing(4_000), identity(ME));
    machine.set_mutant(mutant);
    assert!(machine.replaced(others, Revision(10), Boot(1_000)).is_empty());
    machine.begin(Incarnation::new(ME), Boot(1_000));
    let (seq, expected, bytes) = sent(machine.poll(Boot(1_000), 0)).expect("the creation");
    assert_eq!(expected, None);
    (machine, seq, bytes)
}

/// The same, and its creation was written as revision 11, answered and seen at 1010: trusted until 5000.
fn member(others: Vec<Listed>, mutant: Mutant) -> Machine {
    let (mut machine, seq, bytes) = begun(others, mutant);
    let _ = machine.answered(seq, Answer::Written(Revision(11)), Boot(1_005));
    let _ = machine.applied(Revision(11), vec![put(ME, 11, bytes)], Boot(1_010));
    machine
}

/// Heartbeats that are answered and seen at once, each 500 ms, until `until`.
fn beats(machine: &mut Machine, revision: &mut u64, until: u64) -> Vec<Action> {
    let mut others = Vec::new();
    while machine.wake_at() <= Boot(until) {
        let now = machine.wake_at();
        for action in machine.poll(now, 0) {
            let Action::Put { seq, record, .. } = action else {
                others.push(action);
                continue;
            };
            *revision += 1;
            let _ = machine.answered(seq, Answer::Written(Revision(*revision)), now);
            let event = put(ME, *revision, record);
            others.extend(machine.applied(Revision(*revision), vec![event], now));
        }
    }
    others
}

#[test]
fn trust_counts_from_the_sending_and_begins_with_the_own_event() {
    for mutant in [Mutant::None, Mutant::ExtendOnAnswer, Mutant::LeaseFromAnswer, Mutant::TrustAtBegin] {
        let (mut machine, seq, bytes) = begun(Vec::new(), mutant);
        let _ = machine.answered(seq, Answer::Written(Revision(11)), Boot(1_100));
        let before = machine.trusted_until();
        assert_eq!(before == Boot(0), mutant == Mutant::None, "{mutant:?}");
        let _ = machine.applied(Revision(11), vec![put(ME, 11, bytes)], Boot(1_200));
        assert!(mutant != Mutant::None || machine.trusted_until() == Boot(5_000));
    }
}

#[test]
fn an_event_is_matched_to_its_own_sending() {
    for (mutant, until) in [(Mutant::None, 5_000), (Mutant::MatchLatest, 5_500)] {
        let (mut machine, _, bytes) = begun(Vec::new(), mutant);
        assert!(sent(machine.poll(Boot(1_500), 0)).is_some());
        let _ = machine.applied(Revision(11), vec![put(ME, 11, bytes)], Boot(1_600));
        assert_eq!(machine.trusted_until(), Boot(until), "{mutant:?}");
    }
}

#[test]
fn a_number_is_never_used_twice() {
    for mutant in [Mutant::None, Mutant::SeqReuse] {
        let (mut machine, first, _) = begun(Vec::new(), mutant);
        let (second, _, _) = sent(machine.poll(Boot(1_500), 0)).expect("due after an unanswered one");
        assert_eq!(second > first, mutant == Mutant::None);
    }
}

#[test]
fn a_lost_answer_evicts_nobody() {
    for mutant in [Mutant::None, Mutant::RefusedIsEvicted] {
        let (mut machine, first, bytes) = begun(Vec::new(), mutant);
        let _ = machine.answered(first, Answer::NoAnswer, Boot(1_400));
        let (second, _, _) = sent(machine.poll(Boot(1_500), 0)).expect("the next");
        let current = Some((Revision(11), bytes));
        let refused = Answer::Refused { current, epoch: Epoch::Same };
        let actions = machine.answered(second, refused, Boot(1_510));
        assert_eq!(actions.is_empty(), mutant == Mutant::None, "{mutant:?}");
        if mutant == Mutant::None {
            let (third, expected, _) = sent(machine.poll(Boot(1_520), 0)).expect("again at once");
            assert_eq!((third, expected), (second + 1, Some(Revision(11))));
        }
    }
}

#[test]
fn who_was_removed_stops_and_joins_again_with_higher_numbers() {
    let mut machine = member(Vec::new(), Mutant::None);
    let (trust, lease) = (machine.trust(), machine.trust().lease());
    assert!(trust.admits(lease, Boot(4_999)) && !trust.admits(lease, Boot(5_000)));
    let actions = machine.applied(Revision(12), vec![deleted(ME, 12)], Boot(1_100));
    let gone = Action::Tell(Story::Evicted(Incarnation::new(ME)));
    assert_eq!(actions, vec![Action::Distrust, gone, Action::Rejoin]);
    assert_eq!(machine.trusted_until(), Boot(0));
    machine.begin(Incarnation::new("again"), Boot(1_200));
    let (seq, expected, _) = sent(machine.poll(Boot(1_200), 0)).expect("created");
    assert_eq!((seq, expected), (2, None));
}

#[test]
fn somebody_elses_record_under_our_key_ends_the_life() {
    let mut machine = member(Vec::new(), Mutant::None);
    let (_, _, mut bytes) = sent(machine.poll(Boot(1_500), 0)).expect("due");
    // A clone uses the same number; what it says differs.
    bytes = String::from_utf8(bytes).expect("text").replace("\"wall_ms\":0", "\"wall_ms\":5").into_bytes();
    let actions = machine.applied(Revision(12), vec![put(ME, 12, bytes)], Boot(1_600));
    assert!(actions.contains(&Action::Tell(Story::Cloned(Incarnation::new(ME)))));
    assert_eq!(machine.trusted_until(), Boot(0));
}

#[test]
fn another_epoch_fences_until_everything_is_read_anew() {
    let mut machine = member(Vec::new(), Mutant::None);
    let (seq, _, bytes) = sent(machine.poll(Boot(1_500), 0)).expect("due");
    let moved = Answer::Refused { current: None, epoch: Epoch::Moved };
    let actions = machine.answered(seq, moved, Boot(1_510));
    assert_eq!(actions, vec![Action::Distrust, Action::Tell(Story::Fenced(Reason::EpochMoved))]);
    let _ = machine.applied(Revision(12), vec![put(ME, 12, bytes)], Boot(1_600));
    machine.begin(Incarnation::new("again"), Boot(1_600));
    assert_eq!((machine.trusted_until(), machine.wake_at()), (Boot(0), Boot::NEVER));
    let _ = machine.replaced(Vec::new(), Revision(3), Boot(1_700));
    machine.begin(Incarnation::new("again"), Boot(1_700));
    assert!(sent(machine.poll(Boot(1_700), 0)).is_some());
}

#[test]
fn a_watch_that_shows_nothing_is_opened_again() {
    for mutant in [Mutant::None, Mutant::NoWatchdog] {
        let (mut machine, seq, _) = begun(Vec::new(), mutant);
        let _ = machine.answered(seq, Answer::Written(Revision(11)), Boot(1_100));
        assert!(!machine.poll(Boot(1_399), 0).contains(&Action::ReopenWatch));
        assert_eq!(machine.poll(Boot(1_400), 0).contains(&Action::ReopenWatch), mutant == Mutant::None);
        assert!(!machine.poll(Boot(1_401), 0).contains(&Action::ReopenWatch), "once a second");
    }
}

#[test]
fn who_hears_nothing_for_a_window_lets_its_record_grow_old() {
    for mutant in [Mutant::None, Mutant::BeatDeaf] {
        let mut machine = member(Vec::new(), mutant);
        let mut written = 11;
        // Each heartbeat is written and answered; the watch shows none.
        while machine.wake_at() <= Boot(20_000) {
            let now = machine.wake_at();
            for action in machine.poll(now, 0) {
                if let Action::Put { seq, .. } = action {
                    written += 1;
                    let _ = machine.answered(seq, Answer::Written(Revision(written)), now);
                }
            }
        }
        // One each half second from 1500 on: those before 5500 could have been the last to be trusted by.
        assert_eq!(written == 11 + 8, mutant == Mutant::None, "{mutant:?}: {written}");
        let told = machine.status(Boot(20_000)).counters;
        assert!(told.reopened >= 15, "the watch is opened again and again: {told:?}");
        assert!(sent(machine.leave(Boot(20_100), 0)).is_some(), "who leaves says so all the same");
    }
}

#[test]
fn who_hears_nothing_and_is_waited_for_all_the_time_lets_its_record_grow_old_too() {
    for mutant in [Mutant::None, Mutant::BeatDeaf] {
        let mut machine = member(Vec::new(), mutant);
        let (mut written, mut last) = (11, 0);
        for now in (1_010..20_000).map(Boot) {
            machine.nudge();
            for action in machine.poll(now, 0) {
                if let Action::Put { seq, .. } = action {
                    (written, last) = (written + 1, now.0);
                    let _ = machine.answered(seq, Answer::Written(Revision(written)), now);
                }
            }
        }
        assert_eq!(last < 6_000, mutant == Mutant::None, "{mutant:?}: {last}");
    }
}

#[test]
fn who_hears_late_and_is_waited_for_all_the_time_stays_trusted() {
    let mut machine = member(Vec::new(), Mutant::None);
    let (mut written, mut events) = (11, VecDeque::new());
    for now in (1_010..20_000).map(Boot) {
        machine.nudge();
        if let Some((seq, _, bytes)) = sent(machine.poll(now, 0)) {
            written += 1;
            let _ = machine.answered(seq, Answer::Written(Revision(written)), now);
            events.push_back((now.after(3_000), put(ME, written, bytes)));
        }
        while events.front().is_some_and(|(due, _)| *due <= now) {
            let (_, event) = events.pop_front().unwrap();
            let _ = machine.applied(event.revision, vec![event], now);
        }
        assert!(now < machine.trusted_until() || now < Boot(4_100), "{now:?}");
    }
}

#[test]
fn who_hears_again_sends_again() {
    let mut machine = member(Vec::new(), Mutant::None);
    let mut sends = Vec::new();
    for (now, revision) in [(1_500, 12), (2_000, 13)] {
        let (seq, _, bytes) = sent(machine.poll(Boot(now), 0)).expect("due");
        let _ = machine.answered(seq, Answer::Written(Revision(revision)), Boot(now));
        sends.push(put(ME, revision, bytes));
    }
    // It did not run for a while: what was due before is sent once, and then nothing.
    let (seq, ..) = sent(machine.poll(Boot(9_000), 0)).expect("due at 2500");
    let _ = machine.answered(seq, Answer::NoAnswer, Boot(9_100));
    assert!(sent(machine.poll(Boot(12_000), 0)).is_none());
    // The first of two: the other cannot extend trust any more either.
    let _ = machine.applied(Revision(12), vec![sends.remove(0)], Boot(12_010));
    assert!(sent(machine.poll(Boot(12_020), 0)).is_none());
    let _ = machine.applied(Revision(13), sends, Boot(12_030));
    let (seq, _, bytes) = sent(machine.poll(Boot(12_040), 0)).expect("it hears again");
    let _ = machine.answered(seq, Answer::Written(Revision(14)), Boot(12_050));
    let _ = machine.applied(Revision(14), vec![put(ME, 14, bytes)], Boot(12_060));
    assert_eq!(machine.trusted_until(), Boot(16_040));
}

#[test]
fn a_watch_that_is_only_late_is_left_open() {
    let (mut machine, seq, _) = begun(Vec::new(), Mutant::None);
    let _ = machine.answered(seq, Answer::Written(Revision(15)), Boot(1_100));
    let _ = machine.applied(Revision(12), Vec::new(), Boot(1_350));
    assert!(!machine.poll(Boot(1_649), 0).contains(&Action::ReopenWatch), "it shows what came before");
    // The same again is nothing new.
    let _ = machine.applied(Revision(12), Vec::new(), Boot(1_640));
    assert!(machine.poll(Boot(1_650), 0).contains(&Action::ReopenWatch), "it has fallen silent");
}

#[test]
fn leaving_ends_trust_before_it_is_told() {
    let mut machine = member(Vec::new(), Mutant::None);
    let (trust, lease) = (machine.trust(), machine.trust().lease());
    let actions = machine.leave(Boot(1_200), 0);
    assert!(!trust.admits(lease, Boot(1_201)), "what was captured before has gone with it");
    assert_eq!(actions.first(), Some(&Action::Distrust));
    assert_eq!(machine.trusted_until(), Boot(0));
    let (seq, expected, bytes) = sent(actions).expect("the last record");
    assert_eq!(expected, Some(Revision(11)));
    assert_eq!(Record::decode(&bytes).map(|record| record.presence), Ok(Presence::Leaving));
    let actions = machine.answered(seq, Answer::Written(Revision(12)), Boot(1_210));
    assert_eq!(actions, vec![Action::Remove { incarnation: Incarnation::new(ME), at: Revision(12) }]);
    assert_eq!(machine.phase(), Phase::Left);
    let mut trusting = member(Vec::new(), Mutant::LeaveTrusting);
    let _ = trusting.leave(Boot(1_200), 0);
    assert_ne!(trusting.trusted_until(), Boot(0));
}

#[test]
fn the_silent_are_removed_after_the_wait_for_their_own_window() {
    for (mutant, wait) in [(Mutant::None, 12_482), (Mutant::OwnWait, 4_999), (Mutant::ReapHalf, 5_000)] {
        let long = listed("other", 9, record("other", 1, 8, 10_000, Presence::Here));
        let mut machine = member(vec![long], mutant);
        // It counts from when this node became trusted.
        let due = 1_010 + wait;
        let remove = Action::Remove { incarnation: Incarnation::new("other"), at: Revision(9) };
        let mut revision = 11;
        assert!(!beats(&mut machine, &mut revision, due - 1).contains(&remove), "{mutant:?}");
        assert!(beats(&mut machine, &mut revision, due).contains(&remove), "{mutant:?}");
    }
}

#[test]
fn nobody_is_removed_for_an_outage_of_the_log() {
    for mutant in [Mutant::None, Mutant::ReapFenced] {
        let mut machine = member(vec![listed("other", 9, other(1, 8))], mutant);
        // Ten minutes without an answer; then it is trusted again.
        let (seq, _, bytes) = sent(machine.poll(Boot(1_500), 0)).expect("due");
        assert!(machine.poll(Boot(5_000), 0).contains(&Action::Tell(Story::Lapsed(Lapse::NoAnswer))));
        let (_, _, newest) = sent(machine.poll(Boot(600_000), 0)).expect("due");
        let _ = (seq, bytes);
        let _ = machine.applied(Revision(12), vec![put(ME, 12, newest)], Boot(600_010));
        let removes =
            |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Remove { .. }));
        let at_once =
            machine.status(Boot(600_010)).counters.evictions > 0 || removes(&machine.poll(Boot(600_020), 0));
        assert_eq!(at_once, mutant != Mutant::None, "{mutant:?}");
        let mut revision = 12;
        assert!(mutant != Mutant::None || removes(&beats(&mut machine, &mut revision, 606_000)));
    }
}

#[test]
fn a_write_is_confirmed_by_what_was_applied() {
    for mutant in [Mutant::None, Mutant::AckAnyHeartbeat] {
        let mut machine = member(vec![listed("other", 9, other(1, 8))], mutant);
        let members = vec![listed("other", 9, other(1, 8)), listed(ME, 11, Vec::new())];
        let waiting = Waiting::new(Revision(12), members, Boot(1_100), machine.timing());
        assert_eq!(machine.confirm(&waiting, Boot(1_100)), Confirmation::Pending { until: Boot(91_110) });
        // Sent before it had applied the write, written after it.
        let _ = machine.applied(Revision(13), vec![put("other", 13, other(2, 11))], Boot(1_110));
        let early = matches!(machine.confirm(&waiting, Boot(1_120)), Confirmation::Done(_));
        assert_eq!(early, mutant != Mutant::None, "{mutant:?}");
        let _ = machine.applied(Revision(14), vec![put("other", 14, other(3, 13))], Boot(1_130));
        assert!(matches!(machine.confirm(&waiting, Boot(1_140)), Confirmation::Done(_)));
    }
}

#[test]
fn absence_counts_only_in_a_view_as_new_as_the_write() {
    for mutant in [Mutant::None, Mutant::AbsentEarly] {
        let mut command = Machine::new(timing(4_000), identity("command"));
        command.set_mutant(mutant);
        let _ = command.replaced(Vec::new(), Revision(8), Boot(0));
        let members = vec![listed("other", 9, other(1, 8))];
        let waiting = Waiting::new(Revision(10), members, Boot(100), command.timing());
        let Confirmation::Pending { until } = command.confirm(&waiting, Boot(200)) else {
            panic!("too early")
        };
        assert_eq!(until, Boot(5_099));
        // The command's own place is asked for apart; the verdict about the member is what differs.
        let Confirmation::Expired(replies) = command.confirm(&waiting, until) else {
            panic!("past the wait")
        };
        let expected = if mutant == Mutant::None { Verdict::Silent } else { Verdict::Left };
        assert_eq!(replies.first().map(|reply| reply.verdict.clone()), Some(expected));
        let _ = command.applied(Revision(10), vec![put("other", 9, other(1, 8))], Boot(300));
        assert!(matches!(command.confirm(&waiting, Boot(300)), Confirmation::Pending { .. }));
        let _ = command.applied(Revision(11), vec![deleted("other", 11)], Boot(400));
        assert!(matches!(command.confirm(&waiting, Boot(400)), Confirmation::Done(_)));
    }
}

#[test]
fn absence_counts_only_in_a_view_as_new_as_the_member() {
    // The answer of the write was lost; its repetition read the members again, and somebody had joined.
    let mut machine = member(Vec::new(), Mutant::None);
    let _ = machine.applied(Revision(12), Vec::new(), Boot(1_050));
    let waiting =
        Waiting::new(Revision(12), vec![listed("other", 13, other(1, 12))], Boot(1_100), machine.timing());
    assert!(matches!(machine.confirm(&waiting, Boot(1_110)), Confirmation::Pending { .. }));
    let _ = machine.applied(Revision(13), vec![put("other", 13, other(1, 12))], Boot(1_120));
    let Confirmation::Done(replies) = machine.confirm(&waiting, Boot(1_130)) else { panic!("it tells") };
    assert_eq!(replies.first().map(|reply| reply.verdict.clone()), Some(Verdict::Confirmed(None)));
}

#[test]
fn a_write_waits_for_each_member_by_its_own_window() {
    for (mutant, until) in [(Mutant::None, 12_582), (Mutant::OwnWait, 5_099)] {
        let long = listed("other", 9, record("other", 1, 8, 10_000, Presence::Here));
        let machine = member(vec![long.clone()], mutant);
        let waiting = Waiting::new(Revision(11), vec![long], Boot(100), machine.timing());
        assert_eq!(machine.confirm(&waiting, Boot(1_100)), Confirmation::Pending { until: Boot(until) });
        let Confirmation::Expired(replies) = machine.confirm(&waiting, Boot(until)) else {
            panic!("past it")
        };
        assert_eq!(
            replies.first().map(|reply| (reply.modified, reply.verdict.clone())),
            Some((Revision(9), Verdict::Silent))
        );
    }
}

#[test]
fn only_who_was_trusted_all_the_time_removes_the_silent() {
    let mut machine = member(Vec::new(), Mutant::None);
    let before = Waiting::new(Revision(11), Vec::new(), Boot(1_100), machine.timing());
    assert!(machine.may_remove(&before, Boot(4_999)) && !machine.may_remove(&before, Boot(5_000)));
    // The log comes back after ten seconds.
    let _ = machine.poll(Boot(5_000), 0);
    let (_, _, bytes) = sent(machine.poll(Boot(11_000), 0)).expect("due");
    let _ = machine.applied(Revision(12), vec![put(ME, 12, bytes)], Boot(11_010));
    let after = Waiting::new(Revision(12), Vec::new(), Boot(11_010), machine.timing());
    assert!(!machine.may_remove(&before, Boot(11_020)) && machine.may_remove(&after, Boot(11_020)));
}

#[test]
fn what_came_of_an_order_is_told_by_the_record_that_confirms_it() {
    let mut machine = member(Vec::new(), Mutant::None);
    machine.cleared(Revision(12), Outcome::Evicted(4));
    let _ = machine.applied(Revision(12), Vec::new(), Boot(1_100));
    machine.nudge();
    assert_eq!(machine.wake_at(), Boot(1_002), "2 ms after the last");
    let (_, _, bytes) = sent(machine.poll(Boot(1_100), 0)).expect("nudged");
    let told = Record::decode(&bytes).expect("ours");
    assert_eq!((told.applied, told.outcome(Revision(12))), (Revision(12), Some(&Outcome::Evicted(4))));
}

#[test]
fn the_lost_are_told_until_their_node_comes_back() {
    let mut machine = member(vec![listed("other", 9, other(1, 8))], Mutant::None);
    let states = |machine: &Machine, now| {
        let mut states: Vec<MemberState> = machine.members(Boot(now)).iter().map(|line| line.state).collect();
        states.sort_by_key(|state| *state as u8);
        states
    };
    assert_eq!(states(&machine, 1_100), [MemberState::Trusted, MemberState::Trusted]);
    let _ = machine.applied(Revision(12), vec![deleted("other", 12)], Boot(1_200));
    assert_eq!(states(&machine, 1_300), [MemberState::Trusted, MemberState::Lost]);
    assert_eq!(states(&machine, 3_700_000), [MemberState::Silent], "an hour later");
    let _ = machine.applied(Revision(13), vec![put("newer", 13, other(1, 12))], Boot(1_400));
    assert_eq!(states(&machine, 1_500), [MemberState::Trusted, MemberState::Trusted]);
}
