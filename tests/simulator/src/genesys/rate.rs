//! Rate windows: so many requests per token and minute.
//!
//! Windows are fixed: they begin at each full minute of the simulator's clock, whatever the minute's length is set
//! to. A refused request is not counted.

use crate::wire::{Answer, Call, Refusal};
use crate::world::World;

/// How much of a window a token has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// Number of the window since 1970.
    minute: i64,
    used: u64,
}

/// Counts the request, or refuses it when the window is used up.
pub(crate) fn count(world: &mut World, call: &Call) -> Result<(), Refusal> {
    let (minute_ms, allowed) = (world.settings.genesys.minute_ms.max(1), world.settings.genesys.rate_allowed);
    let minute = call.now.as_millisecond().div_euclid(minute_ms);
    let Some(window) = world.genesys.tokens.window(call.bearer().unwrap_or("")) else {
        return Ok(());
    };
    if window.minute != minute {
        *window = Window { minute, used: 0 };
    }
    if window.used >= allowed {
        return Err(refusal(seconds_left(call, minute_ms)));
    }
    window.used += 1;
    Ok(())
}

/// The vendor's 429.
pub(crate) fn refusal(retry_after_s: u64) -> Refusal {
    let sentence = format!("Rate limit exceeded the maximum. Retry the request in [{retry_after_s}] seconds");
    let mut refusal = Refusal::new(429, "too.many.requests.retry.after", sentence);
    refusal.retry_after_s = Some(retry_after_s);
    refusal
}

/// Adds what the token has used, may use, and when that starts again.
pub(crate) fn headers(world: &World, call: &Call, answer: Answer) -> Answer {
    let settings = &world.settings.genesys;
    let window = call.bearer().and_then(|token| world.genesys.tokens.used(token));
    let (Some(window), true) = (window, settings.rate_headers) else {
        return answer;
    };
    answer
        .header("inin-ratelimit-count", window.used)
        .header("inin-ratelimit-allowed", settings.rate_allowed)
        .header("inin-ratelimit-reset", seconds_left(call, settings.minute_ms.max(1)))
}

/// Seconds until the next window, as a client counts them that waits `speed` times faster; at least 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a minute's length")]
fn seconds_left(call: &Call, minute_ms: i64) -> u64 {
    let left_ms = minute_ms - call.now.as_millisecond().rem_euclid(minute_ms);
    (left_ms as f64 * call.speed / 1_000.0).ceil().max(1.0) as u64
}
