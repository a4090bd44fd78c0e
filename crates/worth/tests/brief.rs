//! Brief entries with mirrors and without, with times that the test says.

use std::time::Duration;
use worth::brief::{Answer, BriefEntries};

const TURNS_OF_AN_ENTRY: i64 = 3;

struct Played {
    with_mirrors: u32,
    in_place: u32,
    begun: u32,
}

/// So many entries, which take so many nanoseconds with mirrors and in place.
fn play(entries: &mut BriefEntries, now: &mut Duration, count: u32, with_mirrors: u64, in_place: u64) -> Played {
    let mut played = Played { with_mirrors: 0, in_place: 0, begun: 0 };
    let (mut wait, mut entered) = (0, 0);
    for _ in 0..count {
        entered += 1;
        let mut is_mirrored = false;
        for _ in 0..TURNS_OF_AN_ENTRY {
            wait -= 1;
            if wait > 0 || is_mirrored {
                continue;
            }
            match entries.ask(*now, std::mem::take(&mut entered)) {
                Answer::Mirrors => {
                    is_mirrored = true;
                    wait = 0;
                }
                Answer::InPlace { turns, begins } => {
                    wait = turns;
                    played.begun += u32::from(begins);
                }
            }
        }
        *now += Duration::from_nanos(if is_mirrored { with_mirrors } else { in_place });
        played.with_mirrors += u32::from(is_mirrored);
        played.in_place += u32::from(!is_mirrored);
    }
    played
}

#[test]
fn what_is_faster_is_done() {
    let (mut entries, mut now) = (BriefEntries::default(), Duration::ZERO);
    let played = play(&mut entries, &mut now, 10_000, 700, 200);
    assert!(played.with_mirrors < 100, "{} with mirrors", played.with_mirrors);
    let (mut entries, mut now) = (BriefEntries::default(), Duration::ZERO);
    let played = play(&mut entries, &mut now, 10_000, 700, 2000);
    assert!(played.in_place < 200, "{} in place", played.in_place);
}

#[test]
fn long_entries_are_never_compared() {
    let (mut entries, mut now) = (BriefEntries::default(), Duration::ZERO);
    let played = play(&mut entries, &mut now, 10_000, 30_000, 10_000);
    assert_eq!((played.in_place, played.begun), (0, 0));
}

#[test]
fn what_was_found_is_asked_again_and_ever_more_seldom() {
    let (mut entries, mut now) = (BriefEntries::default(), Duration::ZERO);
    let early = play(&mut entries, &mut now, 1_000_000, 700, 200);
    let late = play(&mut entries, &mut now, 1_000_000, 700, 200);
    assert!(early.begun > late.begun, "{} then {}", early.begun, late.begun);
    // Later entries may be longer.
    let longer = play(&mut entries, &mut now, 4_000_000, 700, 2000);
    assert!(longer.with_mirrors > longer.in_place, "{} with mirrors, {} in place", longer.with_mirrors, longer.in_place);
}
