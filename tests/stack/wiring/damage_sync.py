"""What can be broken between contact-sync, its queue, its two schedules and what wakes it: one row for each assertion.

A row is as in damage.py: in which resource, what stands there, what stands there instead, and what is then said.
"""

from __future__ import annotations

RECEIVER = "  WebhookReceiver:"
RECEIVER_ROLE = "  WebhookReceiverRole:"
CAPACITY = "  TableCapacity:"
FUNCTION = "  ContactSync:"
ROLE = "  ContactSyncRole:"
CONTINUE = "              - Sid: Continue # the rest of a long run, by way of its own queue"
FULL = "  ContactSyncFullSchedule:"
SCHEDULE_ROLE = "  ContactSyncScheduleRole:"
FAILED = "  ContactSyncFailedAlarm:"
DURATION = "  ContactSyncDurationAlarm:"
QUEUE = "  ContactSyncQueue:"
QUEUE_POLICY = "  ContactSyncQueuePolicy:"
DEAD = "  ContactSyncDeadLetters:"
DEAD_POLICY = "  ContactSyncDeadLettersPolicy:"
DEAD_ALARM = "  ContactSyncDeadLettersAlarm:"
FROM_QUEUE = "  ContactSyncFromQueue:"
MAIL_SET = "  SyncMailConfigurationSet:"
MAIL_DESTINATION = "  MailEventDestination:"
BUS = "  SalesforceBus:"
RULE = "  SalesforceContactsRule:"
CONDITION = "  ReconcilesWeekly: !And"
LEAVE = "              - Sid: Leave # a contact in order again leaves quarantine or review, a deleted one its place beside the Genesys contact"

LOOP = (
    (FUNCTION, "      RecursiveLoop: Allow\n", "", "contact-sync: RecursiveLoop must be Allow"),
    (FUNCTION, "RecursiveLoop: Allow", "RecursiveLoop: Terminate", "contact-sync: RecursiveLoop must be Allow"),
    (CAPACITY, "      Timeout: 30", "      RecursiveLoop: Allow\n      Timeout: 30", "table-capacity: RecursiveLoop must be None"),
    (FUNCTION, "          CONTACT_SYNC_QUEUE_URL: ", "          CONTACT_SYNC_QUEUE: ", "contact-sync: CONTACT_SYNC_QUEUE_URL must be"),
    (CONTINUE, "Resource: !GetAtt ContactSyncQueue.Arn", "Resource: !GetAtt FailuresQueue.Arn", "contact-sync may not sqs:SendMessage on ContactSyncQueue"),
    *((ROLE, f"                  - {action}\n", "", f"contact-sync may not {action} on ContactSyncQueue") for action in ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")),
    (FROM_QUEUE, "      FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "ContactSyncFromQueue must let a batch fail in part"),
    (FROM_QUEUE, "      BatchSize: 100\n", "", "ContactSyncFromQueue must take 100 messages"),
    (FROM_QUEUE, "      MaximumBatchingWindowInSeconds: 5\n", "", "in a window of 5 s"),
    (FROM_QUEUE, "        MaximumConcurrency: 2", "        MinimumPollers: 2", "ContactSyncFromQueue must be limited"),
    (FROM_QUEUE, "    DependsOn: ContactSyncLogGroup", "    #", "ContactSyncFromQueue must wait for contact-sync's log group"),
)

QUEUES = (
    (QUEUE, "VisibilityTimeout: 5405", "VisibilityTimeout: 5400", "ContactSyncFromQueue: its queue must wait 6 times"),
    (QUEUE, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "ContactSyncQueue must be encrypted by SQS"),
    (QUEUE, "MaximumMessageSize: 1048576", "MaximumMessageSize: 262144", "ContactSyncQueue must take messages of 1048576 bytes"),
    (QUEUE, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60", "ContactSyncQueue must keep messages for 14 days"),
    (QUEUE, "        maxReceiveCount: 5\n", "        maxReceiveCount: 1\n", "ContactSyncQueue must give up on a message"),
    (QUEUE, "deadLetterTargetArn: !GetAtt ContactSyncDeadLetters.Arn", "deadLetterTargetArn: none", "ContactSyncQueue must give up on a message"),
    (QUEUE_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "ContactSyncQueue must refuse everything without TLS"),
    (QUEUE_POLICY, "-salesforce-contacts", "-*", "ContactSyncQueue must allow exactly the rule SalesforceContactsRule"),
    (QUEUE_POLICY, "rule/${SalesforceEventSource}/", "rule/${PartnerEventSource}/", "ContactSyncQueue must allow exactly the rule SalesforceContactsRule"),
    (QUEUE_POLICY, "{Service: events.amazonaws.com}", "{Service: sns.amazonaws.com}", "ContactSyncQueue must allow exactly the rule SalesforceContactsRule"),
    (DEAD, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60", "ContactSyncDeadLetters must keep"),
    (DEAD_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "ContactSyncDeadLetters must refuse everything without TLS"),
    (DEAD_ALARM, "Threshold: 1", "Threshold: 100", "ContactSyncDeadLetters must have an alarm on its first message"),
)

SALESFORCE = (
    (BUS, "      Name: !Ref SalesforceEventSource\n", "      Name: salesforce\n", "SalesforceBus must be called like its source"),
    (RULE, "        source: [!Ref SalesforceEventSource]\n", "        source: [!Ref PartnerEventSource]\n", "SalesforceContactsRule must take events of exactly the partner event source"),
    (RULE, "      EventBusName: !Ref SalesforceBus\n", "", "SalesforceContactsRule must listen to the bus of its source"),
    (RULE, "      EventBusName: !Ref SalesforceBus\n", "      EventBusName: !Ref PartnerBus\n", "SalesforceContactsRule must take events of exactly the partner event source"),
    (RULE, "[ContactChangeEvent]", "[ContactChangeEvents]", "SalesforceContactsRule must take changes of contacts"),
    (RULE, "        detail-type: [ContactChangeEvent]\n", "        detail-type: [ContactChangeEvent]\n        detail: {payload: {ChangeEventHeader: {changeType: [UPDATE]}}}\n", "whatever the change"),
    (RULE, "          InputTransformer:\n", "          DeadLetterConfig: {Arn: !GetAtt ContactSyncDeadLetters.Arn}\n          InputTransformer:\n", "SalesforceContactsRule must not have dead letters"),
    (RULE, "          InputTransformer:\n", "          RunCommandParameters:\n", "SalesforceContactsRule must pass on which contacts changed"),
    (RULE, "ids: $.detail.payload.ChangeEventHeader.recordIds", "ids: $.detail.payload", "SalesforceContactsRule must pass on which contacts changed"),
    (RULE, '"recordIds": <ids>', '"recordIds": <aws.events.event.json>', "SalesforceContactsRule must pass on which contacts changed"),
    (RULE, '"recordIds": <ids>', '"recordId": <ids>', "SalesforceContactsRule must pass on an event in EventBridge's own form"),
    (RULE, '"recordIds": <ids>,', '"recordIds": <ids>', "SalesforceContactsRule must pass on an event in EventBridge's own form"),
    (RECEIVER, "          CONTACT_SYNC_QUEUE_URL: ", "          CONTACT_SYNC_QUEUE: ", "webhook-receiver: CONTACT_SYNC_QUEUE_URL must be"),
    (RECEIVER_ROLE, "                  - !GetAtt ContactSyncQueue.Arn\n", "", "webhook-receiver may not sqs:SendMessage on ContactSyncQueue"),
)

WEEKLY = (
    (FULL, "cron(20 6 ? * SUN *)", "cron(20 6 * * ? *)", "contact-sync must run at cron(20 6 ? * SUN *)"),
    (FULL, "ScheduleExpressionTimezone: UTC", "ScheduleExpressionTimezone: Africa/Cairo", "ContactSyncFullSchedule must name its time zone"),
    (FULL, "State: !If [ReconcilesWeekly, ENABLED, DISABLED]", "State: !Ref ScheduleState", "ContactSyncFullSchedule must be switched by"),
    (FULL, """Input: '{"mode":"full"}'""", "Input: '{}'", """ContactSyncFullSchedule must send {"mode":"full"}"""),
    (FULL, "          MaximumEventAgeInSeconds: 3600\n", "", "ContactSyncFullSchedule must give up before the next tick"),
    (FULL, "          Arn: !GetAtt FailuresQueue.Arn\n", "          Arn: none\n", "ContactSyncFullSchedule must have a dead-letter queue"),
    (FULL, "Arn: !GetAtt ContactSync.Arn", "Arn: !GetAtt TableCapacity.Arn", "ContactSyncFullSchedule must be called by table-capacity"),
    (FULL, "Arn: !GetAtt ContactSync.Arn", "Arn: !GetAtt TableCapacity.Arn", "ContactSyncScheduleRole is used by more than one resource"),
    (FULL, "    DependsOn: ContactSyncLogGroup", "    #", "ContactSyncFullSchedule must wait for contact-sync's log group"),
    (CONDITION, "!Equals [!Ref ScheduleState, ENABLED]", "!Equals [!Ref Stage, prod]", "ReconcilesWeekly must mean that ScheduleState and FullReconcileState are ENABLED"),
    (CONDITION, "!Equals [!Ref FullReconcileState, ENABLED]", "!Equals [!Ref FullReconcileState, DISABLED]", "ReconcilesWeekly must mean"),
)

EXPLAIN = "              - Sid: Explain # what was done to one contact; the first form is the group, the second one its streams"
BY_HAND = (
    *((EXPLAIN, f"log-group:/cx-bridge/${{Stage}}/audit{end}\n", f"log-group:/cx-bridge/${{Stage}}/*{end}\n", "contact-sync must read the audit group, and no other log") for end in ("", ":*")),
    (EXPLAIN, "Action: logs:FilterLogEvents", "Action: logs:GetLogEvents", "contact-sync must read the audit group"),
    (RECEIVER_ROLE, "                  - logs:PutLogEvents\n", "                  - logs:PutLogEvents\n                  - logs:FilterLogEvents\n", "webhook-receiver must not read the audit group"),
    (ROLE, "Action: ses:SendEmail", "Action: [ses:SendEmail, ses:SendRawEmail]", "ContactSyncRole may more than send mail"),
    (ROLE, "Action: ses:SendEmail", "Action: ses:SendRawEmail", "contact-sync may not ses:SendEmail"),
    (ROLE, "                    ses:FromAddress: !Ref MailFrom\n", "                    ses:FromAddress: '*'\n", "ContactSyncRole must send as MailFrom only"),
    (ROLE, "configuration-set/${SyncMailConfigurationSet}", "configuration-set/${MailConfigurationSet}", "ContactSyncRole must send with its configuration set, and no other"),
    (ROLE, "secret:${Stage}/mail/server", "secret:${Stage}/mail/other", "contact-sync may not secretsmanager:GetSecretValue on :secret:${Stage}/mail"),
    *((FUNCTION, f"          {variable}: ", f"          {variable}_: ", f"contact-sync: {variable} must be") for variable in ("SMTP_SECRET_ID", "MAIL_CONFIGURATION_SET")),
    (MAIL_SET, "TlsPolicy: REQUIRE", "TlsPolicy: OPTIONAL", "SyncMailConfigurationSet must not hand mail over in the clear"),
    (MAIL_SET, "  SyncMailConfigurationSet:", "  NewsMailConfigurationSet:", "NewsMailConfigurationSet is used by no role"),
    (MAIL_DESTINATION, "ConfigurationSetName: !Ref MailConfigurationSet", "ConfigurationSetName: !Ref SyncMailConfigurationSet", "SyncMailConfigurationSet must have no event destination"),
)

ALARMS = (
    *((FAILED, line, "", "an alarm on CxBridge failed above 10 in a run") for line in ("        - Name: Stage\n          Value: !Ref Stage\n", "      AlarmActions: [!Ref AlertsTopic]\n")),
    (FAILED, "Statistic: Maximum", "Statistic: Sum", "an alarm on CxBridge failed above 10 in a run"),
    (FAILED, "Threshold: 10", "Threshold: 100", "an alarm on CxBridge failed above 10 in a run"),
    (DURATION, "Threshold: 300000", "Threshold: 300", "an alarm on AWS/Lambda Duration above 300000 in a run"),
    (DURATION, "          Value: !Ref ContactSync\n", "          Value: other\n", "an alarm on AWS/Lambda Duration above 300000 in a run"),
)

DAMAGE_SYNC = LOOP + QUEUES + SALESFORCE + WEEKLY + BY_HAND + ALARMS

# What only the calls of a run show: the role still looks fine to every rule that reads the template.
UNUSED_SYNC = (
    (ROLE, "                      - peer#*\n", "", "on rows peer#*, which its role does not name"),
    (ROLE, "secret:${Stage}/salesforce/", "secret:${Stage}/sales/", "on secret:dev/salesforce/aws-sync-creds, which its role does not name"),
    (ROLE, "Action: ssm:GetParameter", "Action: [ssm:GetParameter, ssm:GetParameters]", "contact-sync may ssm:GetParameters and never does"),
    (LEAVE, "                      - peer#*\n", "", "contact-sync calls dynamodb:DeleteItem on rows peer#*, which its role does not name"),
    (CONTINUE, "Resource: !GetAtt ContactSyncQueue.Arn", "Resource: !GetAtt ConversationsQueue.Arn", "sqs:SendMessage on cx-bridge-dev-contact-sync, which its role does not name"),
    (EXPLAIN, "Action: logs:FilterLogEvents", "Action: [logs:FilterLogEvents, logs:GetLogEvents]", "contact-sync may logs:GetLogEvents and never does"),
    (ROLE, "configuration-set/${SyncMailConfigurationSet}", "configuration-set/other", "may ['ses:SendEmail'] on configuration-set/other and never does"),
)
