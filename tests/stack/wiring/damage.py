"""A template with one thing changed, and what can be broken between an event and what it leads to: one row for each assertion.

A row says in which resource, what stands there, what stands there instead, and what is then said.
"""

from __future__ import annotations

from stack.template import TEMPLATE
from stack.wiring.reading import Template

ORIGINAL = TEMPLATE.read_text(encoding="utf-8")


def damaged(place: str, what: str, instead: str) -> Template:
    """The template with one thing changed: the first occurrence after `place`."""
    at = ORIGINAL.index(what, ORIGINAL.index(place + "\n"))
    return Template(ORIGINAL[:at] + instead + ORIGINAL[at + len(what) :])


RECEIVER = "  WebhookReceiver:"
RECEIVER_ROLE = "  WebhookReceiverRole:"
RECEIVER_ALARM = "  WebhookReceiverErrorsAlarm:"
INTEGRATION = "  WebhookIntegration:"
ROUTE = "  WebhookSourceRoute:"
STAGE = "  WebhookStage:"
ACCESS_LOG = "  WebhookAccessLogGroup:"
PERMISSION = "  WebhookPermission:"
UNAVAILABLE = "  WebhookUnavailableAlarm:"
QUEUE = "  CapacityQueue:"
QUEUE_POLICY = "  CapacityQueuePolicy:"
DEAD = "  CapacityDeadLetters:"
DEAD_ALARM = "  CapacityDeadLettersAlarm:"
CONVERSATIONS = "  ConversationsQueue:"
CONVERSATIONS_POLICY = "  ConversationsQueuePolicy:"
CONVERSATIONS_DEAD_POLICY = "  ConversationsDeadLettersPolicy:"
CAPACITY = "  TableCapacity:"
CAPACITY_ROLE = "  TableCapacityRole:"
FROM_WEBHOOKS = "  TableCapacityFromWebhooks:"
FROM_PARTNER = "  TableCapacityFromPartner:"
SCHEDULE = "  TableCapacitySchedule:"
BUS = "  PartnerBus:"
OBSERVATIONS = "  QueueObservationsRule:"
CONVERSATIONS_RULE = "  ConversationsRule:"
PARTNER_QUEUE = "  PartnerQueue:"
PARTNER_POLICY = "  PartnerQueuePolicy:"
NUMBERS = "  QueueCapacity:"
NUMBERS_ROLE = "  QueueCapacityRole:"
NUMBERS_SCHEDULE = "  QueueCapacitySchedule:"
NUMBERS_SCHEDULE_ROLE = "  QueueCapacityScheduleRole:"
NUMBERS_ALARM = "  QueueCapacityErrorsAlarm:"
FROM_SCALING = "  QueueCapacityFromScaling:"
SCALING_RULE = "  ScalingRule:"
SCALING_QUEUE = "  ScalingQueue:"
SCALING_POLICY = "  ScalingQueuePolicy:"
SCALING_DEAD = "  ScalingDeadLetters:"
SCALING_DEAD_POLICY = "  ScalingDeadLettersPolicy:"
SCALING_DEAD_ALARM = "  ScalingDeadLettersAlarm:"
REPORT = "  NightlyReport:"
REPORT_ROLE = "  NightlyReportRole:"
REPORT_SCHEDULE = "  NightlyReportSchedule:"
REPORT_SCHEDULE_ROLE = "  NightlyReportScheduleRole:"
REPORT_ALARM = "  NightlyReportErrorsAlarm:"
ARCHIVE = "  ReportArchive:"
ARCHIVE_POLICY = "  ReportArchivePolicy:"
MAIL_SET = "  MailConfigurationSet:"
MAIL_DESTINATION = "  MailEventDestination:"
MAIL_TOPIC = "  MailTopic:"
MAIL_TOPIC_POLICY = "  MailTopicPolicy:"
MAIL_SUBSCRIPTION = "  MailSubscription:"
MAIL_QUEUE = "  MailEventsQueue:"
MAIL_QUEUE_POLICY = "  MailEventsQueuePolicy:"
MAIL_DEAD = "  MailEventsDeadLetters:"
MAIL_DEAD_POLICY = "  MailEventsDeadLettersPolicy:"
MAIL_DEAD_ALARM = "  MailEventsDeadLettersAlarm:"
FROM_MAIL = "  NightlyReportFromMail:"
MAIL_KEY = "          - Sid: Mails # SES publishes to MailTopic"

ROLES = (
    (RECEIVER_ROLE, "{Service: lambda.amazonaws.com}", "{Service: apigateway.amazonaws.com}", "must trust lambda.amazonaws.com"),
    (RECEIVER_ROLE, "                      - seen#*\n", "                      - '*'\n", "other partitions than its own"),
    (RECEIVER_ROLE, "Action: dynamodb:UpdateItem", "Action: [dynamodb:UpdateItem, dynamodb:DeleteItem]", "may ['dynamodb:DeleteItem'] on the state table"),
    (RECEIVER_ROLE, "                  - !GetAtt CapacityQueue.Arn\n", "", "may not sqs:SendMessage on CapacityQueue"),
    (RECEIVER_ROLE, "                  - !GetAtt ConversationsQueue.Arn\n", "", "may not sqs:SendMessage on ConversationsQueue"),
    (RECEIVER_ROLE, "secret:${Stage}/webhooks/keys", "secret:${Stage}/hooks/keys", "may not secretsmanager:GetSecretValue on :secret:${Stage}/webhooks"),
    (RECEIVER_ROLE, "secret:${Stage}/webhooks/keys-??????", "secret:${Stage}/*", "reads secrets that are not named"),
    (RECEIVER_ROLE, "parameter/cx-bridge/${Stage}/webhook-receiver", "parameter/cx-bridge/${Stage}/*", "may not ssm:GetParameter"),
    *((CAPACITY_ROLE, f"                      - {key}\n", "", "other partitions than its own") for key in ("order#table-capacity#*", "lock#table-capacity#*", "mark#table-capacity#*", "run#table-capacity")),
    (CAPACITY_ROLE, "table/${CapacityTables}", "table/*", "changes tables that the parameter does not name"),
    (CAPACITY_ROLE, "application-autoscaling:service-namespace: dynamodb", "application-autoscaling:service-namespace: ecs", "floors of other things than tables"),
    (CAPACITY_ROLE, "                  - !GetAtt CapacityQueue.Arn\n", "", "may not sqs:ReceiveMessage on CapacityQueue"),
    (CAPACITY_ROLE, "${AWS::StackName}-partner\n", "${AWS::StackName}-other\n", "may not sqs:ReceiveMessage on :${AWS::StackName}-partner"),
    (CAPACITY_ROLE, "                  - sqs:DeleteMessage\n", "", "may not sqs:DeleteMessage"),
    (CAPACITY_ROLE, "                  - cloudwatch:GetMetricData\n", "                  - cloudwatch:PutMetricData\n", "grants ['application-autoscaling"),
    (CAPACITY_ROLE, "Action: sqs:SendMessage", "Action: sqs:PurgeQueue", "table-capacity may not sqs:SendMessage on FailuresQueue"),
)

WEB = (
    (ROUTE, "RouteKey: POST /webhooks/{source}", "RouteKey: ANY /webhooks/{source}", "routes that are not as documented"),
    (ROUTE, "integrations/${WebhookIntegration}", "integrations/none", "leads nowhere"),
    (INTEGRATION, "PayloadFormatVersion: '2.0'", "PayloadFormatVersion: '1.0'", "payload format 2.0"),
    (INTEGRATION, "TimeoutInMillis: 10000", "TimeoutInMillis: 5000", "must wait as long as the function may take"),
    (PERMISSION, "${WebhookApi}/*/POST/*", "*", "must allow this API to call it"),
    (PERMISSION, "apigateway.amazonaws.com", "'*'", "must allow this API to call it"),
    (PERMISSION, "  WebhookPermission:", "  Anybody: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref WebhookReceiver, Principal: '*'}}\n  WebhookPermission:", "and nobody else"),
    (STAGE, "        ThrottlingRateLimit: !Ref WebhookRequestsPerSecond\n", "", "limit requests a second"),
    (STAGE, "        ThrottlingBurstLimit: !Ref WebhookRequestBurst\n", "", "limit a burst"),
    (STAGE, "      AutoDeploy: true\n", "", "serve the routes as they are"),
    (STAGE, "DestinationArn: !GetAtt WebhookAccessLogGroup.Arn", "DestinationArn: none", "kept for 30 days"),
    (STAGE, '"route":"$context.routeKey"', '"key":"$context.authorizer.key"', "log what is agreed"),
    (ACCESS_LOG, "RetentionInDays: 30", "RetentionInDays: 3653", "kept for 30 days"),
    (UNAVAILABLE, "MetricName: 5xx", "MetricName: 4xx", "must have an alarm on 5xx"),
    (RECEIVER_ALARM, "MetricName: Errors", "MetricName: Duration", "webhook-receiver has no alarm on its Errors"),
)

QUEUES = (
    (QUEUE, "MaximumMessageSize: 1048576", "MaximumMessageSize: 262144", "must take messages of 1048576 bytes"),
    (QUEUE, "        maxReceiveCount: 5\n", "        maxReceiveCount: 1\n", "must give up on a message"),
    (QUEUE, "CapacityDeadLetters.Arn", "ConversationsDeadLetters.Arn", "must both be FIFO"),
    (QUEUE, "ContentBasedDeduplication: false", "ContentBasedDeduplication: true", "by the event id that is given"),
    (QUEUE, "DeduplicationScope: messageGroup", "DeduplicationScope: queue", "one group wait for another"),
    (QUEUE, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 345600", "CapacityQueue must keep messages for 14 days"),
    (QUEUE, "VisibilityTimeout: 180", "VisibilityTimeout: 30", "must wait 6 times as long"),
    (QUEUE, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "CapacityQueue must be encrypted by SQS"),
    (QUEUE_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "CapacityQueue must refuse everything without TLS"),
    (QUEUE_POLICY, "Effect: Deny", "Effect: Allow", "lets in more than it should"),
    (QUEUE_POLICY, "Effect: Deny", "Effect: Allow", "allows more than sending"),
    (DEAD, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60", "CapacityDeadLetters must keep"),
    (DEAD_ALARM, "Threshold: 1", "Threshold: 100", "must have an alarm on its first message"),
    (FROM_WEBHOOKS, "      FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "must let a batch fail in part"),
    (FROM_WEBHOOKS, "      BatchSize: 10", "      BatchSize: 100", "AWS allows no more for FIFO"),
    (FROM_WEBHOOKS, "        MaximumConcurrency: 2", "        MinimumPollers: 2", "must be limited"),
    (FROM_WEBHOOKS, "    DependsOn: TableCapacityLogGroup", "    #", "must wait for table-capacity's log group"),
    (FROM_PARTNER, "      MaximumBatchingWindowInSeconds: 5\n", "", "in a window of 5 s"),
    (CAPACITY, "      Timeout: 30", "      Timeout: 60", "time-out of 30 s"),
    (RECEIVER, "      Timeout: 10", "      Timeout: 900", "time-out of 10 s"),
    (SCHEDULE, "cron(0/5 * * * ? *)", "rate(1 hour)", "table-capacity must run at"),
    (SCHEDULE, "          MaximumEventAgeInSeconds: 240\n", "          MaximumEventAgeInSeconds: 300\n", "give up before the next tick"),
    (CAPACITY, "        MaximumEventAgeInSeconds: 240\n", "        MaximumEventAgeInSeconds: 300\n", "must not wait until the next tick"),
)

PARTNER = (
    (BUS, "      Name: !Ref PartnerEventSource\n", "      Name: partner\n", "called like its source"),
    (OBSERVATIONS, "        source: [!Ref PartnerEventSource]\n", "        source: [{prefix: aws.partner}]\n", "exactly the partner event source"),
    (OBSERVATIONS, "      EventBusName: !Ref PartnerBus\n", "", "no other gets these events"),
    (OBSERVATIONS, "v2.analytics.queues.{id}.observations", "v2.analytics.queues.observations", "must take queue observations"),
    (OBSERVATIONS, "              queueId: !Ref ObservedQueueIds\n", "              queueId: [{exists: true}]\n", "observed queues only"),
    (OBSERVATIONS, "            Arn: !GetAtt PartnerDeadLetters.Arn\n", "            Arn: none\n", "must have dead letters"),
    (PARTNER_POLICY, "QueueObservationsRule.Arn", "ConversationsRule.Arn", "PartnerQueue must allow exactly the rule"),
    (CONVERSATIONS_RULE, "Name: !Sub ${AWS::StackName}-conversations", "Name: !Sub ${AWS::StackName}-ended", "ConversationsQueue must allow exactly the rule"),
    (CONVERSATIONS_POLICY, "{Service: events.amazonaws.com}", "{Service: sns.amazonaws.com}", "ConversationsQueue must allow exactly the rule"),
    (CONVERSATIONS_DEAD_POLICY, "{Service: events.amazonaws.com}", "{Service: sns.amazonaws.com}", "ConversationsDeadLetters must allow exactly"),
    (CONVERSATIONS, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "ConversationsQueue must be encrypted by SQS"),
    (PARTNER_QUEUE, "VisibilityTimeout: 185", "VisibilityTimeout: 180", "must wait 6 times as long"),
)

SCALING = (
    *((NUMBERS_ROLE, f"                      - {key}\n", "", "other partitions than its own") for key in ("token#*", "lock#queue-capacity#*", "target#queue-capacity#*", "run#queue-capacity")),
    (NUMBERS_ROLE, "                  - dynamodb:Query\n", "                  - dynamodb:Query\n                  - dynamodb:DeleteItem\n", "may ['dynamodb:DeleteItem'] on the state table"),
    (NUMBERS_ROLE, "Action: autoscaling:DescribeAutoScalingGroups", "Action: [autoscaling:DescribeAutoScalingGroups, autoscaling:SetDesiredCapacity]", "grants ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:SetDesiredCapacity'] on everything"),
    (NUMBERS_ROLE, "Resource: !GetAtt ScalingQueue.Arn", "Resource: !GetAtt ScalingDeadLetters.Arn", "queue-capacity may not sqs:ReceiveMessage on ScalingQueue"),
    (NUMBERS_ROLE, "secret:${Stage}/genesys/", "secret:${Stage}/salesforce/", "may not secretsmanager:GetSecretValue on :secret:${Stage}/genesys"),
    (NUMBERS_ROLE, "parameter/cx-bridge/${Stage}/queue-capacity", "parameter/cx-bridge/${Stage}/*", "queue-capacity may not ssm:GetParameter"),
    (NUMBERS_ROLE, "log-group:/cx-bridge/${Stage}/audit\n", "log-group:/cx-bridge/${Stage}/other\n", "queue-capacity may not logs:CreateLogStream on :log-group:/cx-bridge"),
    (NUMBERS_ROLE, "log-group:/cx-bridge/${Stage}/audit:*\n", "log-group:/cx-bridge/${Stage}/other:*\n", "queue-capacity may not logs:PutLogEvents on :log-group:/cx-bridge"),
    (NUMBERS_ROLE, "Action: sqs:SendMessage", "Action: sqs:PurgeQueue", "queue-capacity may not sqs:SendMessage on FailuresQueue"),
    (NUMBERS_ROLE, "Action: sns:Publish", "Action: sns:Subscribe", "queue-capacity may not sns:Publish on AlertsTopic"),
    (NUMBERS_ROLE, "                  - kms:Decrypt\n", "", "queue-capacity may not kms:Decrypt"),
    (NUMBERS, "          ALERTS_TOPIC_ARN: ", "          ALERTS: ", "queue-capacity: ALERTS_TOPIC_ARN must be"),
    (NUMBERS, "          GENESYS_SECRET_ID: ", "          GENESYS_SECRET: ", "queue-capacity: GENESYS_SECRET_ID must be"),
    (NUMBERS, "      Timeout: 60", "      Timeout: 900", "queue-capacity must have a time-out of 60 s"),
    (NUMBERS, "        MaximumRetryAttempts: 0\n", "", "queue-capacity must not be retried"),
    (NUMBERS_SCHEDULE, "cron(0/5 * * * ? *)", "rate(1 hour)", "queue-capacity must run at"),
    (NUMBERS_SCHEDULE, "    DependsOn: QueueCapacityLogGroup", "    #", "must wait for queue-capacity's log group"),
    (NUMBERS_SCHEDULE_ROLE, "Resource: !GetAtt QueueCapacity.Arn", "Resource: !GetAtt TableCapacity.Arn", "QueueCapacitySchedule: its role may"),
    (NUMBERS_ALARM, "          Value: !Ref QueueCapacity\n", "          Value: other\n", "queue-capacity has no alarm on its Errors"),
    (FROM_SCALING, "      FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "QueueCapacityFromScaling must let a batch fail in part"),
    (FROM_SCALING, "      BatchSize: 100\n", "", "QueueCapacityFromScaling must take 100 messages"),
    (FROM_SCALING, "      MaximumBatchingWindowInSeconds: 5\n", "", "in a window of 5 s"),
    (FROM_SCALING, "        MaximumConcurrency: 2", "        MinimumPollers: 2", "QueueCapacityFromScaling must be limited"),
    (SCALING_RULE, "source: [aws.autoscaling]", "source: [aws.ec2]", "ScalingRule must take events of Auto Scaling"),
    (SCALING_RULE, "        source: [aws.autoscaling]\n", "        source: [aws.autoscaling]\n        detail: {AutoScalingGroupName: [mine]}\n", "whatever the group"),
    (SCALING_RULE, "      EventPattern:\n", "      EventBusName: !Ref PartnerBus\n      EventPattern:\n", "ScalingRule must listen to the bus of its source"),
    *((SCALING_RULE, f"          - EC2 Instance {what}\n", "", "launches and terminations") for what in ("Launch Successful", "Launch Unsuccessful", "Terminate Successful", "Terminate Unsuccessful")),
    (SCALING_RULE, "            Arn: !GetAtt ScalingDeadLetters.Arn\n", "            Arn: none\n", "ScalingRule must have dead letters"),
    (SCALING_QUEUE, "VisibilityTimeout: 365", "VisibilityTimeout: 360", "QueueCapacityFromScaling: its queue must wait 6 times"),
    (SCALING_QUEUE, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "ScalingQueue must be encrypted by SQS"),
    (SCALING_QUEUE, "        maxReceiveCount: 5\n", "        maxReceiveCount: 1\n", "ScalingQueue must give up on a message"),
    (SCALING_POLICY, "ScalingRule.Arn", "ConversationsRule.Arn", "ScalingQueue must allow exactly the rule ScalingRule"),
    (SCALING_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "ScalingQueue must refuse everything without TLS"),
    (SCALING_DEAD, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60", "ScalingDeadLetters must keep"),
    (SCALING_DEAD_POLICY, "{Service: events.amazonaws.com}", "{Service: sns.amazonaws.com}", "ScalingDeadLetters must allow exactly the rule"),
    (SCALING_DEAD_ALARM, "Threshold: 1", "Threshold: 100", "ScalingDeadLetters must have an alarm on its first message"),
)

REPORTS = (
    *((REPORT_ROLE, f"                      - {key}\n", "", "other partitions than its own") for key in ("token#*", "lock#nightly-report", "report#nightly-report", "mail#nightly-report/*", "run#nightly-report")),
    (REPORT_ROLE, "                  - dynamodb:Query\n", "                  - dynamodb:Query\n                  - dynamodb:DeleteItem\n", "may ['dynamodb:DeleteItem'] on the state table"),
    (REPORT_ROLE, "                  - s3:PutObject\n", "                  - s3:PutObject\n                  - s3:DeleteObject\n", "which is not its part of the archive"),
    (REPORT_ROLE, "${ReportArchive}/reports/*", "${ReportArchive}/*", "nightly-report may not s3:GetObject on :::${ReportArchive}/reports/*"),
    (REPORT_ROLE, "                Action: s3:GetObject\n", "                Action: [s3:GetObject, s3:PutObject]\n", "['${ReportArchive}/look/*'], which is not its part of the archive"),
    (REPORT_ROLE, "${ReportArchive}/look/*", "${ReportArchive}/other/*", "nightly-report may not s3:GetObject on :::${ReportArchive}/look/*"),
    (REPORT_ROLE, "Action: s3:ListBucket", "Action: s3:GetBucketLocation", "nightly-report may not s3:ListBucket"),
    (REPORT_ROLE, "Action: ses:SendEmail", "Action: [ses:SendEmail, ses:SendRawEmail]", "NightlyReportRole may more than send mail"),
    (REPORT_ROLE, "Action: ses:SendEmail", "Action: ses:SendRawEmail", "nightly-report may not ses:SendEmail"),
    (REPORT_ROLE, "                    ses:FromAddress: !Ref MailFrom\n", "                    ses:FromAddress: '*'\n", "NightlyReportRole must send as MailFrom only"),
    (REPORT_ROLE, "configuration-set/${MailConfigurationSet}", "configuration-set/*", "NightlyReportRole must send with its configuration set, and no other"),
    (REPORT_ROLE, "Resource: !GetAtt MailEventsQueue.Arn", "Resource: !GetAtt MailEventsDeadLetters.Arn", "nightly-report may not sqs:ReceiveMessage on MailEventsQueue"),
    (REPORT_ROLE, "secret:${Stage}/mail/server", "secret:${Stage}/mail/other", "nightly-report may not secretsmanager:GetSecretValue on :secret:${Stage}/mail"),
    (REPORT_ROLE, "secret:${Stage}/mail/server-??????", "secret:${Stage}/*", "reads secrets that are not named"),
    (REPORT_ROLE, "parameter/cx-bridge/${Stage}/nightly-report", "parameter/cx-bridge/${Stage}/*", "nightly-report may not ssm:GetParameter"),
    (REPORT_ROLE, "Action: sns:Publish", "Action: sns:Subscribe", "nightly-report may not sns:Publish on AlertsTopic"),
    (REPORT_ROLE, "                  - kms:Decrypt\n", "", "nightly-report may not kms:Decrypt"),
    (REPORT_ROLE, "Action: sqs:SendMessage", "Action: sqs:PurgeQueue", "nightly-report may not sqs:SendMessage on FailuresQueue"),
    *((REPORT, f"          {variable}: ", f"          {variable}_: ", f"nightly-report: {variable} must be") for variable in ("SMTP_SECRET_ID", "ARCHIVE_BUCKET", "MAIL_CONFIGURATION_SET")),
    (REPORT, "      Timeout: 300", "      Timeout: 900", "nightly-report must have a time-out of 300 s"),
    (REPORT, "        MaximumEventAgeInSeconds: 840\n", "        MaximumEventAgeInSeconds: 900\n", "nightly-report: an event must not wait until the next tick"),
    (REPORT_SCHEDULE, "cron(0/15 * * * ? *)", "cron(15 2 * * ? *)", "nightly-report must run at"),
    (REPORT_SCHEDULE, "    DependsOn: NightlyReportLogGroup", "    #", "must wait for nightly-report's log group"),
    (REPORT_SCHEDULE_ROLE, "Resource: !GetAtt NightlyReport.Arn", "Resource: !GetAtt TableCapacity.Arn", "NightlyReportSchedule: its role may"),
    (REPORT_ALARM, "          Value: !Ref NightlyReport\n", "          Value: other\n", "nightly-report has no alarm on its Errors"),
    (FROM_MAIL, "      FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "NightlyReportFromMail must let a batch fail in part"),
    (FROM_MAIL, "        MaximumConcurrency: 2", "        MinimumPollers: 2", "NightlyReportFromMail must be limited"),
)

ARCHIVED = (
    (ARCHIVE, "    DeletionPolicy: Retain\n", "", "ReportArchive must be kept when the stack goes"),
    (ARCHIVE, "VersioningConfiguration: {Status: Enabled}", "VersioningConfiguration: {Status: Suspended}", "ReportArchive must keep versions"),
    (ARCHIVE, "{SSEAlgorithm: AES256}", "{SSEAlgorithm: 'aws:kms'}", "ReportArchive must be encrypted"),
    *((ARCHIVE, f"        {what}: true\n", "", "ReportArchive must be closed to the public") for what in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")),
    (ARCHIVE, "BucketOwnerEnforced", "ObjectWriter", "ReportArchive must own its objects"),
    (ARCHIVE, "ExpirationInDays: !Ref ArchiveRetentionDays", "ExpirationInDays: 30", "as long as ArchiveRetentionDays says"),
    (ARCHIVE, "            NoncurrentVersionExpiration: {NoncurrentDays: !Ref ArchiveRetentionDays}\n", "", "ReportArchive must let go of old versions"),
    (ARCHIVE, "            Status: Enabled\n", "            Status: Disabled\n", "each rule must be for everything, and enabled"),
    ("  ArchiveRetentionDays:", "    MinValue: 400", "    MinValue: 30", "ArchiveRetentionDays must be at least 400"),
    (ARCHIVE_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "ReportArchive must refuse everything without TLS"),
    (ARCHIVE_POLICY, "              - !Sub arn:${AWS::Partition}:s3:::${ReportArchive}/*\n", "", "ReportArchive must refuse everything without TLS"),
)

MAILS = (
    (MAIL_SET, "TlsPolicy: REQUIRE", "TlsPolicy: OPTIONAL", "MailConfigurationSet must not hand mail over in the clear"),
    (MAIL_DESTINATION, "ConfigurationSetName: !Ref MailConfigurationSet", "ConfigurationSetName: other", "MailConfigurationSet must have an event destination"),
    (MAIL_DESTINATION, "        Enabled: true\n", "        Enabled: false\n", "MailEventDestination must tell everything"),
    *((MAIL_DESTINATION, f"          - {kind}\n", "", "MailEventDestination must tell everything") for kind in ("send", "delivery", "bounce", "complaint", "reject")),
    (MAIL_DESTINATION, "          TopicARN: !Ref MailTopic\n", "          TopicARN: !Ref AlertsTopic\n", "AlertsTopic must allow exactly this account's configuration-set"),
    (MAIL_DESTINATION, "          TopicARN: !Ref MailTopic\n", "          TopicARN: !Ref AlertsTopic\n", "AlertsTopic must have a queue that listens to it"),
    (MAIL_DESTINATION, "    DependsOn: MailTopicPolicy", "    #", "MailEventDestination must wait for the topic's policy"),
    (MAIL_TOPIC, "KmsMasterKeyId: !GetAtt AlertsKey.Arn", "KmsMasterKeyId: alias/aws/sns", "MailTopic: its key must allow this account's SES"),
    (MAIL_TOPIC_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "MailTopic must refuse everything without TLS"),
    (MAIL_TOPIC_POLICY, "{Service: ses.amazonaws.com}", "{Service: events.amazonaws.com}", "MailTopic must allow exactly this account's configuration-set"),
    (MAIL_TOPIC_POLICY, "configuration-set/${AWS::StackName}-reports", "configuration-set/*", "MailTopic must allow exactly this account's configuration-set"),
    (MAIL_TOPIC_POLICY, "aws:SourceAccount: !Ref AWS::AccountId", "aws:SourceAccount: '*'", "MailTopic must allow exactly this account's configuration-set"),
    (MAIL_KEY, "              - kms:Decrypt\n", "", "MailTopic: its key must allow this account's SES kms:Decrypt"),
    (MAIL_KEY, "              - kms:GenerateDataKey*\n", "", "MailTopic: its key must allow this account's SES kms:GenerateDataKey*"),
    (MAIL_SUBSCRIPTION, "      RawMessageDelivery: true\n", "", "MailSubscription must deliver events as SES wrote them"),
    (MAIL_SUBSCRIPTION, "Endpoint: !GetAtt MailEventsQueue.Arn", "Endpoint: !GetAtt ScalingQueue.Arn", "ScalingQueue must allow exactly the topic of MailSubscription"),
    (MAIL_SUBSCRIPTION, "        deadLetterTargetArn: !GetAtt MailEventsDeadLetters.Arn\n", "        deadLetterTargetArn: none\n", "MailSubscription must say where undelivered"),
    (MAIL_QUEUE, "VisibilityTimeout: 1805", "VisibilityTimeout: 1800", "NightlyReportFromMail: its queue must wait 6 times"),
    (MAIL_QUEUE, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "MailEventsQueue must be encrypted by SQS"),
    (MAIL_QUEUE, "        maxReceiveCount: 5\n", "        maxReceiveCount: 1\n", "MailEventsQueue must give up on a message"),
    (MAIL_QUEUE_POLICY, "ArnEquals: {'aws:SourceArn': !Ref MailTopic}", "ArnEquals: {'aws:SourceArn': !Ref AlertsTopic}", "MailEventsQueue must allow exactly the topic of MailSubscription"),
    (MAIL_QUEUE_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "MailEventsQueue must refuse everything without TLS"),
    (MAIL_DEAD, "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60", "MailEventsDeadLetters must keep"),
    (MAIL_DEAD_POLICY, "{Service: sns.amazonaws.com}", "{Service: s3.amazonaws.com}", "MailEventsDeadLetters must allow sns.amazonaws.com to send"),
    (MAIL_DEAD_ALARM, "Threshold: 1", "Threshold: 100", "MailEventsDeadLetters must have an alarm on its first message"),
)

DAMAGE_EVENTS = ROLES + WEB + QUEUES + PARTNER + SCALING + REPORTS + ARCHIVED + MAILS

# What only the calls of a run show: each role still looks fine to every rule that reads the template.
UNUSED = (
    (RECEIVER_ROLE, "Action: dynamodb:UpdateItem", "Action: [dynamodb:GetItem, dynamodb:UpdateItem]", "webhook-receiver may dynamodb:GetItem and never does"),
    (RECEIVER_ROLE, "                      - seen#*\n", "                      - seen#*\n                      - token#*\n", "may ['dynamodb:UpdateItem'] on rows token#* and never does"),
    (RECEIVER_ROLE, "                      - seen#*\n", "                      - '*'\n", "dynamodb:UpdateItem on rows seen#*, which its role does not name"),
    (RECEIVER_ROLE, "                  - !GetAtt CapacityQueue.Arn\n", "                  - !GetAtt CapacityQueue.Arn\n                  - !GetAtt CapacityDeadLetters.Arn\n", "may ['sqs:SendMessage'] on cx-bridge-dev-CapacityDeadLetters"),
    (CAPACITY_ROLE, "                  - dynamodb:PutItem\n", "", "table-capacity calls dynamodb:PutItem, which its role does not grant"),
    (CAPACITY_ROLE, "                  - dynamodb:PutItem\n", "                  - dynamodb:PutItem\n                  - dynamodb:Query\n", "table-capacity may dynamodb:Query and never does"),
    (CAPACITY_ROLE, "lock#table-capacity#*", "lock#*", "on rows lock#* and never does"),
    (CAPACITY_ROLE, "table/${CapacityTables}", "table/other", "dynamodb:UpdateTable on table/my-contact-data, which its role does not name"),
    (CAPACITY_ROLE, "application-autoscaling:RegisterScalableTarget", "[application-autoscaling:RegisterScalableTarget, application-autoscaling:PutScalingPolicy]", "may application-autoscaling:PutScalingPolicy and never does"),
    (CAPACITY_ROLE, "parameter/cx-bridge/${Stage}/table-capacity", "parameter/cx-bridge/${Stage}/contact-sync", "ssm:GetParameter on parameter/cx-bridge/dev/table-capacity, which its role does not name"),
    (CAPACITY_ROLE, "                  - sqs:ReceiveMessage\n", "", "the explanation of ('table-capacity', 'sqs:ReceiveMessage') is not needed"),
)

UNUSED_CAPACITY = (
    (NUMBERS_ROLE, "                  - dynamodb:PutItem\n", "", "queue-capacity calls dynamodb:PutItem, which its role does not grant"),
    (NUMBERS_ROLE, "                  - dynamodb:PutItem\n", "                  - dynamodb:PutItem\n                  - dynamodb:BatchGetItem\n", "queue-capacity may dynamodb:BatchGetItem and never does"),
    (NUMBERS_ROLE, "target#queue-capacity#*", "target#*", "on rows target#* and never does"),
    (NUMBERS_ROLE, "                      - token#*\n", "", "on rows token#*, which its role does not name"),
    (NUMBERS_ROLE, "Action: autoscaling:DescribeAutoScalingGroups", "Action: autoscaling:DescribePolicies", "calls autoscaling:DescribeAutoScalingGroups, which its role does not grant"),
    (NUMBERS_ROLE, "secret:${Stage}/genesys/", "secret:${Stage}/salesforce/", "on secret:dev/genesys/aws-sync-creds, which its role does not name"),
    (NUMBERS_ROLE, "log-group:/cx-bridge/${Stage}/audit\n", "log-group:/cx-bridge/${Stage}/other\n", "on log-group:/cx-bridge/dev/other and never does"),
)

UNUSED_REPORT = (
    (REPORT_ROLE, "                  - dynamodb:BatchGetItem\n", "", "nightly-report calls dynamodb:BatchGetItem, which its role does not grant"),
    (REPORT_ROLE, "mail#nightly-report/*", "mail#*", "on rows mail#* and never does"),
    (REPORT_ROLE, "                      - report#nightly-report\n", "", "on rows report#nightly-report, which its role does not name"),
    (REPORT_ROLE, "                  - s3:GetObject\n", "                  - s3:GetObject\n                  - s3:DeleteObject\n", "nightly-report may s3:DeleteObject and never does"),
    (REPORT_ROLE, "${ReportArchive}/reports/*", "${ReportArchive}/other/*", "which its role does not name"),
    (REPORT_ROLE, "${ReportArchive}/look/*", "${ReportArchive}/other/*", "which its role does not name"),
    (REPORT_ROLE, "identity/*", "identity/example.org", "calls ses:SendEmail on identity/example.com, which its role does not name"),
    (REPORT_ROLE, "configuration-set/${MailConfigurationSet}", "configuration-set/other", "may ['ses:SendEmail'] on configuration-set/other and never does"),
    (REPORT_ROLE, "secret:${Stage}/mail/server", "secret:${Stage}/mail/other", "on secret:dev/mail/server, which its role does not name"),
)
