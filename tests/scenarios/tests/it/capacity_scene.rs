//! What the scenarios of queue-capacity stand on: a world of groups and of what they set at Genesys, the events of Auto
//! Scaling as a rule puts them on the queue, and the ways of time.

use std::time::Duration;

use platform::report::RunReport;
use scenarios::aws::scaling_groups::ScalingGroup;
use scenarios::aws::sqs::{SCALING, SCALING_VISIBILITY};
use scenarios::{Delivered, Entry, Invocation, World, WorldBuilder};
use serde_json::{Value, json};

pub const FUNCTION: &str = "queue-capacity";

/// The group of most stories: it sets the column `capacity` of the row `Support`, 100 an instance.
pub const SUPPORT: &str = "support-asg";
/// The same for the row `Sales`.
pub const SALES: &str = "sales-asg";

/// Ids as the vendor makes them.
pub const TABLE: &str = "7ab1e000-1111-4222-8333-000000000001";
pub const QUEUE: &str = "9e0e0000-1111-4222-8333-000000000001";
pub const AGENTS: [&str; 2] = ["a9e27000-1111-4222-8333-000000000001", "a9e27000-1111-4222-8333-000000000002"];

/// Stands beside what is set, in rows and queues: it must survive there, and must not be found anywhere else.
pub const PERSON: &str = "Zuleica Quixabeira";

pub const LAUNCHED: &str = "EC2 Instance Launch Successful";
pub const TERMINATED: &str = "EC2 Instance Terminate Successful";

/// The schedule of the function.
const TICK: Duration = Duration::from_secs(5 * 60);

/// More batches than any story has.
const BATCHES_MAX: usize = 400;

/// A mapping of `group` onto `targets`, with these lines of its own.
pub fn mapping(group: &str, lines: &str, targets: &[String]) -> String {
    let head = format!("[[queue-capacity.mappings]]\ngroup = \"{group}\"\n{lines}\n");
    head + &targets.concat()
}

/// A target that is the column `capacity` of a row of the data table.
pub fn row(key: &str, lines: &str) -> String {
    column(key, "capacity", lines)
}

/// A target that is a column of a row of the data table.
pub fn column(key: &str, name: &str, lines: &str) -> String {
    target("data_table_row", &format!("table = \"{TABLE}\"\nrow = \"{key}\"\ncolumn = \"{name}\"\n{lines}"))
}

/// A target that is the field `capacity` of the queue.
pub fn queue_field(lines: &str) -> String {
    target("queue_field", &format!("queue = \"{QUEUE}\"\nfield = \"capacity\"\n{lines}"))
}

/// Settings of a server that has the field.
pub fn kept() -> Value {
    json!({"genesys": {"queue_capacity_field": "kept"}})
}

/// A target that is the utilization of both agents for messages.
pub fn utilization(lines: &str) -> String {
    target("utilization", &format!("users = [\"{}\", \"{}\"]\nmedia = \"message\"\n{lines}", AGENTS[0], AGENTS[1]))
}

fn target(lever: &str, lines: &str) -> String {
    format!("[[queue-capacity.mappings.targets]]\nlever = \"{lever}\"\n{lines}\n")
}

/// Two groups of two instances, each with a row.
pub async fn world() -> World {
    started(World::builder(), &usual()).await
}

/// The configuration of [`world`].
pub fn usual() -> String {
    mapping(SUPPORT, "", &[row("Support", "")]) + &mapping(SALES, "", &[row("Sales", "")])
}

/// One group of two instances with these targets.
pub async fn world_of(targets: &[String]) -> World {
    started(World::builder(), &mapping(SUPPORT, "", targets)).await
}

/// A world with these mappings. At Genesys everything stands as two instances ask for it.
pub async fn started(builder: WorldBuilder, mappings: &str) -> World {
    let world = builder.functions(&[FUNCTION]).config(mappings).start().await;
    let rows: Vec<_> = ["Support", "Sales"].iter().map(|key| limit(key)).collect();
    world.genesys.data_table(TABLE, &rows);
    world.genesys.queue(QUEUE, &json!({"name": "Support", "description": PERSON, "enableTranscription": true}));
    AGENTS.iter().for_each(|agent| world.genesys.agent(agent));
    world.keep_private(PERSON);
    for group in [SUPPORT, SALES] {
        set_size(&world, group, 2);
    }
    world
}

/// A row as two instances ask for it.
pub fn limit(key: &str) -> Value {
    json!({"KEY": key, "capacity": 200, "overflow": 20, "greeting": PERSON, "open": true, "weight": 1.5})
}

/// The group has this many instances from now on, all of them in service.
pub fn set_size(world: &World, group: &str, size: usize) {
    world.desk.open().scaling.groups.insert(group.to_owned(), ScalingGroup::of(size));
}

/// Changes something else about a group.
pub fn change_group(world: &World, group: &str, change: impl FnOnce(&mut ScalingGroup)) {
    change(world.desk.open().scaling.groups.get_mut(group).expect("the group"));
}

/// An event of Auto Scaling, as EventBridge delivers it.
pub fn event(world: &World, detail_type: &str, group: &str) -> Value {
    let now = world.clock().now();
    json!({
        "version": "0", "id": "3e3c153a-8339-4e30-8c35-687ebef853fe", "detail-type": detail_type,
        "source": "aws.autoscaling", "account": "000000000000", "time": now, "region": "us-east-1",
        "resources": [
            format!("arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:eb56d16b:autoScalingGroupName/{group}"),
            "arn:aws:ec2:us-east-1:000000000000:instance/i-0123456789abcdef0",
        ],
        "detail": {
            "StatusCode": "InProgress", "AutoScalingGroupName": group, "ActivityId": "87654321-4321-4321-4321-210987654321",
            "Details": {"Availability Zone": "us-east-1b", "Subnet ID": "subnet-12345678"},
            "RequestId": "12345678-1234-1234-1234-123456789012", "EndTime": now, "StartTime": now,
            "EC2InstanceId": "i-0123456789abcdef0", "Description": "Launching a new EC2 instance: i-0123456789abcdef0",
            "StatusMessage": "", "Cause": "a change to the desired capacity", "Origin": "EC2",
            "Destination": "AutoScalingGroup",
        },
    })
}

/// Puts a text on the queue as it is.
pub fn put(world: &World, text: &str) {
    let now_ms = world.clock().now_ms();
    let mut drawers = world.desk.open();
    drawers.queues.get_mut(SCALING).unwrap().send(text, None, None, now_ms).unwrap();
}

/// The group came to this size, and Auto Scaling says so once.
pub fn resize(world: &World, group: &str, size: usize) {
    set_size(world, group, size);
    put(world, &event(world, LAUNCHED, group).to_string());
}

/// Gives the function batch after batch until none can be handed out at this moment.
pub async fn deliver(world: &World) -> Vec<Delivered> {
    let mut all = Vec::new();
    while let Some(delivered) = world.deliver(SCALING, FUNCTION).await {
        all.push(delivered);
        assert!(all.len() < BATCHES_MAX, "the queue does not become empty");
    }
    all
}

/// One batch, nothing of which may come back; its result, as the history has it.
pub async fn deliver_one(world: &World) -> RunReport {
    let delivered = world.deliver(SCALING, FUNCTION).await.expect("a batch");
    assert!(delivered.given_back.is_empty() && delivered.error.is_none(), "{delivered:?}");
    last_run(world)
}

/// What was given back is there again.
pub fn past_visibility(world: &World) {
    world.advance(SCALING_VISIBILITY);
}

/// Five minutes pass, and the schedule fires.
pub async fn reconcile(world: &World) -> Invocation {
    world.advance(TICK);
    world.invoke(json!({})).await
}

/// The same, of a run that has a result.
pub async fn tick(world: &World) -> RunReport {
    reconcile(world).await.report()
}

/// The second run writes nothing, and there is nothing left to hand out.
pub async fn assert_quiet(world: &World) {
    let before = writes(world).len();
    let report = tick(world).await;
    assert_eq!((report.updated, report.failed), (0, 0), "{report:?}");
    assert!(deliver(world).await.is_empty(), "the queue holds something");
    assert_eq!(writes(world).len(), before, "{:?}", writes(world).last());
}

/// The column `capacity` of a row.
pub fn capacity(world: &World, key: &str) -> Value {
    world.genesys.row(TABLE, key).unwrap_or_else(|| panic!("no row {key}"))["capacity"].clone()
}

/// What Genesys was asked since the last [`World::forget`], logins aside.
pub fn requests(world: &World) -> Vec<String> {
    let asked = world.journal().into_iter().filter(|entry| entry.kind != "login");
    asked.map(|entry| format!("{} {}", entry.method, entry.operation)).collect()
}

/// The writes among them.
pub fn writes(world: &World) -> Vec<Entry> {
    world.journal().into_iter().filter(Entry::is_genesys_write).collect()
}

/// How often this group was read.
pub fn group_reads(world: &World, group: &str) -> usize {
    world.desk.open().scaling.reads_of(group)
}

/// The result of the newest run, as its history has it.
pub fn last_run(world: &World) -> RunReport {
    let runs = rows(world, "run#queue-capacity");
    let newest = runs.iter().max_by_key(|row| row["sk"]["S"].as_str().unwrap().to_owned()).expect("a run");
    serde_json::from_str(newest["result"]["S"].as_str().unwrap()).unwrap()
}

/// State rows of one family.
pub fn rows(world: &World, family: &str) -> Vec<Value> {
    let rows = world.state_rows().into_iter();
    rows.filter(|row| row["pk"]["S"].as_str().is_some_and(|key| key.starts_with(family))).collect()
}

/// How many messages lie on the queue, and how many were set aside.
pub fn lengths(world: &World) -> (usize, usize) {
    let drawers = world.desk.open();
    (drawers.queues[SCALING].letters.len(), drawers.queues[SCALING].dead.len())
}

/// The lines of the audit stream.
pub fn audit(world: &World) -> Vec<String> {
    world.desk.open().groups["/cx-bridge/dev/audit"].messages()
}
