//! The state rows that a departed contact leaves: its intent, its tombstone, and the link of whoever took over. Pure.

use platform::aside::{Aside, Kind as AsideKind};
use platform::link::{Gone, LinkRow, LinkState, TOMBSTONE_DAYS};

use crate::apply::blame::gave_up;
use crate::apply::{Outcome, Tools};
use crate::gone::Departed;
use crate::gone::plan::{GoneAction, GoneStep};

const DAY_S: i64 = 24 * 60 * 60;

/// Rows to write for one batch.
#[derive(Debug, Default)]
pub(super) struct Graves {
    pub links: Vec<LinkRow>,
    pub aside: Vec<Aside>,
    pub resolved: Vec<(AsideKind, String)>,
    pub outcomes: Vec<(usize, Outcome)>,
}

/// The intent, written ahead of the call. The agreed values stay in it: an heir goes on from them.
pub(super) fn sending(step: &GoneStep<'_>, tools: &Tools<'_>) -> Option<LinkRow> {
    let id = step.action.target()?;
    if step.departed.is_carried {
        let agreed = known(step.departed, tools).digests;
        return Some(LinkRow { digests: agreed, ..tombstone(step, tools) });
    }
    Some(LinkRow { genesys_id: Some(id.clone()), state: LinkState::Sending, gone: None, ..known(step.departed, tools) })
}

/// The link row as it is, or a new one for a contact that had none.
fn known(departed: &Departed, tools: &Tools<'_>) -> LinkRow {
    departed.link.clone().unwrap_or_else(|| LinkRow {
        salesforce_id: departed.id.clone(),
        genesys_id: None,
        digests: Default::default(),
        digest_key_id: tools.digest_key_id.clone(),
        source_version: departed.version,
        state: LinkState::Settled,
        fence: 0, // the table fills in the fence it is written under
        map_version: tools.map_version.clone(),
        failed_ticks: 0,
        gone: None,
    })
}

impl Graves {
    /// The rows once everything is done. `taken_over` is the Genesys contact that the heir has now.
    pub(super) fn bury(&mut self, step: &GoneStep<'_>, taken_over: Option<&str>, tools: &Tools<'_>) -> Outcome {
        let departed = step.departed;
        self.links.push(tombstone(step, tools));
        self.resolve(&departed.id);
        if let (GoneAction::Relink { heir, .. }, Some(genesys_id)) = (&step.action, taken_over) {
            self.links.push(inherited(departed, heir, genesys_id, tools));
            self.resolve(heir);
        }
        if step.action == GoneAction::Bury { Outcome::Skipped("deleted") } else { Outcome::Updated }
    }

    /// One more tick in which this contact failed; after too many it goes to quarantine and the mark passes.
    pub(super) fn owe(&mut self, step: &GoneStep<'_>, reason: &'static str, tools: &Tools<'_>) -> Outcome {
        let id = &step.departed.id;
        let counts = tools.blame.counts(id);
        let failed_ticks = step.departed.link.as_ref().map_or(0, |link| link.failed_ticks) + u32::from(counts);
        self.links.extend(sending(step, tools).map(|row| LinkRow { failed_ticks, ..row }));
        if !counts || failed_ticks < tools.give_up_after_ticks {
            return Outcome::Failed(reason);
        }
        let why = gave_up();
        // No content has this hash: a contact that is restored is looked at again.
        self.aside.push(Aside { source_id: id.clone(), hash: String::new(), since: tools.now_ms, answer: None, why });
        Outcome::Skipped("gave_up")
    }

    /// Nothing waits any more for a contact that is gone, or that has just got a Genesys contact.
    fn resolve(&mut self, salesforce_id: &str) {
        self.resolved.extend([AsideKind::Quarantine, AsideKind::Review].map(|kind| (kind, salesforce_id.to_owned())));
    }
}

fn tombstone(step: &GoneStep<'_>, tools: &Tools<'_>) -> LinkRow {
    let departed = step.departed;
    let merged_into = match &departed.fate {
        crate::gone::Fate::MergedInto(heir) => Some(heir.clone()),
        _ => None,
    };
    let before = departed.link.as_ref().and_then(|link| link.gone.as_ref()?.genesys_id.clone());
    // A tombstone takes the peer row of its Genesys contact away: not of one that is another contact's now.
    let left = departed.genesys_id.clone().filter(|_| step.action != GoneAction::Bury && !departed.is_shared);
    let gone = Gone {
        version: departed.version,
        genesys_id: left.or(before),
        merged_into,
        kept_until_s: tools.now_ms.div_euclid(1000) + TOMBSTONE_DAYS * DAY_S,
    };
    LinkRow {
        genesys_id: None,
        digests: Default::default(),
        source_version: departed.version,
        state: LinkState::Settled,
        failed_ticks: 0,
        gone: Some(gone),
        ..known(departed, tools)
    }
}

/// The heir's link: the Genesys contact with the values that were agreed for the departed one, so that an ordinary plan
/// writes what is different in the heir.
fn inherited(departed: &Departed, heir: &str, genesys_id: &str, tools: &Tools<'_>) -> LinkRow {
    LinkRow {
        salesforce_id: heir.to_owned(),
        genesys_id: Some(genesys_id.to_owned()),
        source_version: 0,
        state: LinkState::Settled,
        failed_ticks: 0,
        gone: None,
        ..known(departed, tools)
    }
}
