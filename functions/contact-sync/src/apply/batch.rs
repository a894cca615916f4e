//! What travels to Genesys in one request, contacts and organizations alike: how steps are put into batches, how the
//! answers to a batch are told apart, and when Genesys counts as down. Pure.
//!
//! Which kinds of request there are, and what an answer to one means, stands with each of the two: [`super::verdict`] and
//! [`crate::organizations::apply`].

use std::collections::VecDeque;

use genesys::ItemOutcome;
use platform::next::Next;
use platform::vendor::{CallError, Failure};

use super::blame;

/// Requests for one contact or organization in one run: the first, and one more where the answer asks for it.
pub(crate) const TRIES_MAX: u32 = 2;

/// After this many batches in a row without an answer, Genesys counts as down: a total outage must not cost more
/// than a tenth of the normal load.
const SILENT_BATCHES_MAX: u32 = 2;

/// One contact or organization in a batch.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Index of its step.
    pub step: usize,
    /// Requests for it in this run before this one.
    pub tries: u32,
    /// Who it is in Genesys, once an earlier request of this run has told it.
    pub answered_id: Option<String>,
}

/// What travels in one request of this kind.
#[derive(Clone, Debug)]
pub(crate) struct Batch<Kind> {
    pub kind: Kind,
    pub items: Vec<Item>,
}

/// The verdicts of a batch, in the order of its items, and what has to be sent next.
#[derive(Debug)]
pub(crate) struct Judged<Kind, Verdict> {
    pub verdicts: Vec<Verdict>,
    pub follow_ups: Vec<Batch<Kind>>,
}

impl Item {
    /// The step at this index, of which nothing was sent yet.
    fn first(step: usize) -> Self {
        Self { step, tries: 0, answered_id: None }
    }

    /// It is sent once more.
    pub(crate) fn again(&self) -> Self {
        Self { tries: self.tries + 1, ..self.clone() }
    }

    /// It is this one, and more has to be sent for it.
    pub(crate) fn answered(&self, id: String) -> Self {
        Self { answered_id: Some(id), ..self.clone() }
    }
}

impl<Kind: Copy + PartialEq> Batch<Kind> {
    /// The first requests for steps of this kind, at most `size` together. One that failed in an earlier run travels
    /// alone, so that it cannot take others down with it again.
    pub(crate) fn of(
        kind: Kind,
        steps: Vec<usize>,
        has_failed_before: impl Fn(usize) -> bool,
        size: usize,
    ) -> Vec<Self> {
        let (alone, together): (Vec<usize>, Vec<usize>) = steps.into_iter().partition(|step| has_failed_before(*step));
        let items = |steps: Vec<usize>| steps.into_iter().map(Item::first).collect();
        let mut batches = Self { kind, items: items(together) }.cut(size);
        batches.extend(Self { kind, items: items(alone) }.cut(1));
        batches
    }

    /// Those alone after everybody else, whatever their kind: where one of them makes its call fail, all others are
    /// written. Who failed in fewer ticks (`failures`) comes first, and among equals `lot` decides, behind one of all that
    /// is drawn: two that are never answered, which end the round, must not stand before the same others in every run.
    pub(crate) fn alone_last(
        batches: VecDeque<Self>,
        failures: impl Fn(usize) -> Option<u32>,
        lot: u64,
    ) -> VecDeque<Self> {
        let failures = |batch: &Self| batch.items.iter().filter_map(|item| failures(item.step)).max();
        let (together, mut alone): (Vec<Self>, Vec<Self>) =
            batches.into_iter().partition(|batch| failures(batch).is_none());
        in_order_of_failures(&mut alone, failures, lot);
        together.into_iter().chain(alone).collect()
    }

    /// Puts back what has to be sent next for somebody: before those who travel alone and have not been answered in this run,
    /// whose silence must not keep it from being sent.
    pub(crate) fn put_back(self, batches: &mut VecDeque<Self>, failures: impl Fn(usize) -> Option<u32>) {
        let is_unheard = |item: &Item| item.answered_id.is_none() && failures(item.step).is_some();
        let is_suspect = |batch: &Self| batch.items.iter().all(is_unheard);
        let first = batches.iter().position(is_suspect).filter(|_| !is_suspect(&self));
        batches.insert(first.unwrap_or(batches.len()), self);
    }

    /// The same in batches of at most `size`.
    pub(crate) fn cut(&self, size: usize) -> Vec<Self> {
        self.items.chunks(size).map(|items| Self { kind: self.kind, items: items.to_vec() }).collect()
    }

    /// Judges each answer by itself: `verdict` says what the id or the failure of an item means, and what has to be sent
    /// for it next. What has to be sent again travels together again, by kind.
    ///
    /// # Errors
    /// A failure of `operation` after which nothing later could fare better.
    pub(crate) fn judge<Verdict>(
        &self,
        operation: &'static str,
        answers: Vec<ItemOutcome>,
        verdict: impl Fn(&Item, Result<String, Failure>) -> (Verdict, Option<(Kind, Item)>),
    ) -> Result<Judged<Kind, Verdict>, CallError> {
        let mut judged = Judged { verdicts: Vec::with_capacity(self.items.len()), follow_ups: Vec::new() };
        for (item, answer) in self.items.iter().zip(answers) {
            let answer = match answer {
                ItemOutcome::Done { id, .. } => Ok(id),
                ItemOutcome::Missing => Err(Failure::NoAnswer),
                ItemOutcome::Refused(failure) if failure.stops_the_job() => return Err(failed(operation, failure)),
                ItemOutcome::Refused(failure) => Err(failure),
            };
            let (verdict, again) = verdict(item, answer);
            judged.verdicts.push(verdict);
            if let Some((kind, item)) = again {
                judged.gather(kind, item);
            }
        }
        Ok(judged)
    }
}

impl<Kind: PartialEq, Verdict> Judged<Kind, Verdict> {
    fn gather(&mut self, kind: Kind, item: Item) {
        match self.follow_ups.iter_mut().find(|batch| batch.kind == kind) {
            Some(batch) => batch.items.push(item),
            None => self.follow_ups.push(Batch { kind, items: vec![item] }),
        }
    }
}

/// Sorts those who failed before: see [`Batch::alone_last`].
pub(crate) fn in_order_of_failures<T>(alone: &mut [T], failures: impl Fn(&T) -> Option<u32>, lot: u64) {
    let mut lots = fastrand::Rng::with_seed(lot);
    lots.shuffle(alone);
    alone.sort_by_key(failures);
    if !alone.is_empty() {
        let drawn = lots.usize(..alone.len());
        alone[..=drawn].rotate_right(1);
    }
}

fn failed(operation: &'static str, failure: Failure) -> CallError {
    CallError { vendor: "genesys", operation, correlation_id: None, was_sent: true, failure }
}

/// How many batches in a row Genesys gave no useful answer to, and whether it answered any.
///
/// Two in a row are an outage, unless all of them carried one that was not answered in an earlier run either: then it may
/// be those alone, and the run goes on with others, which shows it.
#[derive(Debug)]
pub(crate) struct Silence {
    in_a_row: u32,
    is_about_others: bool,
    was_complete: bool,
    has_heard: bool,
}

impl Silence {
    /// Nothing is sent yet; `has_heard`: Genesys has answered others just before.
    pub(crate) fn after(has_heard: bool) -> Self {
        Self { in_a_row: 0, is_about_others: false, was_complete: false, has_heard }
    }

    /// Counts one more, or begins anew. `is_suspect`: it was about one that failed before and travelled alone. What too
    /// little time was left for says nothing.
    pub(crate) fn hear<T>(&mut self, answers: &Result<T, CallError>, is_suspect: bool) {
        if answers.as_ref().is_err_and(|error| error.failure == Failure::OutOfTime) {
            return;
        }
        let is_silent = |error: &CallError| matches!(error.next(), Next::RetryAfter(_) | Next::ReadBack);
        if answers.as_ref().is_err_and(is_silent) {
            self.in_a_row += 1;
            self.is_about_others |= !is_suspect;
            self.was_complete |= self.is_complete();
        } else {
            self.forgive();
        }
        self.has_heard |= answers.as_ref().err().is_none_or(|error| !blame::is_nobodys(&error.failure));
    }

    /// Whether Genesys has answered anything.
    pub(crate) fn has_heard(&self) -> bool {
        self.has_heard
    }

    /// Whether the last batch was not answered.
    pub(crate) fn has_begun(&self) -> bool {
        self.in_a_row > 0
    }

    /// Whether it has ever been complete: then what failed in it is nobody's fault, also where others were tried after it.
    pub(crate) fn was_complete(&self) -> bool {
        self.was_complete
    }

    /// Whether nothing that was sent last was answered, whoever it was about.
    fn is_complete(&self) -> bool {
        self.in_a_row >= SILENT_BATCHES_MAX
    }

    /// Whether Genesys counts as down.
    pub(crate) fn is_outage(&self) -> bool {
        self.is_complete() && self.is_about_others
    }

    /// Whether those that failed before have been tried enough for now: others come first.
    pub(crate) fn is_of_suspects(&self) -> bool {
        self.is_complete() && !self.is_about_others
    }

    /// Begins to count anew.
    pub(crate) fn forgive(&mut self) {
        (self.in_a_row, self.is_about_others) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_failed_before_travels_alone() {
        let batches = Batch::of('a', vec![0, 1, 2, 3, 4], |step| step == 1 || step == 4, 2);
        let steps: Vec<Vec<usize>> =
            batches.iter().map(|batch| batch.items.iter().map(|item| item.step).collect()).collect();
        assert_eq!(steps, [vec![0, 2], vec![3], vec![1], vec![4]]);
    }

    #[test]
    fn nobody_stands_behind_the_same_two_in_every_run() {
        let orders: Vec<Vec<u32>> = (0..50)
            .map(|lot| {
                let mut ticks = [3, 0, 5, 0];
                in_order_of_failures(&mut ticks, |ticks| Some(*ticks), lot);
                ticks.to_vec()
            })
            .collect();
        assert!([0, 3, 5].iter().all(|first| orders.iter().any(|order| order[0] == *first)), "{orders:?}");
        assert!(orders.iter().all(|order| order[1..].is_sorted()), "{orders:?}");
    }

    fn after(answers: &[(bool, bool)]) -> Silence {
        let mut silence = Silence::after(false);
        for (is_answered, is_suspect) in answers {
            let answer = if *is_answered { Ok(()) } else { Err(failed("test", Failure::NoAnswer)) };
            silence.hear(&answer, *is_suspect);
        }
        silence
    }

    #[test]
    fn two_in_a_row_are_an_outage_unless_both_failed_before() {
        let (others, suspect, answered) = ((false, false), (false, true), (true, false));
        assert!(after(&[others, others]).is_outage());
        assert!(after(&[others, suspect]).is_outage());
        assert!(after(&[suspect, others]).is_outage());
        assert!(!after(&[suspect, suspect]).is_outage() && after(&[suspect, suspect]).is_of_suspects());
        assert!(!after(&[suspect]).is_of_suspects(), "one may have met a bad moment");
        assert!(!after(&[others, answered, suspect, suspect]).is_outage(), "what was before an answer is forgotten");
    }

    #[test]
    fn what_is_sent_again_travels_together_by_kind() {
        let batch = Batch { kind: 'a', items: (0..4).map(Item::first).collect() };
        let answers = vec![ItemOutcome::Missing; 4];
        let judged = batch.judge("test", answers, |item, answer| {
            assert!(matches!(answer, Err(Failure::NoAnswer)));
            ((), Some((if item.step % 2 == 0 { 'b' } else { 'c' }, item.again())))
        });
        let follow_ups = judged.unwrap().follow_ups;
        let lists: Vec<(char, Vec<usize>)> =
            follow_ups.iter().map(|batch| (batch.kind, batch.items.iter().map(|item| item.step).collect())).collect();
        assert_eq!(lists, [('b', vec![0, 2]), ('c', vec![1, 3])]);
        assert!(follow_ups.iter().flat_map(|batch| &batch.items).all(|item| item.tries == 1));
    }

    #[test]
    fn two_batches_without_an_answer_are_an_outage_and_an_answer_in_between_is_none() {
        let mut silence = Silence::after(false);
        let silent: Result<(), _> = Err(failed("test", Failure::NoAnswer));
        silence.hear(&silent, false);
        assert!(silence.has_begun() && !silence.is_outage() && !silence.has_heard());
        silence.hear(&Ok(()), false);
        assert!(!silence.has_begun());
        silence.hear(&silent, false);
        silence.hear(&silent, false);
        assert!(silence.is_outage());
    }
}
