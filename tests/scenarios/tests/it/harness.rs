//! The harness itself: what it promises to the tests that stand on it.

use std::time::Duration;

use scenarios::World;
use scenarios::door::{Harm, Kind, Point};

fn get_secret() -> Kind {
    Kind { service: "secretsmanager".to_owned(), operation: "GetSecretValue".to_owned() }
}

async fn ask_for_secret(world: &World) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::new()
        .post(world.door.url())
        .header("authorization", "AWS4-HMAC-SHA256 Credential=A/20261124/us-east-1/secretsmanager/aws4_request")
        .header("x-amz-target", "secretsmanager.GetSecretValue")
        .body(r#"{"SecretId":"dev/genesys/aws-sync-creds"}"#)
        .send()
        .await
}

#[tokio::test]
async fn the_door_numbers_the_calls_and_loses_the_answer_it_is_told_to_lose() {
    let world = World::start().await;
    world.door.harm(Point::Nth(get_secret(), 2), Harm::LoseAnswer);

    assert_eq!(ask_for_secret(&world).await.unwrap().status(), 200);
    assert!(ask_for_secret(&world).await.is_err());
    assert_eq!(ask_for_secret(&world).await.unwrap().status(), 200);

    let calls = world.door.calls();
    assert_eq!(calls.iter().map(|call| call.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(calls[1].status, None);
    assert_eq!(world.door.harmed().len(), 1);
}

#[tokio::test]
async fn the_door_harms_the_call_of_a_number_whatever_it_is() {
    let world = World::start().await;
    ask_for_secret(&world).await.unwrap();
    world.door.forget();
    world.door.harm(Point::Number(2), Harm::LoseCall);
    let answered = [ask_for_secret(&world).await.is_ok(), ask_for_secret(&world).await.is_ok()];
    assert_eq!((answered, ask_for_secret(&world).await.is_ok()), ([true, false], true));
    assert_eq!(world.door.harmed().len(), 1);
}

#[tokio::test]
async fn the_door_answers_in_somebodys_place() {
    let world = World::start().await;
    world.door.harm(Point::Every("GetSecretValue"), Harm::Answer(503, "{}".to_owned()));
    assert_eq!(ask_for_secret(&world).await.unwrap().status(), 503);
    world.door.calm();
    assert_eq!(ask_for_secret(&world).await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_vendors_stand_behind_the_door() {
    let world = World::start().await;
    let answer =
        reqwest::Client::new().get(format!("{}/api/v2/organizations/me", world.door.url())).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(world.journal().len(), 1);
    assert_eq!(world.door.calls()[0].kind.to_string(), "genesys GET organizations/me");
}

#[tokio::test]
async fn a_private_value_is_found_wherever_it_is_left() {
    let world = World::start().await;
    world.keep_private("Sobrenome00001");
    assert_eq!(world.leaks(), []);
    world.put_state_row(
        &serde_json::json!({"pk": {"S": "link#1"}, "sk": {"S": "link"}, "name": {"S": "sobrenome00001"}}),
    );
    assert_eq!(world.leaks(), [("the state table".to_owned(), "Sobrenome00001".to_owned())]);
    world.excuse(scenarios::Promise::NothingPrivate, "this test puts it there");
}

/// Sends one request that the simulator does not know, and forgets it.
async fn ask_for_what_nobody_simulates() -> World {
    let world = World::start().await;
    let url = format!("{}/api/v2/routing/skills", world.door.url());
    assert_eq!(reqwest::Client::new().get(url).send().await.unwrap().status(), 501);
    world.forget();
    world
}

#[tokio::test]
async fn a_request_that_is_not_simulated_breaks_a_promise_also_when_it_was_forgotten() {
    let ends = async { drop(ask_for_what_nobody_simulates().await) };
    let ended = tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(ends).await }).await;
    let panic = ended.unwrap_err().into_panic();
    let said = panic.downcast_ref::<String>().unwrap();
    assert!(said.contains("GET /api/v2/routing/skills is not simulated"), "{said}");
}

#[tokio::test]
async fn a_test_may_say_why_it_leaves_the_contract() {
    let world = ask_for_what_nobody_simulates().await;
    world.excuse(scenarios::Promise::WithinTheContract, "this test asks for it");
}

#[tokio::test]
async fn time_passes_only_by_the_clock_file() {
    let world = World::start().await;
    let before = world.clock().now();
    world.advance(Duration::from_secs(3600));
    assert!(world.clock().now().duration_since(before).as_secs() >= 3600);
}
