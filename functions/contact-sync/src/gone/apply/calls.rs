//! The vendor calls that a departed contact leads to.

use genesys::Removal;
use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure};

use crate::apply::Tools;
use crate::gone::plan::{GoneAction, GoneStep};

/// Removes the Genesys contacts of a batch, in one request.
pub(super) async fn remove(
    batch: &[usize],
    steps: &[GoneStep<'_>],
    tools: &Tools<'_>,
    deadline: Deadline,
) -> Result<Vec<Removal>, CallError> {
    let ids: Vec<&String> = batch.iter().filter_map(|index| steps[*index].action.target()).collect();
    tools.genesys.remove(&ids, tools.held.guard(), deadline).await
}

/// Does what one step says; the id of the Genesys contact that the heir took over, where there was one.
pub(super) async fn single(
    step: &GoneStep<'_>,
    tools: &Tools<'_>,
    deadline: Deadline,
) -> Result<Option<String>, CallError> {
    match &step.action {
        GoneAction::Relink { id, heir } => match relink(step, id, heir, tools, deadline).await {
            // Done or not: the look that comes first tells, and what is done is not done again.
            Err(error) if matches!(error.failure, Failure::NoAnswer) => relink(step, id, heir, tools, deadline).await,
            ended => ended,
        },
        GoneAction::Unlink { id } => unlink(step, id, tools, deadline).await.map(|()| None),
        GoneAction::Remove { .. } | GoneAction::Bury => Ok(None),
    }
}

/// A contact that is gone has nothing to take off any more.
async fn unlink(step: &GoneStep<'_>, id: &str, tools: &Tools<'_>, deadline: Deadline) -> Result<(), CallError> {
    let mut changes = genesys::unlinked(&tools.marks.external_id_of(&step.departed.id));
    if step.departed.is_shared {
        changes.truncate(1); // The link to the record may be the other contact's.
    }
    match tools.genesys.patch(id, &changes, tools.held.guard(), deadline).await {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.failure, Failure::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Looks first, because adding an external id twice is not the same as once, and because the contact may have been
/// merged in Genesys. One that is gone leaves nothing to take over: the heir is then matched like any other contact.
async fn relink(
    step: &GoneStep<'_>,
    id: &str,
    heir: &str,
    tools: &Tools<'_>,
    deadline: Deadline,
) -> Result<Option<String>, CallError> {
    let Some(contact) = tools.genesys.contact(id, deadline).await? else { return Ok(None) };
    let current = contact.current_id().unwrap_or(id).to_owned();
    let changes = tools.marks.relink(&contact, heir, Some(&step.departed.id));
    if !changes.is_empty() {
        match tools.genesys.patch(&current, &changes, tools.held.guard(), deadline).await {
            Ok(_) => {}
            Err(error) if matches!(error.failure, Failure::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(current))
}
