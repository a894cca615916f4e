//! A chart in sentences, for whoever does not see it: the figures that the picture is looked at for.

use super::{Drawing, Stretch, offered};
use crate::rate::Share;
use crate::report::DayLine;
use crate::sums::Figures;
use crate::targets::Verdict;
use crate::words::{Arg, NOTHING, Words, capitalised, stopped};

pub(super) fn alt(drawing: &Drawing<'_>, words: &Words) -> String {
    let sentences = [volume(drawing, words), year(drawing, words), levels(drawing, words), unknown(drawing, words)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn known(days: &[DayLine]) -> impl Iterator<Item = &Figures> {
    days.iter().filter_map(|day| day.figures.as_ref())
}

/// How many came.
fn volume(drawing: &Drawing<'_>, words: &Words) -> Option<String> {
    let (first, last) = (drawing.days.first()?, drawing.days.last()?);
    let counts = || known(drawing.days).map(offered);
    let today = last.figures.as_ref().map_or_else(|| Arg::from(NOTHING), |figures| offered(figures).into());
    let args = [
        ("first", words.short_date(first.date).into()),
        ("last", words.short_date(last.date).into()),
        ("least", counts().min()?.into()),
        ("most", counts().max()?.into()),
        ("today", today),
    ];
    Some(words.fill("chart-tells-offered", &args))
}

/// How many came a year before, on the days that are known of both.
fn year(drawing: &Drawing<'_>, words: &Words) -> Option<String> {
    let both = drawing.days.iter().zip(drawing.before);
    let both =
        both.filter_map(|(now, before)| Some((offered(now.figures.as_ref()?), offered(before.figures.as_ref()?))));
    let (days, now, before) = both.fold((0_u64, 0_u64, 0_u64), |(days, now, before), (one, other)| {
        (days + 1, now.saturating_add(one), before.saturating_add(other))
    });
    let args = [("count", days.into()), ("now", words.counted("conversations", now).into()), ("before", before.into())];
    (drawing.stretch == Stretch::Year && days > 0).then(|| words.fill("chart-tells-year", &args))
}

/// How they were answered.
fn levels(drawing: &Drawing<'_>, words: &Words) -> Option<String> {
    let shares = || known(drawing.days).filter_map(|figures| figures.service_level);
    let by_value = |one: &Share, other: &Share| one.value().total_cmp(&other.value());
    let missed = drawing.days.iter().filter(|day| day.verdicts.service_level == Some(Verdict::Missed)).count() as u64;
    let args = [
        ("count", missed.into()),
        ("lowest", words.percent_beside(shares().min_by(by_value)?, drawing.target).into()),
        ("highest", words.percent_beside(shares().max_by(by_value)?, drawing.target).into()),
        ("target", words.percent_of(drawing.target).into()),
    ];
    Some(words.fill("chart-tells-service-level", &args))
}

fn unknown(drawing: &Drawing<'_>, words: &Words) -> Option<String> {
    let unknown = drawing.days.iter().chain(drawing.before).filter(|day| day.figures.is_none()).count() as u64;
    (unknown > 0).then(|| stopped(&capitalised(&words.counted("days-without-figures", unknown))))
}
