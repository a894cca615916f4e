//! Quarantine and review: on one list at most, listed whole, taken off under the fence.

use aws_sdk_dynamodb::types::AttributeValue;
use platform::aside::{Answer, Aside, Asides, Kind, Why};

use crate::lock::hold;
use crate::state_desk::StateDesk;

fn quarantined(source_id: &str) -> Aside {
    let why = Why::Quarantine { code: "validation.failed".to_owned(), field: Some("workPhone".to_owned()) };
    Aside { source_id: source_id.to_owned(), hash: "h".to_owned(), since: 5, why, answer: None }
}

fn in_review(source_id: &str) -> Aside {
    let why =
        Why::Review { candidates: vec!["g1".to_owned(), "g2".to_owned()], reason: "several_candidates".to_owned() };
    Aside { why, ..quarantined(source_id) }
}

#[tokio::test]
async fn both_lists_are_read_as_they_were_written() {
    let desk = StateDesk::open().await;
    let (held, asides) = (hold(&desk).await, Asides::new(desk.table(), "contact-sync"));
    assert!(asides.list().await.unwrap().is_empty());
    asides.put(&[quarantined("003A"), in_review("003B")], held.fence()).await.unwrap();
    let listed = asides.list().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed["003A"], quarantined("003A"));
    assert_eq!(listed["003B"], in_review("003B"));
    assert!(Asides::new(desk.table(), "another-job").list().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_record_moves_between_the_lists_and_leaves_them_also_when_answers_are_lost() {
    let desk = StateDesk::open().await;
    let (held, asides) = (hold(&desk).await, Asides::new(desk.table(), "contact-sync"));
    asides.put(&[quarantined("003A")], held.fence()).await.unwrap();
    desk.lose_answers("TransactWriteItems", 1);
    asides.put(&[in_review("003A")], held.fence()).await.unwrap();
    assert_eq!(asides.list().await.unwrap()["003A"], in_review("003A"));
    assert_eq!(desk.rows().await.keys().filter(|key| key.contains("003A")).count(), 1);

    desk.lose_answers("TransactWriteItems", 1);
    let gone =
        [(Kind::Review, "003A".to_owned()), (Kind::Quarantine, "003Z".to_owned()), (Kind::Review, "003A".to_owned())];
    asides.remove(&gone, held.fence()).await.unwrap();
    assert!(asides.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn hundreds_are_listed_whole() {
    let desk = StateDesk::open().await;
    let (held, asides) = (hold(&desk).await, Asides::new(desk.table(), "contact-sync"));
    let many: Vec<Aside> =
        (0..400).map(|number| Aside { hash: "h".repeat(4000), ..quarantined(&format!("{number:04}")) }).collect();
    asides.put(&many, held.fence()).await.unwrap();
    desk.journal();
    assert_eq!(asides.list().await.unwrap().len(), 400);
    assert!(desk.journal().len() > 2, "more than a page");
}

#[tokio::test]
async fn a_persons_answer_is_kept_on_the_row() {
    let desk = StateDesk::open().await;
    let (held, asides) = (hold(&desk).await, Asides::new(desk.table(), "contact-sync"));
    let answered = [
        Aside { answer: Some(Answer::Release), ..quarantined("003A") },
        Aside { answer: Some(Answer::Candidate("g2".to_owned())), ..in_review("003B") },
        Aside { answer: Some(Answer::New), ..in_review("003C") },
    ];
    asides.put(&answered, held.fence()).await.unwrap();
    let listed = asides.list().await.unwrap();
    for aside in &answered {
        assert_eq!(&listed[&aside.source_id], aside);
    }
    asides.put(&[quarantined("003A")], held.fence()).await.unwrap();
    assert_eq!(asides.list().await.unwrap()["003A"].answer, None, "set aside again, it waits again");
}

/// Two versions of the code share the table while one replaces the other.
#[tokio::test]
async fn a_row_of_the_version_before_and_of_one_to_come_is_read() {
    let desk = StateDesk::open().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let row = [
        ("pk", text("review#contact-sync")),
        ("sk", text("003A")),
        ("source_id", text("003A")),
        ("hash", text("h")),
        ("since_ms", AttributeValue::N("5".to_owned())),
        ("reason", text("ambiguous")),
        ("candidates", AttributeValue::L(vec![text("g1")])),
        ("asked_by", text("a later version")),
    ];
    let item = row.map(|(name, value)| (name.to_owned(), value)).into();
    desk.direct.put_item().table_name("state").set_item(Some(item)).send().await.unwrap();
    assert_eq!(Asides::new(desk.table(), "contact-sync").list().await.unwrap()["003A"].answer, None);
}
