//! Raw conversations: given, and dumped for whoever adds them up by another method.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Done;
use crate::genesys::analytics::conversation::{Conversation, Given};
use crate::genesys::analytics::state::Conversations;
use crate::wire::Pairs;
use crate::world::World;

/// An answer within this time is in time, where the queue says nothing.
const SERVICE_LEVEL_MS: u32 = 20_000;

pub(super) fn dispatch(world: &mut World, method: &str, query: &Pairs, body: &Value) -> Option<Done> {
    Some(match method {
        "GET" => dump(&world.genesys.conversations, query),
        "POST" => insert(world, body),
        "DELETE" => {
            world.genesys.conversations = Conversations::default();
            Ok(json!({}))
        }
        _ => return None,
    })
}

/// Those that began from `from` (included) to `to` (excluded); without them all, in the order of their begin.
fn dump(conversations: &Conversations, query: &Pairs) -> Done {
    let moment = |name: &str, absent: Timestamp| match query.get(name) {
        None => Ok(absent.as_millisecond()),
        Some(text) => {
            text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|error| format!("{name}: {error}"))
        }
    };
    let (from_ms, to_ms) = (moment("from", Timestamp::MIN)?, moment("to", Timestamp::MAX)?);
    let mut chosen: Vec<&Conversation> = conversations.begun_in(from_ms, to_ms).collect();
    chosen.sort_by_key(|conversation| conversation.start_ms);
    let (queues, users) = (&conversations.queues, &conversations.users);
    let dumped = chosen
        .into_iter()
        .map(|conversation| conversation.dump(queues.name(conversation.queue), users.name(conversation.user)));
    Ok(dumped.collect())
}

/// All of a list, or none of it.
fn insert(world: &mut World, body: &Value) -> Done {
    let items = match body {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let read = |item: &Value| -> Result<Given, String> {
        let given: Given = serde_json::from_value(item.clone()).map_err(|error| error.to_string())?;
        given.check().map(|()| given)
    };
    let given: Vec<Given> = items.iter().map(read).collect::<Result<_, _>>()?;
    for conversation in &given {
        let service_level_ms = service_level_ms(world, conversation);
        world.genesys.conversations.insert(conversation, service_level_ms);
    }
    Ok(json!({"conversations": given.len()}))
}

/// What the queue promises for this medium.
fn service_level_ms(world: &World, conversation: &Given) -> u32 {
    let queue = conversation.queue.as_deref().and_then(|id| world.genesys.queues.get(id));
    let settings = queue.and_then(|queue| queue.fields.get("mediaSettings"));
    let level = settings.map(|settings| &settings[conversation.media.setting()]["serviceLevel"]["durationMs"]);
    let ms = level.and_then(Value::as_u64).and_then(|ms| u32::try_from(ms).ok());
    ms.unwrap_or(SERVICE_LEVEL_MS)
}
