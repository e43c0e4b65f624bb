//! What every message is answered with in every state, and when interest is lost.

use std::num::NonZeroU8;

use super::super::Forever;
use super::*;
use crate::random::{Chance, Field, Purpose};

const IGNORANT: State = State { flags: 0, useless: 0 };
const SPREADING: State = State { flags: State::INFORMED | State::SPREADING, useless: 0 };
const RETIRED: State = State { flags: State::INFORMED, useless: 0 };

const UPDATE: Message = Message::Update;
const NEEDED: Message = Message::Verdict { needed: true };
const UNNEEDED: Message = Message::Verdict { needed: false };

fn request(informed: bool) -> Message {
    Message::Request { informed }
}

fn digest(informed: bool) -> Message {
    Message::Digest { informed }
}

fn coins() -> Field {
    Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Protocol)
}

fn forever() -> Spread {
    Spread::Forever(Forever {})
}

fn counter(k: u8, feedback: bool) -> Spread {
    Spread::Counter(Mongering { k: NonZeroU8::new(k).unwrap(), feedback, minimization: false })
}

fn push(spread: Spread) -> Gossip {
    Gossip::new(Strategy::Push, Exchange::Digest, spread)
}

/// A node of `gossip` takes `messages`, then its turn; whether it still spreads.
fn goes_on(gossip: &Gossip, state: &mut State, messages: &[Message]) -> bool {
    for &message in messages {
        gossip.learn(state, message);
    }
    gossip.turn(state, Draw::new(&coins(), 0, 0));
    gossip.spreading(state)
}

#[test]
fn what_is_foregone_comes_out_so_and_changes_nothing() {
    let messages = [UPDATE, NEEDED, UNNEEDED, request(false), request(true), digest(false), digest(true)];
    let mut foregone = 0;
    for spread in [forever(), counter(3, false), counter(3, true)] {
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            let gossip = Gossip::new(strategy, Exchange::Digest, spread.clone());
            for flags in 0..32 {
                for message in messages {
                    let before = State { flags, useless: 1 };
                    let Some(expected) = gossip.settled(&before, message) else { continue };
                    let mut after = before;
                    assert_eq!((gossip.learn(&mut after, message), after), (expected, before), "{message:?}");
                    foregone += 1;
                }
            }
        }
    }
    // Every message but an update to the ignorant where nodes never stop, and updates to the informed elsewhere.
    assert_eq!(foregone, 3 * (6 * 32 + 16) + 6 * 16);
}

#[test]
fn a_turn_opens_as_the_strategy_says() {
    let coins = coins();
    for spread in [forever(), counter(5, false), counter(5, true)] {
        for (strategy, exchange, ignorant, spreading, retired) in [
            (Strategy::Push, Exchange::Digest, None, Some(UPDATE), None),
            (Strategy::Pull, Exchange::Digest, Some(request(false)), Some(request(true)), Some(request(true))),
            (Strategy::PushPull, Exchange::Eager, Some(request(false)), Some(UPDATE), Some(request(true))),
            (Strategy::PushPull, Exchange::Digest, Some(digest(false)), Some(digest(true)), Some(digest(true))),
        ] {
            let gossip = Gossip::new(strategy, exchange, spread.clone());
            let opening =
                [IGNORANT, SPREADING, RETIRED].map(|mut state| gossip.turn(&mut state, Draw::new(&coins, 0, 0)));
            assert_eq!(opening, [ignorant, spreading, retired], "{strategy}, {exchange:?}, {spread}");
        }
    }
}

#[test]
fn every_message_has_its_answer_in_every_state() {
    let refused = |needed| Some(Message::Verdict { needed });
    // What an ignorant, a spreading and a retired node say; the strategy decides only how a turn opens.
    type Row = (Message, [Option<Message>; 3]);
    let common: [Row; 4] = [
        (request(false), [None, Some(UPDATE), None]),
        (digest(false), [None, Some(UPDATE), None]),
        (NEEDED, [None; 3]),
        (UNNEEDED, [None; 3]),
    ];
    let asked = Some(request(false));
    let lasting: [Row; 3] = [(UPDATE, [None; 3]), (request(true), [None; 3]), (digest(true), [asked, None, None])];
    let blind: [Row; 3] =
        [(UPDATE, [None; 3]), (request(true), [None, Some(UPDATE), None]), (digest(true), [asked, None, None])];
    let feedback: [Row; 3] = [
        (UPDATE, [refused(true), refused(false), refused(false)]),
        (request(true), [None, Some(UPDATE), None]),
        (digest(true), [asked, refused(false), refused(false)]),
    ];
    for (spread, rows) in [(forever(), lasting), (counter(2, false), blind), (counter(2, true), feedback)] {
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            let gossip = Gossip::new(strategy, Exchange::Eager, spread.clone());
            for (message, answers) in common.iter().chain(&rows) {
                let said = [IGNORANT, SPREADING, RETIRED].map(|state| gossip.answer(&state, *message));
                assert_eq!(said, *answers, "{strategy}, {spread}, {message:?}");
            }
        }
    }
}

/// A protocol that compares counters, with k = 3.
fn comparing(strategy: Strategy, exchange: Exchange) -> Gossip {
    let rule = Mongering { k: NonZeroU8::new(3).unwrap(), feedback: true, minimization: true };
    Gossip::new(strategy, exchange, Spread::Counter(rule))
}

const ONCE_IN_VAIN: State = State { flags: State::INFORMED | State::SPREADING, useless: 1 };

#[test]
fn counters_travel_with_the_opening_of_a_turn() {
    let (rumor, known) = (Message::Rumor { counter: 1 }, Message::Known { counter: 1 });
    let coins = coins();
    for (strategy, exchange, ignorant, spreading, retired) in [
        (Strategy::Push, Exchange::Digest, None, rumor, None),
        (Strategy::Pull, Exchange::Digest, Some(request(false)), known, Some(request(true))),
        (Strategy::PushPull, Exchange::Eager, Some(request(false)), rumor, Some(request(true))),
        (Strategy::PushPull, Exchange::Digest, Some(digest(false)), known, Some(Message::Known { counter: 3 })),
    ] {
        let gossip = comparing(strategy, exchange);
        let said = [IGNORANT, ONCE_IN_VAIN, RETIRED].map(|mut state| gossip.turn(&mut state, Draw::new(&coins, 0, 0)));
        assert_eq!(said, [ignorant, Some(spreading), retired], "{strategy}, {exchange:?}");
    }
}

#[test]
fn of_two_that_know_the_smaller_counter_goes_up_and_both_if_they_are_equal() {
    let (moves, spared) = (Some(UNNEEDED), Some(Message::Spared));
    // What a node with counter 1 and one that has lost interest say to counters 0, 1, 2, and whether they move.
    let expected = [(ONCE_IN_VAIN, [moves, moves, spared], [false, true, true]), (RETIRED, [moves; 3], [false; 3])];
    let push = comparing(Strategy::Push, Exchange::Digest);
    let digests = comparing(Strategy::PushPull, Exchange::Digest);
    for (state, answers, marked) in expected {
        for counter in [0, 1, 2] {
            let index = usize::from(counter);
            let messages = [(push, Message::Rumor { counter }), (digests, Message::Known { counter })];
            for (gossip, message) in messages {
                let mut after = state;
                gossip.learn(&mut after, message);
                let what = format!("{state:?}, {message:?}");
                assert_eq!(gossip.answer(&state, message), answers[index], "{what}");
                assert_eq!(after.has(State::UNNEEDED), marked[index], "{what}");
                assert_eq!(
                    gossip.settled(&state, message).is_none(),
                    marked[index] || gossip.opening == Opening::Compare
                );
            }
        }
    }
    let mut unmoved = ONCE_IN_VAIN;
    assert_eq!((push.learn(&mut unmoved, Message::Spared), unmoved), (Learned::Nothing, ONCE_IN_VAIN));
}

#[test]
fn who_does_not_know_is_told_and_needed_it_whatever_the_counter() {
    let rumor = Message::Rumor { counter: 1 };
    for counter in [0, 2] {
        for (strategy, exchange) in [(Strategy::Push, Exchange::Digest), (Strategy::PushPull, Exchange::Eager)] {
            let gossip = comparing(strategy, exchange);
            assert_eq!(gossip.answer(&IGNORANT, Message::Rumor { counter }), Some(NEEDED));
            assert_eq!(gossip.answer(&ONCE_IN_VAIN, request(false)), Some(rumor), "{strategy}");
        }
        let digests = comparing(Strategy::PushPull, Exchange::Digest);
        assert_eq!(digests.answer(&IGNORANT, Message::Known { counter }), Some(request(false)));
        assert_eq!(digests.answer(&ONCE_IN_VAIN, digest(false)), Some(rumor));
        let mut state = IGNORANT;
        assert_eq!(digests.learn(&mut state, Message::Rumor { counter }), Learned::News);
        assert!(digests.spreading(&state) && digests.counter(&state) == 0);
    }
}

#[test]
fn in_pull_the_answer_is_compared_and_who_has_lost_interest_moves_the_asker() {
    let pull = comparing(Strategy::Pull, Exchange::Digest);
    let known = Message::Known { counter: 0 };
    let answers = [IGNORANT, ONCE_IN_VAIN, RETIRED].map(|state| pull.answer(&state, known));
    assert_eq!(answers, [None, Some(Message::Rumor { counter: 1 }), Some(UNNEEDED)]);
    let retired = [IGNORANT, ONCE_IN_VAIN, RETIRED].map(|state| pull.answer(&state, request(true)));
    assert_eq!(retired, [None, Some(Message::Rumor { counter: 1 }), None]);
    let mut asked = ONCE_IN_VAIN;
    pull.learn(&mut asked, known);
    assert_eq!(asked, ONCE_IN_VAIN, "it hears of its contact when its answer is judged");
}

#[test]
fn anti_entropy_behind_a_rumor_needs_no_interest_gives_no_feedback_and_raises_the_rumor() {
    let (behind, ahead) = (Message::Compare { informed: false }, Message::Compare { informed: true });
    for feedback in [false, true] {
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            let gossip = Gossip::new(strategy, Exchange::Digest, counter(2, feedback));
            let said = |message| [IGNORANT, SPREADING, RETIRED].map(|state| gossip.answer(&state, message));
            assert_eq!(said(behind), [None, Some(Message::Repair), Some(Message::Repair)]);
            assert_eq!(said(ahead), [Some(Message::Fetch), None, None]);
            assert_eq!(said(Message::Fetch), [None, Some(Message::Repair), Some(Message::Repair)]);
            assert_eq!(said(Message::Repair), [None; 3]);
            for message in [behind, ahead, Message::Fetch, Message::Repair] {
                let mut state = SPREADING;
                gossip.learn(&mut state, message);
                assert_eq!(state, SPREADING, "{message:?} is no contact of the rumor");
            }
            let mut learner = IGNORANT;
            assert_eq!(gossip.learn(&mut learner, Message::Repair), Learned::News);
            assert!(gossip.spreading(&learner) && learner.has(State::FRESH));
        }
    }
}

#[test]
fn only_the_first_update_is_news() {
    use Learned::{News, Nothing, Redundant};
    let gossip = push(forever());
    let mut state = IGNORANT;
    let learned =
        [NEEDED, request(true), digest(true), UPDATE, UPDATE].map(|message| gossip.learn(&mut state, message));
    assert_eq!(learned, [Nothing, Nothing, Nothing, News, Redundant]);
    assert!(gossip.informed(&state) && gossip.spreading(&state));
    assert_eq!(gossip.learn(&mut RETIRED.clone(), UPDATE), Redundant);
}

#[test]
fn contacts_before_the_first_turn_of_a_node_do_not_count() {
    for feedback in [false, true] {
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            let gossip = Gossip::new(strategy, Exchange::Digest, counter(1, feedback));
            let mut state = IGNORANT;
            let early = [UNNEEDED, UPDATE, UNNEEDED, request(false), digest(true)];
            assert!(goes_on(&gossip, &mut state, &early), "{strategy}, feedback {feedback}");
            assert!(!goes_on(&gossip, &mut state, &[UNNEEDED]), "{strategy}, feedback {feedback}");
        }
    }
}

#[test]
fn a_needed_contact_sets_the_counter_back() {
    let gossip = push(counter(2, true));
    let mut state = SPREADING;
    assert!(goes_on(&gossip, &mut state, &[UNNEEDED]));
    assert!(goes_on(&gossip, &mut state, &[UNNEEDED, NEEDED, UNNEEDED]), "one needed contact is enough");
    assert!(goes_on(&gossip, &mut state, &[UNNEEDED]));
    assert!(!goes_on(&gossip, &mut state, &[UNNEEDED]));
}

#[test]
fn interest_ends_with_the_kth_useless_turn_in_a_row_and_quiet_turns_do_not_count() {
    for k in 1..=u8::MAX {
        let gossip = push(counter(k, true));
        let mut state = SPREADING;
        for useless in 1..=k {
            assert!(goes_on(&gossip, &mut state, &[]), "k = {k}: quiet before useless turn {useless}");
            assert_eq!(goes_on(&gossip, &mut state, &[UNNEEDED]), useless < k, "k = {k}, useless turn {useless}");
        }
        assert!(gossip.informed(&state), "who has lost interest still knows");
    }
}

#[test]
fn a_conclusion_is_drawn_once_a_turn_however_many_the_contacts() {
    let gossip = Gossip::new(Strategy::Pull, Exchange::Digest, counter(2, true));
    let mut state = SPREADING;
    assert!(goes_on(&gossip, &mut state, &[UNNEEDED; 7]));
    assert!(!goes_on(&gossip, &mut state, &[UNNEEDED]));
}

#[test]
fn without_feedback_every_contact_counts() {
    let coins = coins();
    for strategy in [Strategy::Push, Strategy::PushPull] {
        for k in 1..10 {
            let gossip = Gossip::new(strategy, Exchange::Eager, counter(k, false));
            let mut state = gossip.origin();
            let said = (0..20).map(|turn| gossip.turn(&mut state, Draw::new(&coins, 0, turn)));
            let updates = said.filter(|message| *message == Some(UPDATE)).count();
            assert_eq!(updates, usize::from(k), "{strategy}: a blind node tells in k turns and no more");
        }
    }
    // Who is asked has a contact, whatever the other knew; whose own question goes refused has none.
    let pull = Gossip::new(Strategy::Pull, Exchange::Digest, counter(1, false));
    for message in [request(false), request(true), digest(false), digest(true)] {
        let mut state = SPREADING;
        assert!(goes_on(&pull, &mut state, &[]));
        assert!(!goes_on(&pull, &mut state, &[message]), "{message:?}");
    }
}

#[test]
fn with_feedback_questions_say_nothing_but_equal_versions_do() {
    let gossip = Gossip::new(Strategy::PushPull, Exchange::Digest, counter(1, true));
    assert!(goes_on(&gossip, &mut SPREADING.clone(), &[request(false), request(true), digest(false)]));
    assert!(!goes_on(&gossip, &mut SPREADING.clone(), &[digest(true)]));
}

#[test]
fn the_coin_ends_interest_with_chance_one_in_k() {
    let coins = coins();
    let throws = 40_000;
    for k in [1, 2, 3, 10, 255] {
        let spread = Spread::Coin(Mongering { k: NonZeroU8::new(k).unwrap(), feedback: true, minimization: false });
        let gossip = push(spread);
        let lost = (0..throws).filter(|&turn| {
            let mut state = SPREADING;
            gossip.learn(&mut state, UNNEEDED);
            gossip.turn(&mut state, Draw::new(&coins, u64::from(k), turn));
            !gossip.spreading(&state)
        });
        let (lost, throws, p) = (lost.count() as f64, throws as f64, 1.0 / f64::from(k));
        // Binomial; one face (k = 1) has no spread and must be exact.
        let z = (lost - throws * p) / (throws * p * (1.0 - p)).sqrt().max(1e-9);
        assert!(z.abs() <= 4.0, "k = {k}: {lost} of {throws}, z = {z:.2}");
    }
}

#[test]
fn a_needed_contact_spares_the_coin() {
    let spread = Spread::Coin(Mongering { k: NonZeroU8::MIN, feedback: true, minimization: false });
    assert!(goes_on(&push(spread), &mut SPREADING.clone(), &[NEEDED, UNNEEDED]));
}

#[test]
fn anti_entropy_never_ends() {
    let gossip = push(forever());
    let mut state = gossip.origin();
    assert!((0..1000).all(|_| goes_on(&gossip, &mut state, &[UNNEEDED, request(true), UPDATE])));
}
