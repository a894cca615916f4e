//! An update that was answered with another contact, or that found none: what became of the linked one.
//!
//! Agents merge contacts in Genesys. The old id then leads to a new contact, which answers in its place, and the link
//! has to follow. They also take external ids away: then the linked contact is still there, and gets ours again rather
//! than a twin. Only when the linked contact is itself and another one answers is it a question for a person.

use genesys::ItemOutcome;
use platform::deadline::Deadline;
use platform::link::LinkRow;
use platform::vendor::{CallError, Failure};

use super::batch::Item;
use super::queue::Batch;
use super::{Stop, Tools};
use crate::drift::in_doubt;
use crate::plan::Step;
use crate::wire;

/// The code of an answer that only a person can make sense of.
pub(super) const ANOTHER_CONTACT: &str = "another_contact";

/// Reads the contact that the batch's one step was about, and writes what is still to write.
///
/// # Errors
/// A failing state table; what fails at the vendor is in the answer.
pub(super) async fn verify(
    batch: &Batch,
    steps: &[Step<'_>],
    tools: &Tools<'_>,
    deadline: Deadline,
) -> Result<Result<Vec<ItemOutcome>, CallError>, Stop> {
    let Some(item) = batch.items.first() else { return Ok(Ok(Vec::new())) };
    let step = &steps[item.step];
    let Some(linked) = step.action.target() else { return Ok(Ok(vec![ItemOutcome::Missing])) };
    let contact = match tools.genesys.contact(linked, deadline).await {
        Ok(Some(contact)) => contact,
        Ok(None) => return Ok(Ok(vec![refused(Failure::NotFound { code: "not.found".to_owned() })])),
        Err(error) => return Ok(Err(error)),
    };
    let Some(current) = contact.current_id() else { return Ok(Ok(vec![ItemOutcome::Missing])) };
    if is_somebody_elses(current, step, tools).await? {
        doubt_the_owner(item, step, tools).await?;
        return Ok(Ok(vec![refused(Failure::Conflict { code: ANOTHER_CONTACT.to_owned() })]));
    }
    if is_written(item, current) {
        return Ok(Ok(vec![ItemOutcome::Done { id: current.to_owned(), created: false }]));
    }
    if item.answered_id.is_some() {
        doubt_the_owner(item, step, tools).await?;
        return Ok(Ok(vec![refused(Failure::Conflict { code: ANOTHER_CONTACT.to_owned() })]));
    }
    let relink = tools.marks.relink(&contact, step.source.id.as_str(), None);
    let changes: Vec<_> = relink.into_iter().chain(wire::changes(step.source, &step.difference)).collect();
    let written = tools.genesys.patch(current, &changes, tools.held.guard(), deadline).await;
    Ok(written.map(|_| vec![ItemOutcome::Done { id: current.to_owned(), created: false }]))
}

/// Whether the contact that answered the update is the one the linked contact has become.
fn is_written(item: &Item, current: &str) -> bool {
    item.answered_id.as_deref() == Some(current)
}

/// Whether another Salesforce contact is linked to the contact that the linked one has become: two of ours were merged.
async fn is_somebody_elses(current: &str, step: &Step<'_>, tools: &Tools<'_>) -> Result<bool, Stop> {
    let peers = tools.links.peers(&[current.to_owned()]).await.map_err(Stop::State)?;
    Ok(peers.get(current).is_some_and(|salesforce_id| salesforce_id != step.source.id.as_str()))
}

/// The contact that answered has been written, and is another one's: what was written over its values is written again
/// with its owner's at the owner's next change, or by the next reconcile.
async fn doubt_the_owner(item: &Item, step: &Step<'_>, tools: &Tools<'_>) -> Result<(), Stop> {
    let Some(answered) = &item.answered_id else { return Ok(()) };
    let peers = tools.links.peers(std::slice::from_ref(answered)).await.map_err(Stop::State)?;
    let Some(owner) = peers.get(answered).filter(|owner| *owner != step.source.id.as_str()) else { return Ok(()) };
    let links = tools.links.get(std::slice::from_ref(owner)).await.map_err(Stop::State)?;
    let fields = step.difference.set.union(&step.difference.clear).cloned().collect();
    let doubted = links.get(owner).filter(|link| link.genesys_id.as_ref() == Some(answered));
    let doubted: Vec<LinkRow> = doubted.map(|link| in_doubt(link, &fields)).into_iter().collect();
    tools.links.put(&doubted, tools.held.fence()).await.map_err(Stop::State)
}

fn refused(failure: Failure) -> ItemOutcome {
    ItemOutcome::Refused(failure)
}
