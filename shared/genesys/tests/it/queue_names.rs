//! The names of all queues: every one of them, or an error.

use genesys::{Division, QueueName};
use platform::next::Next;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::Desk;

/// A desk with so many queues.
async fn open(queues: usize) -> Desk {
    let desk = Desk::open().await;
    let division = json!({ "id": "d-1", "name": "São Paulo" });
    let queues: Vec<Value> = (0..queues)
        .map(|number| json!({ "id": format!("q-{number:04}"), "name": format!("Suporte {number} 📞"), "division": division }))
        .collect();
    desk.control("POST", "/_sim/genesys/queues", &json!(queues));
    desk
}

#[tokio::test]
async fn every_queue_is_named_five_hundred_a_page() {
    for (queues, pages) in [(0, 1), (1, 1), (500, 1), (501, 2), (1_200, 3)] {
        let desk = open(queues).await;
        let names = desk.genesys.queue_names(desk.deadline()).await.unwrap();
        assert_eq!((names.len(), desk.calls("queue_names_list")), (queues, pages));
        assert!(names.windows(2).all(|pair| pair[0].id < pair[1].id));
        if let Some(first) = names.first() {
            let division = Some(Division { id: "d-1".to_owned(), name: "São Paulo".to_owned() });
            let name = QueueName { id: "q-0000".to_owned(), name: "Suporte 0 📞".to_owned(), division };
            assert_eq!(*first, name);
        }
    }
}

#[tokio::test]
async fn t15_a_page_that_lacks_a_queue_is_an_error_whichever_page_it_is() {
    for calls in [[1], [2]] {
        let desk = open(600).await;
        let short = json!({ "fault": "short_page", "operation": "queue_names_list", "calls": calls });
        desk.control("POST", "/_sim/faults", &short);
        let error = desk.genesys.queue_names(desk.deadline()).await.map(|names| names.len()).unwrap_err();
        assert_eq!(error.failure, Failure::Conflict { code: "listing.moved".to_owned() });
        assert_eq!(error.next(), Next::PlanAgain);
        assert_eq!(desk.genesys.queue_names(desk.deadline()).await.unwrap().len(), 600);
    }
}

#[tokio::test]
async fn t16_a_second_page_that_fails_leaves_no_half_of_the_names() {
    let desk = open(600).await;
    let refused = json!({ "fault": "refused", "operation": "queue_names_list", "calls": [2], "status": 400, "code": "bad.request" });
    desk.control("POST", "/_sim/faults", &refused);
    let error = desk.genesys.queue_names(desk.deadline()).await.map(|names| names.len()).unwrap_err();
    assert_eq!(error.failure, Failure::Rejected { code: "bad.request".to_owned(), field: None });
}
