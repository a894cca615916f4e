//! Tokens and secrets across many environments and rotations.

use platform::report::Status;
use scenarios::World;
use scenarios::aws::Secret;
use scenarios::people::people;
use serde_json::json;

/// Environments that start together, as many as the reference customer has agents.
const ENVIRONMENTS: usize = 50;

fn logins(world: &World, vendor: &str) -> usize {
    world.journal().iter().filter(|entry| entry.vendor == vendor && entry.kind == "login").count()
}

/// Environments that start together log in once: one of them fetches the token, the others read it. Dry runs hold no
/// lock, so all fifty of the test really want one at once.
#[tokio::test]
async fn fifty_environments_that_start_together_log_in_once() {
    let world = World::start().await;
    world.salesforce.insert(&people(1));
    world.advance(std::time::Duration::from_secs(300));
    let mut environments = Vec::new();
    for _ in 0..ENVIRONMENTS {
        environments.push(world.another_environment().await);
    }
    for environment in &environments {
        environment.ready().await.expect("it starts");
    }
    let event = json!({"dry_run": true});
    let runs = environments.iter().map(|environment| environment.invoke(&event)).collect();
    for invocation in join_all(runs).await {
        assert_eq!(invocation.report().fetched, 1);
    }
    assert_eq!((logins(&world, "genesys"), logins(&world, "salesforce")), (1, 1));
}

/// All of them at once, in the order given.
async fn join_all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Some(Box::pin(future)), None)).collect();
    std::future::poll_fn(|context| {
        for (future, result) in &mut waiting {
            if let Some(running) = future
                && let std::task::Poll::Ready(value) = running.as_mut().poll(context)
            {
                (*future, *result) = (None, Some(value));
            }
        }
        if waiting.iter().all(|(future, _)| future.is_none()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, result)| result).collect()
}

/// Rotated at the vendor and in the store while an environment is warm: the next run reads the new one by itself.
#[tokio::test]
async fn a_rotated_secret_heals_without_a_restart() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    assert_eq!(world.tick().await.report().created, 3);

    world.genesys.settings(&json!({"genesys": {"clients": {"demo-genesys-client": {"secret": "rotated-secret"}}}}));
    world.genesys.revoke_tokens("genesys");
    world.replace_secret("dev/genesys/aws-sync-creds", "demo-genesys-secret", "rotated-secret");
    world.salesforce.contact("Antonieta").insert();
    let report = world.tick().await.report();

    assert_eq!((report.created, report.status), (1, Status::Done), "{report:?}");
}

/// The token's row is of no use without the client secret, and a foreign one is not trusted.
#[tokio::test]
async fn a_token_row_that_cannot_be_opened_is_a_cache_miss() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    world.tick().await.report();
    let row = world
        .state_rows()
        .into_iter()
        .find(|row| row["pk"]["S"] == "token#demo-genesys-client")
        .expect("the sealed token");
    let sealed = row["sealed"]["S"].as_str().expect("the seal").to_owned();
    let mut broken = row.clone();
    broken["sealed"]["S"] = json!(sealed.chars().rev().collect::<String>().trim_start_matches('=').to_owned() + "==");
    world.put_state_row(&broken);
    world.restart().await;
    world.salesforce.contact("Antonieta").insert();
    world.forget();
    assert_eq!(world.tick().await.report().created, 1);
    assert_eq!(logins(&world, "genesys"), 1);
}

/// A restarted environment finds the token in the table.
#[tokio::test]
async fn a_cold_start_needs_no_login_while_the_token_is_valid() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    world.tick().await.report();
    world.restart().await;
    world.salesforce.contact("Antonieta").insert();
    world.forget();
    assert_eq!(world.tick().await.report().created, 1);
    assert_eq!((logins(&world, "genesys"), logins(&world, "salesforce")), (0, 0));
}

#[tokio::test]
async fn a_wrong_secret_is_one_clear_error_and_no_loop() {
    let world = World::start().await;
    world.salesforce.insert(&people(3));
    let wrong = json!({
        "genesys_client_id": "demo-genesys-client", "genesys_client_secret": "wrong-one",
        "genesys_org_id": "11111111-2222-4333-8444-555555555555", "genesys_region": "us-east-1",
    });
    world.desk.open().secrets.insert("dev/genesys/aws-sync-creds".to_owned(), Secret::Text(wrong.to_string()));
    let error = world.tick().await.error();
    assert!(error.message.contains("genesys"), "{error:?}");
    assert!(logins(&world, "genesys") <= 2);
}
