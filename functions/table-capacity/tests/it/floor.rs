//! Whole runs on tables that Application Auto Scaling moves.

use crate::desk::Desk;

const READS: &str = "dynamodb:table:ReadCapacityUnits";
const WRITES: &str = "dynamodb:table:WriteCapacityUnits";

fn register(desk: &Desk, dimension: &str, floor: i64, ceiling: i64) {
    desk.aws.drawers().targets.insert(("table/contacts".to_owned(), dimension.to_owned()), (floor, ceiling));
}

#[tokio::test]
async fn a_table_with_a_scaling_policy_gets_its_floor_moved_and_its_units_left_alone() {
    let desk = Desk::open().await;
    register(&desk, READS, 5, 2000);
    register(&desk, WRITES, 5, 4000);
    desk.deliver(&[desk.message("1", "a", 250, 1)]).await;
    let expected = [format!("RegisterScalableTarget {READS} 2000"), format!("RegisterScalableTarget {WRITES} 1250")];
    assert_eq!(desk.aws.changes(), expected, "up to the ceiling, which stays");
    desk.deliver(&[desk.message("2", "a", 0, 0)]).await;
    assert_eq!(desk.aws.changes(), [""; 0], "it settles, though nothing in AWS says when a floor was moved");
    desk.advance(300);
    desk.tick().await;
    assert_eq!(
        desk.aws.changes(),
        [format!("RegisterScalableTarget {READS} 5"), format!("RegisterScalableTarget {WRITES} 5")]
    );
    assert_eq!(desk.units("contacts"), (100, 50));
}

#[tokio::test]
async fn direct_is_refused_where_a_policy_would_undo_it() {
    let desk =
        Desk::with("[[table-capacity.tables]]\nname = \"contacts\"\nqueues = [\"a\"]\nmode = \"direct\"\n").await;
    register(&desk, READS, 5, 2000);
    desk.deliver(&[desk.message("1", "a", 250, 1)]).await;
    assert_eq!(desk.aws.changes(), [""; 0]);
    let run = desk.last_run().await;
    assert_eq!(run.skipped_by["scaled_by_policy"], 1);
    assert!(run.warnings[0].contains("set mode to \"auto\" or \"floor\""), "{:?}", run.warnings);
}

#[tokio::test]
async fn one_floor_that_fails_does_not_stop_the_other() {
    let desk = Desk::open().await;
    register(&desk, READS, 5, 2000);
    register(&desk, WRITES, 5, 4000);
    desk.aws
        .drawers()
        .refusals
        .insert("RegisterScalableTarget".to_owned(), ["ConcurrentUpdateException".to_owned()].into());
    desk.deliver(&[desk.message("1", "a", 250, 1)]).await;
    assert_eq!(desk.aws.changes(), [format!("RegisterScalableTarget {WRITES} 1250")]);
    assert_eq!(desk.last_run().await.failed_by["busy"], 1);
    desk.tick().await;
    assert_eq!(desk.aws.changes(), [format!("RegisterScalableTarget {READS} 2000")]);
}
