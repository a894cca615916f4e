//! Alerts: one message a run, and a failed alert fails nothing.

use platform::alert::Alerts;

use crate::aws_desk::Desk;

const ANSWER: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId>\
                      </PublishResult></PublishResponse>";

#[tokio::test]
async fn one_message_a_run() {
    let desk = Desk::answering(&[(200, ANSWER), (200, ANSWER)]);
    let alerts = Alerts::new(aws_sdk_sns::Client::new(&desk.config), Some("arn:aws:sns:us-east-1:1:alerts".to_owned()));
    alerts.send("run-1", "braked", "first").await;
    alerts.send("run-1", "braked", "second").await;
    alerts.send("run-2", "braked", "third").await;
    let bodies: Vec<_> = desk.calls().into_iter().map(|call| call.body).collect();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("Message=first") && bodies[1].contains("Message=third"), "{bodies:?}");
}

#[tokio::test]
async fn an_alert_that_cannot_be_sent_fails_nothing() {
    let desk =
        Desk::answering(&[(403, "<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>")]);
    Alerts::new(aws_sdk_sns::Client::new(&desk.config), Some("arn:aws:sns:us-east-1:1:alerts".to_owned()))
        .send("run-1", "s", "t")
        .await;
    assert_eq!(desk.calls().len(), 1);
    Alerts::new(aws_sdk_sns::Client::new(&desk.config), None).send("run-1", "s", "t").await;
}
