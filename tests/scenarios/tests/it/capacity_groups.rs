//! Five groups with everything that a group can set, for the stories in which much happens at once.

use scenarios::World;
use serde_json::{Value, json};

use crate::capacity_scene::{
    AGENTS, QUEUE, TABLE, capacity, limit, mapping, queue_field, row, set_size, started, utilization,
};

pub const GROUPS: [&str; 5] = ["asg-rows", "asg-queue", "asg-agents", "asg-one", "asg-more"];

/// What is set: its group, and where it stands.
pub struct Number {
    /// Whose size it follows.
    pub group: &'static str,
    /// A piece of the path of its writes.
    pub path: String,
    /// For each instance.
    pub factor: i64,
    /// The most it may be.
    pub max: i64,
}

/// Everything that the five groups set.
pub fn numbers() -> Vec<Number> {
    let at = |group: &'static str, path: &str| Number { group, path: path.to_owned(), factor: 100, max: 100_000 };
    let agent = |agent: &str| Number { factor: 1, max: 50, ..at("asg-agents", agent) };
    vec![
        at("asg-rows", "rows/First"),
        at("asg-rows", "rows/Second"),
        at("asg-queue", QUEUE),
        agent(AGENTS[0]),
        agent(AGENTS[1]),
        at("asg-one", "rows/Third"),
        at("asg-more", "rows/Fourth"),
        at("asg-more", "rows/Fifth"),
    ]
}

/// What Genesys holds.
pub fn found(world: &World, number: &Number) -> Value {
    if number.path == QUEUE {
        return world.genesys.queue_of(QUEUE)["capacity"].clone();
    }
    match number.path.strip_prefix("rows/") {
        Some(key) => capacity(world, key),
        None => world.genesys.utilization(&number.path)["utilization"]["message"]["maximumCapacity"].clone(),
    }
}

fn config() -> String {
    let at_once = "hold_down_seconds = 0";
    let targets = [
        vec![row("First", at_once), row("Second", at_once)],
        vec![queue_field(at_once)],
        vec![utilization(at_once)],
        vec![row("Third", at_once)],
        vec![row("Fourth", at_once), row("Fifth", at_once)],
    ];
    let mappings = GROUPS.iter().zip(&targets).map(|(group, targets)| mapping(group, "", targets));
    "genesys_api_share = 0.5\n".to_owned() + &mappings.collect::<String>()
}

/// Five groups of two instances.
pub async fn world() -> World {
    let settings = json!({"genesys": {"queue_capacity_field": "kept", "queue_etags": true}});
    let builder = World::builder().config_from_parameter().simulator(settings);
    let world = started(builder, &config()).await;
    for key in ["First", "Second", "Third", "Fourth", "Fifth"] {
        world.genesys.put_row(TABLE, &limit(key));
    }
    world.genesys.change_queue(QUEUE, &json!({"capacity": 200}));
    GROUPS.iter().for_each(|group| set_size(&world, group, 2));
    world
}

/// Every group comes to another size, in the order of [`GROUPS`].
pub fn resize_all(world: &World, sizes: impl Iterator<Item = usize>) {
    for (group, size) in GROUPS.iter().zip(sizes) {
        // Agents take fifty at most: a larger group asks for what is there already.
        set_size(world, group, if *group == "asg-agents" { 1 + size % 50 } else { size });
    }
}

/// Every number is what the present size of its group asks for.
pub fn assert_right(world: &World) {
    for number in numbers() {
        let size = world.desk.open().scaling.groups[number.group].desired.unwrap();
        let wanted = (i64::try_from(size).unwrap() * number.factor).min(number.max);
        assert_eq!(found(world, &number), json!(wanted), "{}, {size} instances", number.path);
    }
}
