//! What faults do to a request: one effect per fault, all effects of a request together.

use std::time::Duration;

use super::{ForeignWrite, PartialFailure};
use crate::connection::Ending;
use crate::wire::{Answer, Refusal};

/// What a fault does to one request.
#[derive(Debug)]
pub(super) enum Effect {
    /// The request waits before anything is done.
    Wait(Duration),
    /// The caller's token dies first.
    RevokeToken,
    /// Other clients have used the day's calls.
    UseUpQuota,
    /// The connection ends, nothing is done.
    CutBefore(Ending),
    /// The vendor says no, nothing is done.
    Refuse(Refusal),
    /// An answer that is not the vendor's, nothing is done.
    Answer(Answer),
    /// Everything is done, the answer is not the vendor's.
    AnswerAfter(Answer),
    /// Everything is done twice.
    Twice,
    /// Chosen items of a bulk request fail.
    FailItems(PartialFailure),
    /// An enrich names another contact than the one it wrote.
    AnswerWrongId,
    /// Somebody else writes the same object first.
    ChangeBehind(ForeignWrite),
    /// A listing leaves out the last one of a page.
    ShortenPage,
    /// A search knows nothing younger than this.
    AgeIndex(Duration),
    /// A query does not see what was changed within this time.
    HideYoung(Duration),
    /// A login's token is dead when it arrives.
    KillIssuedToken,
    /// The rows of the answer change.
    ChangeRows(RowChange),
    /// `Date` is off by so many seconds.
    SkewDate(i64),
    /// The bytes of the answer come in another way.
    Deliver(Delivery),
    /// Everything is done, then the connection ends.
    CutAfter(Ending),
}

/// What becomes of the rows of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowChange {
    /// The last one comes twice.
    RepeatLast,
    /// They come in an order drawn from this number.
    Reorder(u64),
}

/// How the bytes of an answer arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Delivery {
    #[default]
    Whole,
    /// Half of them, and the head says that this is all.
    Half,
    /// Half of what the head promises, then the connection ends.
    Broken,
    /// So many at a time, with a pause after each.
    Drip(usize, Duration),
}

/// How a request ends when a fault stops it before it is done.
#[derive(Debug)]
pub(crate) enum Stop {
    Cut(Ending),
    Refuse(Refusal),
    Answer(Answer),
}

/// What faults change inside an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bends {
    pub(crate) failing: Vec<PartialFailure>,
    pub(crate) wrong_id: bool,
    pub(crate) foreign_write: Option<ForeignWrite>,
    pub(crate) short_page: bool,
    /// How far a search index is behind, if further than the settings say.
    pub(crate) index_age: Option<Duration>,
    /// How old a change must be before a query sees its row.
    pub(crate) young: Option<Duration>,
}

/// Everything that faults do to one request.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The names of the faults that struck, for the journal.
    pub(crate) names: Vec<String>,
    /// What the answer broke of the table of schemas; no fault does that.
    pub(crate) violation: Option<String>,
    /// The answer is the simulator's own 501.
    pub(crate) not_simulated: bool,
    pub(crate) wait: Duration,
    pub(crate) revoke_token: bool,
    pub(crate) use_up_quota: bool,
    pub(crate) stop: Option<Stop>,
    pub(crate) twice: bool,
    pub(crate) bends: Bends,
    pub(crate) kill_issued_token: bool,
    pub(crate) answer_after: Option<Answer>,
    pub(crate) row_changes: Vec<RowChange>,
    pub(crate) skew_date_s: i64,
    pub(crate) delivery: Delivery,
    pub(crate) cut_after: Option<Ending>,
}

impl Verdict {
    /// The first fault that stops a request wins.
    pub(super) fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Wait(length) => self.wait += length,
            Effect::RevokeToken => self.revoke_token = true,
            Effect::UseUpQuota => self.use_up_quota = true,
            Effect::CutBefore(ending) => self.stop_with(Stop::Cut(ending)),
            Effect::Refuse(refusal) => self.stop_with(Stop::Refuse(refusal)),
            Effect::Answer(answer) => self.stop_with(Stop::Answer(answer)),
            Effect::AnswerAfter(answer) => drop(self.answer_after.get_or_insert(answer)),
            Effect::Twice => self.twice = true,
            Effect::FailItems(fault) => self.bends.failing.push(fault),
            Effect::AnswerWrongId => self.bends.wrong_id = true,
            Effect::ChangeBehind(fault) => self.bends.foreign_write = Some(fault),
            Effect::ShortenPage => self.bends.short_page = true,
            Effect::AgeIndex(age) => self.bends.index_age = self.bends.index_age.max(Some(age)),
            Effect::HideYoung(age) => self.bends.young = self.bends.young.max(Some(age)),
            Effect::KillIssuedToken => self.kill_issued_token = true,
            Effect::ChangeRows(change) => self.row_changes.push(change),
            Effect::SkewDate(seconds) => self.skew_date_s += seconds,
            Effect::Deliver(delivery) => self.delivery = delivery,
            Effect::CutAfter(ending) => self.cut_after = Some(ending),
        }
    }

    fn stop_with(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }
}
