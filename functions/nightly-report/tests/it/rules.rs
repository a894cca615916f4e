//! What each rule says, on numbers that were worked out by hand, and when it says nothing.

use jiff::SignedDuration;
use nightly_report::calendar::Interval;
use nightly_report::day::Day;
use nightly_report::figures;
use nightly_report::finding::{Finding, Kind};
use nightly_report::page::{Point, says as words_of};
use nightly_report::rules::{Facts, NAMES, findings};
use nightly_report::words::{Language, Piece, Words};

use crate::config::settings;
use crate::scene::{Call, Fate, Many, Scene};

fn found(scene: &Scene) -> Vec<Finding> {
    found_in(&scene.day(), scene)
}

fn found_in(day: &Day, scene: &Scene) -> Vec<Finding> {
    let figures = figures::day(day, &scene.settings);
    findings(&Facts { figures: &figures, past: &scene.past, settings: &scene.settings })
}

/// What a rule says about the scene, one line a finding: `queue: sentence [numbers] weight`.
fn says(rule: &str, scene: &Scene) -> Vec<String> {
    found(scene).iter().filter(|finding| finding.found.rule() == rule).map(|finding| line(finding, scene)).collect()
}

fn line(finding: &Finding, scene: &Scene) -> String {
    let words = Words::of(Language::En);
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Name(name) => format!("«{name}»"),
    };
    let queue = finding.queue.as_ref().map(|queue| format!("{}: ", queue.title(words))).unwrap_or_default();
    let says: String = words_of(finding, scene.date, words).iter().map(piece).collect();
    let numbers = Point::of(finding, scene.date, words).numbers;
    let numbers: Vec<String> = numbers.iter().map(|number| number.replacen(": ", " ", 1)).collect();
    let hours = finding.hours().map(|hours| format!(" {}–{}", hours.from, hours.to)).unwrap_or_default();
    format!("{queue}{says} [{}]{hours} {:.2}", numbers.join(", "), finding.weight)
}

fn scene() -> Scene {
    let mut scene = Scene::new(settings(""));
    scene.queue("q", "Billing", "Austin").queue("r", "Sales", "Austin").queue("s", "Returns", "Toronto");
    scene
}

/// Hours of one queue: hour, in time, late, lost.
fn hours(scene: &mut Scene, queue: &str, hours: &[(usize, u64, u64, u64)]) {
    for (hour, in_time, late, lost) in hours.iter().copied() {
        scene.many(Many { queue, hour, in_time, late, lost, ..Many::default() });
    }
}

#[test]
fn service_level_missed_says_how_far_and_when() {
    // 08: 40 of 40, 10: 4 of 20, 11: 6 of 20, 14: 18 of 20: together 68 of 100, 12 short of 80.
    // Late beyond a fifth: 10: 16 − 4 = 12; 11: 14 − 4 = 10; 14: 2 − 4 < 0. So 10 and 11, with 30 of the 32 late ones.
    let mut missed = scene();
    hours(&mut missed, "q", &[(8, 40, 0, 0), (10, 4, 16, 0), (11, 6, 14, 0), (14, 18, 2, 0)]);
    let expected = "Billing: answered 68.0% in time, target 80%; worst from 10:00 to 12:00 \
                    [in time 68 of 100, in these hours 10 of 40 in time] 10:00–12:00 12.00";
    assert_eq!(says("service_level_missed", &missed), [expected]);
}

#[test]
fn service_level_missed_names_no_hours_when_it_was_bad_all_day() {
    let mut all_day = scene();
    (8..18).for_each(|hour| hours(&mut all_day, "q", &[(hour, 7, 3, 0)]));
    let expected = "Billing: answered 70.0% in time, target 80% [in time 70 of 100] 10.00";
    assert_eq!(says("service_level_missed", &all_day), [expected]);
}

#[test]
fn hours_that_are_all_there_was_are_not_named() {
    let mut one_hour = scene();
    hours(&mut one_hour, "q", &[(10, 10, 20, 9)]);
    let expected = "Billing: answered 25.6% in time, target 80% [in time 10 of 39] 21.20";
    assert_eq!(says("service_level_missed", &one_hour), [expected]);
    let expected = "Billing: lost 23.1% of those who came, target at most 5% [gave up 9 of 39] 7.05";
    assert_eq!(says("abandon_rate_high", &one_hour), [expected]);
}

#[test]
fn service_level_missed_is_silent_below_twenty_and_at_the_target() {
    let mut few = scene();
    hours(&mut few, "q", &[(10, 0, 18, 1)]);
    hours(&mut few, "r", &[(10, 16, 4, 0)]);
    assert_eq!(says("service_level_missed", &few), [""; 0]);
    hours(&mut few, "r", &[(10, 0, 1, 0)]);
    assert_eq!(says("service_level_missed", &few).len(), 1, "16 of 21 is below 80 %");
}

#[test]
fn abandon_rate_high_says_how_many_gave_up_and_when() {
    // 100 offered, 9 lost, 4 more than 5 %. At 13:00 7 of 20, 6 beyond a twentieth; the two at 15:00 are 1 beyond.
    let mut high = scene();
    hours(&mut high, "q", &[(9, 60, 0, 0), (13, 13, 0, 7), (15, 18, 0, 2)]);
    let expected = "Billing: lost 9.0% of those who came, target at most 5%; most from 13:00 to 14:00 \
                    [gave up 9 of 100, in these hours 7 of 20] 13:00–14:00 4.00";
    // From 13:00 to 16:00 it is 9 − 2 = 7 beyond, from 13:00 to 14:00 7 − 1 = 6: the longer stretch is the worst.
    let expected = expected.replace("14:00", "16:00").replace("7 of 20", "9 of 40");
    assert_eq!(says("abandon_rate_high", &high), [expected]);
    let mut at_the_target = scene();
    hours(&mut at_the_target, "q", &[(9, 95, 0, 5)]);
    assert_eq!(says("abandon_rate_high", &at_the_target), [""; 0]);
}

#[test]
fn abandon_rate_high_leaves_out_short_abandons_where_the_configuration_does() {
    let counted = |text: &str| {
        let mut scene = Scene::new(settings(text));
        scene.many(Many { in_time: 92, lost: 4, short: 4, ..Many::default() });
        says("abandon_rate_high", &scene).len()
    };
    assert_eq!(counted(""), 1, "8 of 100");
    assert_eq!(counted("[nightly-report]\nexclude_short_abandons = true\n"), 0, "4 of 100");
}

#[test]
fn handle_time_long_says_how_long() {
    // 20 × 900 s are as long as 30 × 600 s: 10 more could have been handled.
    let mut long = scene();
    long.many(Many { in_time: 20, handle_seconds: 900, ..Many::default() });
    long.many(Many { queue: "r", in_time: 20, handle_seconds: 600, ..Many::default() });
    long.many(Many { queue: "s", in_time: 19, handle_seconds: 900, ..Many::default() });
    let expected = "Billing: took 15:00 to handle a conversation, target at most 10:00 [handled 20] 10.00";
    assert_eq!(says("handle_time_long", &long), [expected]);
}

#[test]
fn hours_collapsed_is_told_though_the_day_met_its_target() {
    // 200 of 220 in time, 90.9 %. At 12:00 4 of 24, beyond a fifth 20 − 4.8; before and after nobody was late.
    let mut collapsed = scene();
    hours(&mut collapsed, "q", &[(9, 98, 0, 0), (12, 4, 20, 0), (15, 98, 0, 0)]);
    let expected = "Billing: answered 16.7% in time from 12:00 to 13:00, 100.0% in the rest of the day \
                    [in these hours 4 of 24, in the rest 196 of 196] 12:00–13:00 15.20";
    assert_eq!(says("hours_collapsed", &collapsed), [expected]);
    assert_eq!(says("service_level_missed", &collapsed), [""; 0]);
    let mut missed = scene();
    hours(&mut missed, "q", &[(9, 20, 0, 0), (12, 4, 20, 0)]);
    assert_eq!(says("hours_collapsed", &missed), [""; 0], "the other rule names the hours then");
    let mut few = scene();
    hours(&mut few, "q", &[(9, 198, 0, 0), (12, 0, 19, 0)]);
    assert_eq!(says("hours_collapsed", &few), [""; 0], "nineteen are too few");
}

#[test]
fn nobody_answered_is_said_once_and_instead_of_its_consequences() {
    let mut nobody = scene();
    hours(&mut nobody, "q", &[(9, 0, 0, 30)]);
    hours(&mut nobody, "r", &[(9, 0, 0, 9)]);
    assert_eq!(says("nobody_answered", &nobody), ["Billing: answered nobody all day [answered 0 of 30 offered] 60.00"]);
    assert_eq!(found(&nobody).iter().filter(|finding| finding.kind == Kind::Alert).count(), 1);
}

#[test]
fn queue_silent_needs_three_weeks_with_twenty_each() {
    let mut silent = scene();
    silent
        .past_day(7, &[("s", 120, 100, 120)])
        .past_day(14, &[("s", 110, 100, 110)])
        .past_day(21, &[("s", 130, 100, 130)]);
    let expected = "Returns: had no conversations, unlike other Thursdays \
                    [offered in the weeks before 120, 110 and 130] 120.00";
    assert_eq!(says("queue_silent", &silent), [expected]);
    let mut quiet_week = silent.clone();
    quiet_week.past_day(28, &[("s", 19, 19, 19)]);
    assert_eq!(says("queue_silent", &quiet_week), [""; 0], "a week with nineteen");
    let mut two_weeks = scene();
    two_weeks.past_day(7, &[("s", 120, 100, 120)]).past_day(14, &[("s", 110, 100, 110)]);
    assert_eq!(says("queue_silent", &two_weeks), [""; 0], "two weeks are too few");
    let mut new_queue = silent.clone();
    new_queue.past_day(28, &[("q", 50, 50, 50)]);
    assert_eq!(says("queue_silent", &new_queue), [""; 0], "a week in which it had none");
    silent.many(Many { queue: "s", in_time: 1, ..Many::default() });
    assert_eq!(says("queue_silent", &silent), [""; 0]);
}

#[test]
fn volume_unusual_compares_with_the_highest_and_the_lowest_week() {
    let weeks = |scene: &mut Scene| {
        for (days, offered) in [(7, 60), (14, 80), (21, 70), (28, 90)] {
            scene.past_day(days, &[("q", offered, 60, 60)]);
        }
    };
    let with = |offered: u64| {
        let mut scene = scene();
        weeks(&mut scene);
        scene.many(Many { in_time: offered, ..Many::default() });
        says("volume_unusual", &scene)
    };
    // The mean is 75. Far more is above 135, far fewer below 40.
    let more = "Billing: had 136 conversations, far more than on other Thursdays \
                [offered in the weeks before 60, 80, 70 and 90] 61.00";
    assert_eq!(with(136), [more]);
    assert_eq!((with(135).len(), with(40).len(), with(39).len()), (0, 0, 1));
    assert!(with(39)[0].starts_with("Billing: had 39 conversations, far fewer than"));
    let mut small = scene();
    for week in 1..=4 {
        small.past_day(7 * week, &[("q", 49, 40, 40)]);
    }
    small.many(Many { in_time: 200, ..Many::default() });
    assert_eq!(says("volume_unusual", &small), [""; 0], "weeks below fifty");
}

#[test]
fn staff_worst_hours_says_how_much_work_came() {
    // From 10:00 to 12:00 55 were offered, 5 minutes each: 16,500 s in 2 hours keep 2.3 agents busy.
    let mut late = scene();
    hours(&mut late, "q", &[(9, 25, 0, 0), (10, 5, 20, 0), (11, 5, 20, 5), (15, 20, 0, 0)]);
    let expected = "Billing: needs more agents from 10:00 to 12:00 [late answers in these hours 45 of 45, \
                    offered in these hours 55, handle time 5:00, busy without a pause 2.3 agents] 10:00–12:00 45.00";
    assert_eq!(says("staff_worst_hours", &late), [expected]);
    let mut few = scene();
    hours(&mut few, "q", &[(10, 1, 19, 0)]);
    assert_eq!(says("staff_worst_hours", &few), [""; 0], "nineteen late answers");
    let mut long = scene();
    hours(&mut long, "q", &[(10, 2, 8, 0), (11, 2, 8, 0), (12, 2, 8, 0), (13, 2, 8, 0), (14, 2, 8, 0), (18, 50, 0, 0)]);
    assert_eq!(says("staff_worst_hours", &long), [""; 0], "five hours");
    assert_eq!(says("service_level_missed", &long).len(), 1);
}

/// What the first part of the day was like is not known: nobody is told that the worst hours were in the rest of it.
#[test]
fn hours_are_not_named_as_the_worst_while_some_of_the_day_were_not_read() {
    let mut missed = scene();
    hours(&mut missed, "q", &[(9, 25, 0, 0), (10, 5, 20, 0), (11, 5, 20, 5), (15, 20, 0, 0)]);
    hours(&mut missed, "r", &[(9, 98, 0, 0), (12, 4, 20, 0), (15, 98, 0, 0)]);
    let mut day = missed.figures_only();
    day.take_names(&missed.names);
    let rules = |day: &Day| {
        let found = found_in(day, &missed);
        let named = found.iter().filter(|finding| finding.hours().is_some());
        (found.len(), named.map(|finding| finding.found.rule()).collect::<Vec<_>>())
    };
    let (from, middle) = (day.interval.from, day.interval.from + SignedDuration::from_hours(6));
    let rest = Interval { from: middle, to: day.interval.to };
    day.take_hours(rest, &missed.hour_rows(rest.from, rest.to)).unwrap();
    let (alone, named) = rules(&day);
    assert!(alone > 0 && named.is_empty(), "{named:?}");
    let first = Interval { from, to: middle };
    day.take_hours(first, &missed.hour_rows(first.from, first.to)).unwrap();
    assert_eq!(rules(&day).1, ["service_level_missed", "hours_collapsed", "staff_worst_hours"]);
}

#[test]
fn staff_worst_hours_is_silent_where_the_hours_hold_less_than_half_of_the_late_answers() {
    let mut late = scene();
    hours(&mut late, "q", &[(10, 5, 20, 0), (15, 20, 0, 0)]);
    let read = late.hour_rows(late.hour(0), late.zone().interval(late.date).to);
    hours(&mut late, "q", &[(11, 5, 21, 0)]);
    let mut day = late.figures_only();
    let whole = day.interval;
    day.take_hours(whole, &read).unwrap();
    let found = found_in(&day, &late);
    assert!(found.iter().all(|finding| finding.found.rule() != "staff_worst_hours"), "20 of 41");
}

#[test]
fn lend_agents_names_the_queue_of_the_group_that_had_most_to_spare() {
    let mut lend = scene();
    lend.queue("t", "Chat", "Austin");
    // Billing: 60 of 100, 20 short. Sales: 95 of 100, 15 to spare; Chat: 54 of 60, 6; Returns is of another group.
    hours(&mut lend, "q", &[(10, 60, 40, 0)]);
    hours(&mut lend, "r", &[(10, 95, 5, 0)]);
    hours(&mut lend, "t", &[(10, 54, 6, 0)]);
    hours(&mut lend, "s", &[(10, 400, 0, 0)]);
    let expected = "Billing: could have had agents of «Sales», which answered far more in time than it had to \
                    [this queue 60.0% of 100, target 80%, the other 95.0% of 100, target 80%] 15.00";
    assert_eq!(says("lend_agents", &lend), [expected]);
    let mut near = scene();
    hours(&mut near, "q", &[(10, 60, 40, 0)]);
    hours(&mut near, "r", &[(10, 89, 11, 0)]);
    assert_eq!(says("lend_agents", &near), [""; 0], "nine points above are not enough");
}

#[test]
fn missed_every_week_needs_every_known_week() {
    let today = |scene: &mut Scene| hours(scene, "q", &[(10, 70, 30, 0)]);
    let mut every = scene();
    today(&mut every);
    every.past_day(7, &[("q", 100, 72, 100)]).past_day(14, &[("q", 100, 66, 88)]).past_day(21, &[("q", 90, 70, 90)]);
    let expected = "Billing: misses its target every Thursday: plan more agents for this day \
                    [in time in the weeks before 72.0%, 75.0% and 77.8%, target 80%] 10.00";
    assert_eq!(says("missed_every_week", &every), [expected]);
    every.past_day(28, &[("q", 100, 80, 100)]);
    assert_eq!(says("missed_every_week", &every), [""; 0], "one week met it");
    let mut few = scene();
    today(&mut few);
    few.past_day(7, &[("q", 19, 1, 19)]).past_day(14, &[("q", 100, 1, 100)]).past_day(21, &[("q", 100, 1, 100)]);
    assert_eq!(says("missed_every_week", &few), [""; 0], "a week with nineteen says nothing");
}

/// Calls of one queue with given times: how many, talk, after-call work, how many of them were handed on.
fn handled(scene: &mut Scene, calls: u64, talk_ms: u64, acw_ms: u64, transferred: u64) {
    for number in 0..calls {
        let transferred = number < transferred;
        let fate = Fate::Answered { agent: "a".to_owned(), in_time: true, talk_ms, held_ms: 0, acw_ms, transferred };
        let at = scene.hour(10);
        scene.calls.push(Call { queue: Some("q".to_owned()), medium: "voice".to_owned(), at, wait_ms: 1000, fate });
    }
}

#[test]
fn after_call_work_long_begins_at_thirty_percent_of_thirty_conversations() {
    let with = |calls: u64, talk_ms: u64, acw_ms: u64| {
        let mut scene = scene();
        handled(&mut scene, calls, talk_ms, acw_ms, 0);
        says("after_call_work_long", &scene)
    };
    // 120 s of 300 s are 40 %: a tenth too much of 30 conversations.
    let expected = "Billing: spends 40.0% of its handle time on work after the conversation: shorter forms or wrap-up \
                    codes would help [after-call work 2:00, handle time 5:00, handled 30] 3.00";
    assert_eq!(with(30, 180_000, 120_000), [expected]);
    assert_eq!(
        (with(29, 180_000, 120_000).len(), with(30, 70_000, 30_000).len(), with(30, 70_001, 30_000).len()),
        (0, 1, 0)
    );
}

#[test]
fn transfers_many_begins_at_a_fifth_of_thirty_conversations() {
    let with = |calls: u64, transferred: u64| {
        let mut scene = scene();
        handled(&mut scene, calls, 60_000, 0, transferred);
        says("transfers_many", &scene)
    };
    let expected = "Billing: hands on 25.0% of what it handles: check routing and skills [transferred 10 of 40] 2.00";
    assert_eq!(with(40, 10), [expected]);
    assert_eq!((with(40, 8).len(), with(40, 7).len(), with(29, 29).len()), (1, 0, 0));
}

#[test]
fn short_abandons_decide_only_where_they_do() {
    let with = |lost: u64, short: u64, text: &str| {
        let mut scene = Scene::new(settings(text));
        scene.many(Many { in_time: 100 - lost - short, lost, short, ..Many::default() });
        says("short_abandons_decide", &scene)
    };
    let expected = "Without those who hung up at once, the abandon target is met: consider the setting \
                    exclude_short_abandons [with short abandons 8.0%, without 5.0%, target at most 5%] 3.00";
    assert_eq!(with(5, 3, ""), [expected]);
    assert_eq!((with(6, 3, "").len(), with(2, 3, "").len()), (0, 0));
    assert_eq!(with(5, 3, "[nightly-report]\nexclude_short_abandons = true\n"), [""; 0]);
}

#[test]
fn rules_speak_of_queues_targets_and_not_of_the_general_ones() {
    let text = "[[nightly-report.queue_targets]]\nqueue = \"q\"\nservice_level = 0.5\nhandle_seconds = 200\nabandon_rate = 0.5\n";
    let mut own = Scene::new(settings(text));
    hours(&mut own, "q", &[(10, 14, 6, 0)]);
    let rules: Vec<_> = found(&own).iter().map(|finding| finding.found.rule()).collect();
    assert_eq!(rules, ["handle_time_long"], "70 % of 50 %, and 300 s of 200 s");
}

#[test]
fn a_silenced_rule_says_nothing_and_every_name_is_a_rules() {
    for name in NAMES {
        let mut scene = scene();
        scene.settings.silent_rules.insert(name.to_owned());
        hours(&mut scene, "q", &[(10, 4, 40, 9)]);
        assert!(found(&scene).iter().all(|finding| finding.found.rule() != name), "{name}");
    }
    let mut missed = scene();
    hours(&mut missed, "q", &[(10, 4, 40, 9)]);
    assert!(found(&missed).iter().all(|finding| NAMES.contains(&finding.found.rule())));
}

#[test]
fn alerts_come_first_and_each_kind_by_weight() {
    let mut many = scene();
    hours(&mut many, "q", &[(10, 10, 40, 9)]);
    hours(&mut many, "r", &[(10, 100, 40, 20)]);
    let found = found(&many);
    let order: Vec<(Kind, f64)> = found.iter().map(|finding| (finding.kind, finding.weight)).collect();
    assert!(order.is_sorted_by(|one, other| one.0 < other.0 || (one.0 == other.0 && one.1 >= other.1)), "{order:?}");
    let numbers = |finding: &Finding| Point::of(finding, many.date, Words::of(Language::En)).numbers;
    assert!(found.iter().all(|finding| !numbers(finding).is_empty()), "each with the numbers it rests on");
}
