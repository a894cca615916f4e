//! Data table rows, queues and utilizations are read whole and written back with one number changed.

use std::time::Duration;

use genesys::{Document, UtilizationOf};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::vendor::{CallError, Failure};
use serde_json::{Value, json};

use crate::desk::Desk;

const TABLE: &str = "7ab1e000-0000-4000-8000-000000000001";
const QUEUE: &str = "90e0e000-0000-4000-8000-000000000001";
const USER: &str = "05e70000-0000-4000-8000-000000000001";
/// A key with everything that could lead to another path.
const KEY: &str = "Suporte técnico/../a?b#c%20+d";

/// The four kinds of object that can be written.
#[derive(Clone, Copy, Debug)]
enum Target {
    Row,
    Queue,
    User,
    Organization,
}

const TARGETS: [Target; 4] = [Target::Row, Target::Queue, Target::User, Target::Organization];

impl Target {
    fn path(self) -> &'static [&'static str] {
        match self {
            Self::Row | Self::Queue => &["capacity"],
            Self::User | Self::Organization => &["utilization", "message", "maximumCapacity"],
        }
    }

    fn put_operation(self) -> &'static str {
        match self {
            Self::Row => "data_table_row_put",
            Self::Queue => "queue_put",
            Self::User => "user_utilization_put",
            Self::Organization => "organization_utilization_put",
        }
    }

    async fn read(self, desk: &Desk) -> Result<Document, CallError> {
        let deadline = desk.deadline();
        match self {
            Self::Row => desk.genesys.data_table_row(TABLE, KEY, deadline).await,
            Self::Queue => desk.genesys.queue(QUEUE, deadline).await.map(|queue| queue.document),
            Self::User => desk.genesys.utilization(UtilizationOf::User(USER), deadline).await,
            Self::Organization => desk.genesys.utilization(UtilizationOf::Organization, deadline).await,
        }
    }

    async fn write(self, desk: &Desk, document: &Document, lease: &LeaseGuard) -> Result<(), CallError> {
        let deadline = desk.deadline();
        match self {
            Self::Row => desk.genesys.put_data_table_row(TABLE, KEY, document, lease, deadline).await,
            Self::Queue => desk.genesys.put_queue(QUEUE, document, None, lease, deadline).await,
            Self::User => desk.genesys.put_utilization(UtilizationOf::User(USER), document, lease, deadline).await,
            Self::Organization => {
                desk.genesys.put_utilization(UtilizationOf::Organization, document, lease, deadline).await
            }
        }
    }
}

/// A desk with one object of each kind, each with fields that this crate has never heard of.
async fn open() -> Desk {
    let desk = Desk::open().await;
    desk.control("POST", "/_sim/seed", &json!({ "scenario": "capacity" }));
    let row =
        json!({ "KEY": KEY, "capacity": 200, "closed": false, "greeting": "\u{1f600} \"olá\"", "overflow_share": 1.5 });
    desk.control("DELETE", "/_sim/genesys/tables", &Value::Null);
    desk.control("POST", "/_sim/genesys/tables", &json!({ "id": TABLE, "rows": [row] }));
    let tomorrow =
        json!({ "fromTomorrow": { "odd": [1.0, -0.0, 1e300, 12_345_678_901_234_567_890_u64], "text": "a\\b\u{1}" } });
    desk.control("PATCH", &format!("/_sim/genesys/queues/{QUEUE}"), &tomorrow);
    desk.control("PATCH", &format!("/_sim/genesys/utilization/{USER}"), &tomorrow);
    desk.control("PATCH", "/_sim/genesys/utilization/organization", &tomorrow);
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "queue_capacity_field": "kept" } }));
    desk
}

/// The object without what the server changes with every write.
fn meaning(document: &Document) -> Value {
    let document = document.without(&["dateModified", "modifiedBy", "level"]);
    serde_json::from_str(&document.text()).unwrap()
}

fn fault(desk: &Desk, fault: &Value, target: Target) {
    let mut fault = fault.clone();
    fault["operation"] = json!(target.put_operation());
    fault["count"] = json!(1);
    desk.control("POST", "/_sim/faults", &fault);
}

#[tokio::test]
async fn t37_one_number_changes_and_every_other_field_is_as_it_was() {
    let desk = open().await;
    for target in TARGETS {
        let before = target.read(&desk).await.unwrap();
        target.write(&desk, &before.with(target.path(), 17), &desk.lease()).await.unwrap();
        let after = target.read(&desk).await.unwrap();
        assert_eq!(after.number_at(target.path()), Some(17), "{target:?}");
        assert_eq!(meaning(&after), meaning(&before.with(target.path(), 17)), "{target:?}");
    }
}

#[tokio::test]
async fn a_row_is_read_with_all_its_columns_whatever_its_key() {
    let desk = open().await;
    let row = Target::Row.read(&desk).await.unwrap();
    assert_eq!(row.number_at(&["capacity"]), Some(200));
    assert!(row.has(&["greeting"]) && row.has(&["KEY"]));
    assert_eq!(desk.calls("data_table_row_get"), 1);
}

#[tokio::test]
async fn an_id_or_key_that_leads_elsewhere_is_refused_before_anything_is_sent() {
    let desk = open().await;
    let none = |error: CallError| assert!(matches!(error.failure, Failure::Unexpected(_)), "{error}");
    for id in ["", "..", "a/b", "a?b", "a%2Fb"] {
        none(desk.genesys.data_table_row(id, "Support", desk.deadline()).await.unwrap_err());
        none(desk.genesys.queue(id, desk.deadline()).await.unwrap_err());
        none(desk.genesys.utilization(UtilizationOf::User(id), desk.deadline()).await.unwrap_err());
    }
    for key in ["", ".", ".."] {
        none(desk.genesys.data_table_row(TABLE, key, desk.deadline()).await.unwrap_err());
    }
    assert_eq!(desk.genesys.requests(), 0);
}

#[tokio::test]
async fn what_is_missing_is_not_found_by_its_code() {
    let desk = open().await;
    let code = |error: CallError| match error.failure {
        Failure::NotFound { code } => code,
        other => panic!("{other}"),
    };
    let (genesys, deadline) = (&desk.genesys, || desk.deadline());
    assert_eq!(
        code(genesys.data_table_row(TABLE, "Nobody", deadline()).await.unwrap_err()),
        "flows.datatables.row.not.found"
    );
    assert_eq!(
        code(genesys.data_table_row("t-9", KEY, deadline()).await.unwrap_err()),
        "flows.datatables.table.not.found"
    );
    assert_eq!(code(genesys.queue("q-9", deadline()).await.unwrap_err()), "resource.not.found");
    assert_eq!(code(genesys.utilization(UtilizationOf::User("u-9"), deadline()).await.unwrap_err()), "not.found");
    for target in TARGETS {
        let document = target.read(&desk).await.unwrap();
        fault(&desk, &json!({ "fault": "refused", "status": 404, "code": "not.found" }), target);
        assert_eq!(code(target.write(&desk, &document, &desk.lease()).await.unwrap_err()), "not.found");
    }
}

#[tokio::test]
async fn a_missing_permission_is_named_with_its_alternative() {
    let desk = open().await;
    let documents = [Target::Row.read(&desk).await.unwrap(), Target::Queue.read(&desk).await.unwrap()];
    let permissions = json!(["architect:datatable:view", "routing:queue:view"]);
    let client = json!({ "secret": "demo-genesys-secret", "permissions": permissions });
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "clients": { "demo-genesys-client": client } } }));
    let refused = async |target: Target, document| {
        let error = target.write(&desk, document, &desk.lease()).await.unwrap_err();
        assert!(error.correlation_id.is_some());
        match error.failure {
            Failure::Forbidden { permission, .. } => permission.unwrap(),
            other => panic!("{other}"),
        }
    };
    let either = "architect:datatable:edit or architect:datatableRow:edit";
    assert_eq!(refused(Target::Row, &documents[0]).await, either);
    assert_eq!(refused(Target::Queue, &documents[1]).await, "routing:queue:edit");
    assert!(Target::Row.read(&desk).await.is_ok());
    assert!(Target::User.read(&desk).await.unwrap_err().to_string().contains("routing:utilization:view"));
}

#[tokio::test]
async fn a_refused_value_names_its_field() {
    let desk = open().await;
    let refused = async |target: Target, value: i64| {
        let document = target.read(&desk).await.unwrap().with(target.path(), value);
        target.write(&desk, &document, &desk.lease()).await.unwrap_err().failure
    };
    let rejected = |code: &str, field: &str| Failure::Rejected { code: code.to_owned(), field: Some(field.to_owned()) };
    let field = "utilization.message.maximumCapacity";
    assert_eq!(refused(Target::User, 51).await, rejected("invalid.media.capacity", field));
    assert_eq!(refused(Target::Organization, 0).await, rejected("invalid.media.capacity", field));
    let row = Target::Row.read(&desk).await.unwrap().with(&["colour"], 1);
    let failure = Target::Row.write(&desk, &row, &desk.lease()).await.unwrap_err().failure;
    assert_eq!(failure, rejected("flows.datatables.schema.exception", "colour"));
}

#[tokio::test]
async fn fields_that_a_server_refuses_to_take_back_are_left_out() {
    let desk = open().await;
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "queue_read_only": "refused" } }));
    let queue = Target::Queue.read(&desk).await.unwrap().with(&["capacity"], 500);
    let failure = Target::Queue.write(&desk, &queue, &desk.lease()).await.unwrap_err().failure;
    assert!(matches!(&failure, Failure::Rejected { field: Some(_), .. }), "{failure}");
    let computed = [
        "id",
        "dateCreated",
        "dateModified",
        "modifiedBy",
        "memberCount",
        "userMemberCount",
        "joinedMemberCount",
        "selfUri",
    ];
    Target::Queue.write(&desk, &queue.without(&computed), &desk.lease()).await.unwrap();
    let after = Target::Queue.read(&desk).await.unwrap();
    assert_eq!(meaning(&after), meaning(&queue));
}

#[tokio::test]
async fn an_older_entity_tag_is_a_conflict_and_a_server_without_tags_gives_none() {
    let desk = open().await;
    assert_eq!(desk.genesys.queue(QUEUE, desk.deadline()).await.unwrap().etag, None);
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "queue_etags": true } }));
    fault(&desk, &json!({ "fault": "foreign_write" }), Target::Queue);
    let put = async |value: i64| {
        let read = desk.genesys.queue(QUEUE, desk.deadline()).await.unwrap();
        assert!(read.etag.is_some());
        let queue = read.document.with(&["capacity"], value);
        desk.genesys.put_queue(QUEUE, &queue, read.etag.as_deref(), &desk.lease(), desk.deadline()).await
    };
    let failure = put(500).await.unwrap_err().failure;
    assert_eq!(failure, Failure::Conflict { code: "precondition.failed".to_owned() });
    put(500).await.unwrap();
    let after = Target::Queue.read(&desk).await.unwrap();
    assert_eq!((after.number_at(&["capacity"]), desk.calls("queue_put")), (Some(500), 2));
    assert_eq!(meaning(&after)["description"], "changed by somebody else");
}

#[tokio::test]
async fn a_put_is_never_repeated_by_the_client() {
    let desk = open().await;
    let busy = Failure::Busy { retry_after: Duration::from_secs(5) };
    let faults = [
        (json!({ "fault": "answer_lost" }), Failure::NoAnswer, true),
        (json!({ "fault": "reset_before" }), Failure::NoAnswer, false),
        (json!({ "fault": "html_gateway" }), Failure::NoAnswer, false),
        (json!({ "fault": "throttle", "retry_after": 5 }), busy.clone(), false),
        (json!({ "fault": "refused", "status": 503, "code": "flows.datatables.server.too.busy" }), busy, false),
        (
            json!({ "fault": "refused", "status": 409, "code": "conflict" }),
            Failure::Conflict { code: "conflict".to_owned() },
            false,
        ),
    ];
    for target in TARGETS {
        for (number, (rule, expected, is_done)) in (20..).zip(&faults) {
            let before = target.read(&desk).await.unwrap();
            let puts = desk.calls(target.put_operation());
            fault(&desk, rule, target);
            let outcome = target.write(&desk, &before.with(target.path(), number), &desk.lease()).await;
            assert_eq!(&outcome.unwrap_err().failure, expected, "{target:?} {rule}");
            assert_eq!(desk.calls(target.put_operation()), puts + 1, "{target:?} {rule}");
            let after = target.read(&desk).await.unwrap().number_at(target.path());
            assert_eq!(after == Some(number), *is_done, "{target:?} {rule}");
        }
    }
}

#[tokio::test]
async fn no_write_starts_unless_the_lease_outlives_it() {
    let desk = open().await;
    for target in TARGETS {
        let document = target.read(&desk).await.unwrap();
        let clock = Clock::system();
        // The time-out is 5 s and the margin another 5 s.
        let short = LeaseGuard::new(clock.now_ms() + 9_000, clock);
        let failure = target.write(&desk, &document, &short).await.unwrap_err().failure;
        assert_eq!((failure, desk.calls(target.put_operation())), (Failure::OutOfTime, 0), "{target:?}");
    }
    let late = Deadline::after(Duration::ZERO);
    let row = Target::Row.read(&desk).await.unwrap();
    let error = desk.genesys.put_data_table_row(TABLE, KEY, &row, &desk.lease(), late).await.unwrap_err();
    assert_eq!((error.failure, desk.calls("data_table_row_put")), (Failure::OutOfTime, 0));
}

#[tokio::test]
async fn an_answer_that_is_no_object_is_never_written_back() {
    let desk = open().await;
    desk.control("POST", "/_sim/faults", &json!({ "fault": "html_gateway", "status": 200 }));
    for target in TARGETS {
        let failure = target.read(&desk).await.unwrap_err().failure;
        assert!(matches!(failure, Failure::Unexpected(_)), "{target:?} {failure}");
    }
}
