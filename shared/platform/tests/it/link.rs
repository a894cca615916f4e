//! Link rows: written together with their peers, under the fence, whatever happens to the answers.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use platform::link::{Gone, LinkRow, LinkState, Links};
use platform::table::StateError;

use crate::lock::hold;
use crate::state_desk::StateDesk;

/// A settled link of this Salesforce contact.
pub(crate) fn link(salesforce_id: &str) -> LinkRow {
    LinkRow {
        salesforce_id: salesforce_id.to_owned(),
        genesys_id: Some(format!("g-{salesforce_id}")),
        digests: BTreeMap::from([("email".to_owned(), "d1".to_owned())]),
        digest_key_id: "k".to_owned(),
        source_version: 1_700_000_000_000,
        state: LinkState::Settled,
        fence: 1,
        map_version: "m".to_owned(),
        failed_ticks: 0,
        gone: None,
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("003{number:04}")).collect()
}

#[tokio::test]
async fn a_link_and_its_peer_are_read_as_they_were_written() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    let sending = LinkRow { genesys_id: None, state: LinkState::Sending, failed_ticks: 3, ..link("003B") };
    links.put(&[link("003A"), sending.clone()], held.fence()).await.unwrap();

    let read = links.get(&["003A".to_owned(), "003B".to_owned(), "003C".to_owned(), "003A".to_owned()]).await.unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(read["003A"], link("003A"));
    assert_eq!(read["003B"], sending);
    let peers = links.peers(&["g-003A".to_owned(), "g-003B".to_owned()]).await.unwrap();
    assert_eq!(
        peers.into_iter().collect::<Vec<_>>(),
        [("g-003A".to_owned(), "003A".to_owned())],
        "an intent has no peer"
    );
}

#[tokio::test]
async fn a_thousand_links_cost_ten_reads_and_twenty_one_transactions() {
    let desk = StateDesk::open().await;
    let (held, table) = (hold(&desk).await, desk.table());
    let links = Links::new(table.clone(), "contact-sync");
    desk.journal();
    assert!(links.get(&ids(1000)).await.unwrap().is_empty());
    assert_eq!(desk.journal(), vec!["BatchGetItem"; 10]);
    assert_eq!(table.reads(), 1000);

    let intents: Vec<LinkRow> =
        ids(1000).iter().map(|id| LinkRow { genesys_id: None, state: LinkState::Sending, ..link(id) }).collect();
    links.put(&intents, held.fence()).await.unwrap();
    assert_eq!(desk.journal(), vec!["TransactWriteItems"; 11]);

    let settled: Vec<LinkRow> = ids(1000).iter().map(|id| link(id)).collect();
    links.put(&settled, held.fence()).await.unwrap();
    assert_eq!(desk.journal(), vec!["TransactWriteItems"; 21]);
    assert_eq!(links.get(&ids(1000)).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_a_success() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    desk.lose_answers("TransactWriteItems", 2);
    links.put(&[link("003A")], held.fence()).await.unwrap();
    assert_eq!(links.get(&["003A".to_owned()]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_several_rows_for_one_contact_the_last_counts() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    let second = LinkRow { map_version: "m2".to_owned(), ..link("003A") };
    links.put(&[link("003A"), second.clone()], held.fence()).await.unwrap();
    assert_eq!(links.get(&["003A".to_owned()]).await.unwrap()["003A"], second);
}

#[tokio::test]
async fn a_row_that_a_newer_holder_wrote_is_refused_and_nothing_of_the_request_is_done() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    desk.overwrite("link#003B", "link", "fence", AttributeValue::N("2".to_owned())).await;
    let refused = links.put(&[link("003A"), link("003B")], held.fence()).await;
    assert!(matches!(refused, Err(StateError::Fenced)));
    assert!(links.get(&["003A".to_owned()]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_row_of_another_version_is_read_as_far_as_it_is_understood() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    links.put(&[link("003A")], held.fence()).await.unwrap();
    desk.overwrite("link#003A", "link", "of_a_later_version", AttributeValue::Bool(true)).await;
    assert_eq!(links.get(&["003A".to_owned()]).await.unwrap()["003A"], link("003A"));

    desk.overwrite("link#003A", "link", "state", AttributeValue::S("ana@example.com".to_owned())).await;
    let error = links.get(&["003A".to_owned()]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the state row link#003A/link cannot be read: an attribute is missing or of another kind"
    );
}

#[tokio::test]
async fn an_expired_lease_without_a_successor_still_writes() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    desk.pass(Duration::from_secs(3600));
    links.put(&[link("003A")], held.fence()).await.unwrap();
}

/// The link row of a contact that was deleted while it was linked to `genesys_id`.
fn tombstone(salesforce_id: &str, genesys_id: &str) -> LinkRow {
    let gone = Gone {
        version: 1_700_000_100_000,
        genesys_id: Some(genesys_id.to_owned()),
        merged_into: None,
        kept_until_s: 1_707_776_100,
    };
    LinkRow { genesys_id: None, digests: BTreeMap::new(), gone: Some(gone), ..link(salesforce_id) }
}

#[tokio::test]
async fn a_tombstone_takes_its_peer_row_away_and_ends_by_itself() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    links.put(&[link("003A")], held.fence()).await.unwrap();
    links.put(&[tombstone("003A", "g-003A")], held.fence()).await.unwrap();
    assert_eq!(links.get(&["003A".to_owned()]).await.unwrap()["003A"], tombstone("003A", "g-003A"));
    assert!(links.peers(&["g-003A".to_owned()]).await.unwrap().is_empty());
    let row = desk.rows().await["link#003A/link"].clone();
    assert_eq!(row["ttl"], AttributeValue::N("1707776100".to_owned()));

    links.put(&[link("003A")], held.fence()).await.unwrap();
    assert!(!desk.rows().await["link#003A/link"].contains_key("ttl"), "a contact that came back stays");
}

#[tokio::test]
async fn a_merged_contacts_peer_row_goes_to_whoever_takes_it_over() {
    let desk = StateDesk::open().await;
    let (held, links) = (hold(&desk).await, Links::new(desk.table(), "contact-sync"));
    links.put(&[link("003A")], held.fence()).await.unwrap();
    let heir = LinkRow { genesys_id: Some("g-003A".to_owned()), ..link("003B") };
    for rows in [[tombstone("003A", "g-003A"), heir.clone()], [heir.clone(), tombstone("003A", "g-003A")]] {
        links.put(&rows, held.fence()).await.unwrap();
        assert_eq!(links.peers(&["g-003A".to_owned()]).await.unwrap()["g-003A"], "003B");
    }
}
