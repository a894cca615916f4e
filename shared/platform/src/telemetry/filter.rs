//! Which events become log lines.

use lambda_runtime::tracing::subscriber::filter::{FilterFn, LevelFilter, Targets};
use tracing::{Level, Metadata};

/// Our crates besides the function's own: the only ones that may log below `info`.
const OURS: [&str; 4] = ["platform", "genesys", "salesforce", "identity"];

/// The runtime logs a handler's error here with `{:?}`. The function has logged it already, and a failure is logged once.
const RUNTIME_ERROR_TARGET: &str = "lambda_runtime::layers::panic";

/// The runtime's span carries the request id also where no run has begun.
const RUNTIME: &str = "lambda_runtime";

/// Reads `RUST_LOG`: a level, or a list such as `info,contact_sync=debug`. Without a general level it is `info`.
pub(super) fn parse(text: &str) -> Result<Targets, String> {
    let targets: Targets = text.parse().map_err(|_| {
        format!(
            "`{text}` is neither a level (error, warn, info, debug, trace) nor a list such as info,contact_sync=debug"
        )
    })?;
    // A mistyped level such as `inof` reads as the name of a crate that is to log everything.
    let is_level = |word: &str| word.contains('=') || word.parse::<LevelFilter>().is_ok();
    match text.split(',').map(str::trim).find(|word| !word.is_empty() && !is_level(word)) {
        Some(word) => {
            Err(format!("`{word}` is not a level: error, warn, info, debug or trace, for one crate crate=level"))
        }
        None if targets.default_level().is_none() => Ok(targets.with_default(LevelFilter::INFO)),
        None => Ok(targets),
    }
}

/// The filter for `RUST_LOG` = `text` in the function `function`.
pub(super) fn filter(text: &str, function: &'static str) -> FilterFn<impl Fn(&Metadata<'_>) -> bool + use<>> {
    let targets = parse(text).unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let named: Vec<(String, LevelFilter)> = targets.iter().map(|(name, level)| (name.to_owned(), level)).collect();
    let most = named.iter().map(|(_, level)| *level).chain(targets.default_level()).max().unwrap_or(LevelFilter::INFO);
    let function = function.replace('-', "_");
    FilterFn::new(move |metadata: &Metadata<'_>| {
        let target = metadata.target();
        let root = target.split("::").next().unwrap_or_default();
        if root == function || OURS.contains(&root) {
            return targets.would_enable(target, metadata.level());
        }
        if metadata.is_span() {
            return root == RUNTIME && *metadata.level() <= Level::INFO;
        }
        let is_named = named.iter().any(|(name, _)| target.starts_with(name));
        let most_allowed = if is_named { Level::INFO } else { Level::WARN };
        *metadata.level() <= most_allowed
            && target != RUNTIME_ERROR_TARGET
            && targets.would_enable(target, metadata.level())
    })
    .with_max_level_hint(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_not_taken_for_a_crate() {
        assert!(parse("inof").is_err());
        assert!(parse("info,contact_sync=loud").is_err());
        assert_eq!(parse("INFO").unwrap().default_level(), Some(LevelFilter::INFO));
        assert_eq!(parse("contact_sync=debug").unwrap().default_level(), Some(LevelFilter::INFO));
    }
}
