//! The row that says which day's notice is out: only the newest holder writes it, and it is never misread as absent.

use aws_sdk_dynamodb::types::AttributeValue;
use platform::notice::Notices;
use platform::table::StateError;

use crate::lock::hold;
use crate::state_desk::StateDesk;

#[tokio::test]
async fn a_notice_is_read_as_written_also_when_the_answer_was_lost() {
    let desk = StateDesk::open().await;
    let (held, notices) = (hold(&desk).await, Notices::new(desk.table(), "contact-sync"));
    assert_eq!(notices.read::<String>("digest").await.unwrap(), None);
    desk.lose_answers("TransactWriteItems", 1);
    notices.put("digest", &"sending", held.fence()).await.unwrap();
    assert_eq!(notices.read::<String>("digest").await.unwrap().as_deref(), Some("sending"));
    assert_eq!(notices.read::<String>("another").await.unwrap(), None);
}

#[tokio::test]
async fn a_notice_that_cannot_be_read_is_an_error_and_not_a_day_without_one() {
    let desk = StateDesk::open().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let row = [("pk", text("mark#contact-sync")), ("sk", text("digest")), ("says", AttributeValue::N("7".to_owned()))];
    let item = row.map(|(name, value)| (name.to_owned(), value)).into();
    desk.direct.put_item().table_name("state").set_item(Some(item)).send().await.unwrap();
    let read = Notices::new(desk.table(), "contact-sync").read::<String>("digest").await;
    assert!(matches!(read, Err(StateError::Unreadable { .. })), "{read:?}");
}
