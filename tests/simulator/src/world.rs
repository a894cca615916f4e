//! Everything one simulator knows, behind one lock.
//!
//! A simulator is one world: settings, both vendors' records, active faults, the journal, and the one source of
//! chance. Nothing is global, so any number of simulators live in one process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::faults::Faults;
use crate::genesys::Genesys;
use crate::journal::Journal;
use crate::salesforce::Salesforce;
use crate::settings::Settings;

/// The state of one simulator.
pub(crate) struct World {
    seed: u64,
    pub(crate) settings: Settings,
    pub(crate) genesys: Genesys,
    pub(crate) salesforce: Salesforce,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    /// Ids, tokens, orders: all chance comes from here.
    pub(crate) chance: fastrand::Rng,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            settings: Settings::default(),
            genesys: Genesys::default(),
            salesforce: Salesforce::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            chance: fastrand::Rng::with_seed(seed),
        }
    }

    /// Back to the first moment: no records, no tokens, no faults, settings as at start.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// A new random id in the form both the vendor's ids and correlation ids have.
    pub(crate) fn new_uuid(&mut self) -> String {
        let bytes = self.chance.u128(..).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// The world as request handlers share it.
pub(crate) struct SharedWorld(Mutex<World>);

impl SharedWorld {
    pub(crate) fn new(world: World) -> Self {
        Self(Mutex::new(world))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment as both vendors' documentation prints it: UTC, milliseconds.
pub(crate) fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
