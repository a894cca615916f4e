//! The digest of all queues, page by page.

use serde_json::{Value, json};

use crate::desk::Desk;

const PATH: &str = "/routing/queues/divisionviews/all";

/// A desk with queues named by number, in divisions of their own.
async fn open(queues: usize) -> Desk {
    let desk = Desk::open().await;
    let queues: Vec<Value> = (0..queues)
        .rev()
        .map(|number| {
            json!({"id": format!("q-{number}"), "name": format!("Support {number:03}"), "description": "long",
                "division": {"id": "d-1", "name": "Austin"}})
        })
        .collect();
    desk.control("POST", "genesys/queues", &json!(queues));
    desk
}

#[tokio::test]
async fn pages_hold_simplified_queues_by_name_and_say_how_many_there_are() {
    let desk = open(7).await;
    let page = desk.genesys("GET", &format!("{PATH}?pageSize=3&pageNumber=2"), Value::Null).await.body;
    let names: Vec<&str> =
        page["entities"].as_array().unwrap().iter().map(|queue| queue["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Support 003", "Support 004", "Support 005"]);
    let digest = json!({"id": "q-3", "name": "Support 003", "division": {"id": "d-1", "name": "Austin"},
        "selfUri": "/api/v2/routing/queues/q-3"});
    assert_eq!(page["entities"][0], digest);
    assert_eq!((&page["total"], &page["pageCount"], &page["pageNumber"]), (&json!(7), &json!(3), &json!(2)));
    assert!(page["nextUri"].as_str().unwrap().ends_with("pageSize=3&pageNumber=3"), "{page}");
    let last = desk.genesys("GET", &format!("{PATH}?pageSize=3&pageNumber=3"), Value::Null).await.body;
    assert_eq!((last["entities"].as_array().unwrap().len(), last.get("nextUri")), (1, None));
    let descending = desk.genesys("GET", &format!("{PATH}?sortOrder=desc"), Value::Null).await.body;
    assert_eq!(descending["entities"][0]["id"], "q-6");
}

#[tokio::test]
async fn a_page_out_of_bounds_is_refused() {
    let desk = open(1).await;
    for query in ["pageSize=501", "pageSize=0", "pageNumber=0", "pageSize=x", "sortOrder=score"] {
        let answer = desk.genesys("GET", &format!("{PATH}?{query}"), Value::Null).await;
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!("invalid.query.param.value")), "{query}");
    }
    assert_eq!(desk.genesys("GET", &format!("{PATH}?pageSize=500"), Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_short_page_still_counts_the_queue_it_lacks() {
    let desk = open(3).await;
    desk.fault(&json!({"fault": "short_page", "count": 1}));
    let page = desk.genesys("GET", PATH, Value::Null).await.body;
    assert_eq!((page["entities"].as_array().unwrap().len(), &page["total"]), (2, &json!(3)));
    let page = desk.genesys("GET", PATH, Value::Null).await.body;
    assert_eq!(page["entities"].as_array().unwrap().len(), 3);
}
