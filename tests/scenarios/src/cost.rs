//! What runs cost: counted at the door, and by the kernel for a process.

use crate::world::World;

/// What came through a function's door.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Requests to Genesys.
    pub genesys: usize,
    /// Requests to Salesforce.
    pub salesforce: usize,
    /// Requests to the state table.
    pub state: usize,
    /// Capacity units of the state table.
    pub units: f64,
    /// Bytes of the bodies of all requests and answers.
    pub bytes: u64,
}

/// What a process has used of the machine so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Processor time in seconds.
    pub cpu_s: f64,
    /// Most resident memory in MiB.
    pub memory_mib: f64,
}

/// The kernel counts processor time in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

impl World {
    /// What came through the first function's door since the last [`World::forget`], which this is as well.
    pub fn cost(&self) -> Cost {
        let calls = self.door.calls();
        let of = |service: &str| calls.iter().filter(|call| call.kind.service == service).count();
        let bytes = calls.iter().map(|call| call.bytes).sum();
        let units = calls.iter().map(|call| call.units).sum();
        let cost = Cost { genesys: of("genesys"), salesforce: of("salesforce"), state: of("dynamodb"), units, bytes };
        self.forget();
        cost
    }
}

impl Used {
    /// What this process has used; nothing when it is gone.
    pub fn by(process: u32) -> Self {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
        let (stat, status) = (read("stat"), read("status"));
        let after_name: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |place: usize| after_name.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0);
        Self { cpu_s: (ticks(11) + ticks(12)) / TICKS_A_SECOND, memory_mib: kib / 1024.0 }
    }
}
