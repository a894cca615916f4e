"""The template is wired as it is meant, and each rule is known to be able to fail."""

from __future__ import annotations

import functools
import unittest

from stack.wiring import RULES, Rule, problems
from stack.wiring.damage import DAMAGE_EVENTS, ORIGINAL, damaged
from stack.wiring.damage_sync import DAMAGE_SYNC
from stack.wiring.reading import Template

ROLE = "  ContactSyncRole:"
REPORT_FAILURE = "              - Sid: ReportFailure # Lambda sends to the OnFailure destination in the function's name"
DELETE = "                Action: dynamodb:DeleteItem"
SCHEDULE = "  ContactSyncSchedule:"
SCHEDULE_ROLE = "  ContactSyncScheduleRole:"
ALARM = "  ContactSyncErrorsAlarm:"
TABLE = "  StateTable:"
SECRET = "  DigestSecret:"
AUDIT = "  AuditLogGroup:"
QUEUE = "  FailuresQueue:"
QUEUE_POLICY = "  FailuresQueuePolicy:"
KEY = "  AlertsKey:"
TOPIC = "  AlertsTopic:"
TOPIC_POLICY = "  AlertsTopicPolicy:"
SUBSCRIPTION = "  AlertsSubscription:"
FUNCTION = "  ContactSync:"
LOGS = "  ContactSyncLogGroup:"

# (in which resource, what stands there, what stands there instead, what is then said). Most replacements are nothing:
# the line is removed.
DAMAGE = (
    (ROLE, "{Service: lambda.amazonaws.com}", "{Service: [lambda.amazonaws.com, ec2.amazonaws.com]}", "must trust lambda.amazonaws.com and nobody else"),
    (ROLE, "sts:AssumeRole", "sts:TagSession", "must allow sts:AssumeRole"),
    (SCHEDULE_ROLE, "{Service: scheduler.amazonaws.com}", "{Service: events.amazonaws.com}", "must trust scheduler.amazonaws.com"),
    (SCHEDULE_ROLE, "aws:SourceAccount", "aws:SourceOrgID", "this account's schedules only"),
    (FUNCTION, "ContactSyncRole.Arn", "ContactSyncScheduleRole.Arn", "ContactSyncRole is used by nobody"),
    (FUNCTION, "ContactSyncRole.Arn", "ContactSyncScheduleRole.Arn", "is used by more than one resource"),
    (SCHEDULE, "ContactSyncScheduleRole.Arn", "Elsewhere.Arn", "has no role of the template"),
    (SCHEDULE_ROLE, "                Resource: !GetAtt ContactSync.Arn\n", "                Resource: '*'\n", "ContactSyncSchedule: its role may"),
    (SCHEDULE_ROLE, "Action: sqs:SendMessage", "Action: sqs:ReceiveMessage", "ContactSyncSchedule: its role may"),
    (ROLE, "                  - dynamodb:Query\n", "                  - dynamodb:Query\n                  - dynamodb:Scan\n", "may ['dynamodb:Scan'] on the state table"),
    (ROLE, "Resource: !GetAtt StateTable.Arn", "Resource: '*'", "reaches more than the state table"),
    (ROLE, "ForAllValues:StringLike", "ForAnyValue:StringLike", "'dynamodb:UpdateItem'] without dynamodb:LeadingKeys"),
    (DELETE, "ForAllValues:StringLike", "ForAnyValue:StringLike", "may ['dynamodb:DeleteItem'] without dynamodb:LeadingKeys"),
    *((DELETE, f"                      - {key}\n", "                      - lock#contact-sync\n", "may ['dynamodb:DeleteItem'] on other partitions") for key in ("peer#*", "quarantine#contact-sync", "review#contact-sync")),
    *((ROLE, f"                      - {key}\n", "", "other partitions than its own") for key in ("token#*", "lock#contact-sync", "mark#contact-sync", "link#*", "peer#*", "org#*", "run#contact-sync", "quarantine#contact-sync", "review#contact-sync")),
    (ROLE, "sns:Publish", "sns:*", "grants actions by wildcard"),
    (ROLE, "Resource: !Ref AlertsTopic", "Resource: '*'", "grants ['sns:Publish'] on everything"),
    (ROLE, "      Policies:\n", "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess']\n      Policies:\n", "has a managed policy"),
    (ROLE, "Action: secretsmanager:GetSecretValue", "Action: [secretsmanager:GetSecretValue, secretsmanager:PutSecretValue]", "may more than read secrets"),
    (ROLE, "secret:${Stage}/genesys/aws-sync-creds-??????", "secret:${Stage}/*", "reads secrets that are not named"),
    *((ROLE, f"                  - {action}\n", "", f"may not {action}") for action in ("dynamodb:UpdateItem", "logs:CreateLogStream", "logs:PutLogEvents", "kms:Decrypt", "kms:GenerateDataKey")),
    (ROLE, "ssm:GetParameter", "ssm:GetParameters", "may not ssm:GetParameter on :parameter/cx-bridge"),
    (ROLE, "secret:${Stage}/salesforce/", "secret:${Stage}/sales/", "may not secretsmanager:GetSecretValue on :secret:${Stage}/salesforce"),
    (ROLE, "Resource: !GetAtt DigestSecret.Id", "Resource: !GetAtt StateTable.Arn", "may not secretsmanager:GetSecretValue on DigestSecret"),
    (ROLE, "sns:Publish", "sns:Subscribe", "may not sns:Publish on AlertsTopic"),
    (REPORT_FAILURE, "sqs:SendMessage", "sqs:ReceiveMessage", "contact-sync may not sqs:SendMessage on FailuresQueue"),
    (TABLE, "    DeletionPolicy: Retain\n", "", "StateTable must be kept"),
    (TABLE, "    UpdateReplacePolicy: Retain\n", "", "StateTable must be kept"),
    (TABLE, "BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED", "billed on demand"),
    (TABLE, "        Enabled: true\n", "", "expire rows"),
    (TABLE, "        PointInTimeRecoveryEnabled: true\n", "        PointInTimeRecoveryEnabled: false\n", "point-in-time recovery"),
    (TABLE, "        SSEEnabled: true\n", "        SSEEnabled: false\n", "must be encrypted"),
    (TABLE, "      DeletionProtectionEnabled: true\n", "", "deletion protection"),
    (TABLE, "        - {AttributeName: sk, KeyType: RANGE}\n", "", "keys pk and sk"),
    (SECRET, "    DeletionPolicy: Retain\n", "", "DigestSecret must be kept"),
    (SECRET, "        PasswordLength: 64\n", "", "64 characters"),
    (SECRET, "      Description:", "      Name: digest\n      Description:", "no name"),
    (SECRET, "  DigestSecret:", "  Rotation: {Type: 'AWS::SecretsManager::RotationSchedule'}\n  DigestSecret:", "must not be rotated"),
    (SECRET, "  DigestSecret:", "  GenesysSecret: {Type: 'AWS::SecretsManager::Secret'}\n  DigestSecret:", "vendor secrets are made by"),
    (SCHEDULE, "cron(0/30 * * * ? *)", "rate(1 day)", "must run at"),
    (SCHEDULE, "      ScheduleExpressionTimezone: !Ref ScheduleTimeZone\n", "", "must name its time zone"),
    (SCHEDULE, "      FlexibleTimeWindow: {Mode: 'OFF'}\n", "", "no flexible window"),
    (SCHEDULE, "      State: !Ref ScheduleState\n", "", "switched by {'Ref': 'ScheduleState'}"),
    (SCHEDULE, "        Input: '{}'\n", "", "must send {}"),
    (SCHEDULE, "          MaximumRetryAttempts: 3\n", "", "retry the hand-over"),
    (SCHEDULE, "          MaximumEventAgeInSeconds: 300\n", "", "give up before the next tick"),
    (SCHEDULE, "          Arn: !GetAtt FailuresQueue.Arn\n", "          Arn: none\n", "must have a dead-letter queue"),
    (FUNCTION, "        MaximumRetryAttempts: 0\n", "", "must not be retried"),
    (FUNCTION, "        MaximumEventAgeInSeconds: 300\n", "", "must not wait until the next tick"),
    (FUNCTION, "            Destination: !GetAtt FailuresQueue.Arn\n", "            Destination: none\n", "must have an OnFailure queue"),
    (QUEUE, "SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs", "encrypted by SQS"),
    (QUEUE, "      MessageRetentionPeriod: 1209600", "      DelaySeconds: 0", "14 days"),
    (QUEUE_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "FailuresQueue must refuse everything without TLS"),
    (QUEUE_POLICY, "{Service: sns.amazonaws.com}", "{Service: s3.amazonaws.com}", "must allow sns.amazonaws.com to send"),
    (QUEUE_POLICY, "ArnEquals: {'aws:SourceArn': !Ref AlertsTopic}", "ArnEquals: {'aws:SourceArn': '*'}", "by aws:SourceArn"),
    (SUBSCRIPTION, "        deadLetterTargetArn: !GetAtt FailuresQueue.Arn\n", "        deadLetterTargetArn: none\n", "where undelivered alerts go"),
    (ALARM, "MetricName: Errors", "MetricName: Throttles", "no alarm on its Errors"),
    (ALARM, "          Value: !Ref ContactSync\n", "          Value: other\n", "no alarm on its Errors"),
    *((ALARM, line, "", f"alarm's {line.split(':')[0].strip()} must be") for line in ("      Namespace: AWS/Lambda\n", "      Statistic: Sum\n", "      Period: 300\n", "      EvaluationPeriods: 1\n", "      Threshold: 1\n", "      ComparisonOperator: GreaterThanOrEqualToThreshold\n", "      TreatMissingData: notBreaching\n", "      AlarmActions: [!Ref AlertsTopic]\n")),
    (TOPIC_POLICY, "Bool: {'aws:SecureTransport': 'false'}", "Bool: {'aws:ViaAWSService': 'false'}", "AlertsTopic must refuse everything without TLS"),
    (TOPIC_POLICY, "{Service: cloudwatch.amazonaws.com}", "{Service: events.amazonaws.com}", "must allow alarms to publish"),
    (TOPIC_POLICY, "aws:SourceAccount: !Ref AWS::AccountId", "aws:SourceAccount: '*'", "this account's alarms only"),
    (TOPIC_POLICY, "alarm:${AWS::StackName}-*", "alarm:*", "this stack's alarms only"),
    (TOPIC, "KmsMasterKeyId: !GetAtt AlertsKey.Arn", "KmsMasterKeyId: alias/aws/sns", "alarms cannot use alias/aws/sns"),
    (KEY, "              - kms:Decrypt\n", "", "must allow this account's alarms kms:Decrypt"),
    (KEY, "              - kms:GenerateDataKey*\n", "", "must allow this account's alarms kms:GenerateDataKey*"),
    (KEY, "aws:SourceAccount", "aws:SourceOrgID", "must allow this account's alarms kms:Decrypt"),
    (KEY, "      EnableKeyRotation: true\n", "", "must be rotated"),
    (LOGS, "      RetentionInDays: 30\n", "", "must be kept for 30 days"),
    (LOGS, "/aws/lambda/${ContactSync}", "/elsewhere/${ContactSync}", "must be kept for 30 days"),
    (FUNCTION, "        LogFormat: JSON\n", "", "must log JSON"),
    (SCHEDULE, "    DependsOn: ContactSyncLogGroup", "    #", "must wait for contact-sync's log group"),
    (AUDIT, "      RetentionInDays: 731\n", "", "kept for 731 days"),
    (AUDIT, "    DeletionPolicy: Retain\n", "", "audit log must be kept"),
    (FUNCTION, "Binary: contact-sync", "Binary: contacts", "in functions/ or in the template"),
    (FUNCTION, "Binary: contact-sync", "Binary: contacts", "in infra/config/default.toml or in the template"),
    (FUNCTION, "Binary: contact-sync", "Binary: contacts", "must be called like its binary"),
    (FUNCTION, "Binary: contact-sync", "Binary: contacts", "must hold a sample"),
    (FUNCTION, "${AWS::StackName}-contact-sync", "${AWS::StackName}-contacts", "must be deployed as"),
    *((FUNCTION, f"          {variable}: ", f"          {variable}_: ", f"{variable} must be") for variable in ("STAGE", "CONFIG", "STATE_TABLE", "GENESYS_SECRET_ID", "SALESFORCE_SECRET_ID", "DIGEST_SECRET_ID", "ALERTS_TOPIC_ARN", "AUDIT_LOG_GROUP", "RUST_LOG", "CONFIG_VERSION")),
    (FUNCTION, "      Timeout: 900", "      Timeout: 30", "time-out of 900 s"),
    ("Globals:", "    Tracing: Active\n", "", "must be traced"),
    ("Globals:", "    Architectures: [!Ref Architecture]\n", "", "processor of the parameter"),
    *DAMAGE_EVENTS,
    *DAMAGE_SYNC,
)


@functools.lru_cache(maxsize=None)
def said_about(place: str, what: str, instead: str) -> dict[Rule, list[str]]:
    """What each rule says about a damage. The templates themselves are let go: together they are hundreds of megabytes."""
    template = damaged(place, what, instead)
    return {rule: list(rule(template)) for rule in RULES}


class Wiring(unittest.TestCase):
    """The rules of stack.wiring on infra/template.yaml."""

    def test_the_template_is_wired_as_it_is_meant(self) -> None:
        self.assertEqual(problems(Template(ORIGINAL)), [])

    def test_each_assertion_fails_when_the_line_it_guards_is_gone(self) -> None:
        for place, what, instead, said in DAMAGE:
            with self.subTest(place=place.strip(), line=what.strip()):
                found = [sentence for sentences in said_about(place, what, instead).values() for sentence in sentences]
                self.assertTrue(any(said in sentence for sentence in found), f"expected `{said}`, got {found}")

    def test_no_rule_is_without_a_damage_that_it_finds(self) -> None:
        silent = set(RULES)
        for place, what, instead, _ in DAMAGE:
            silent -= {rule for rule, sentences in said_about(place, what, instead).items() if any(sentences)}
        self.assertEqual(silent, set())


if __name__ == "__main__":
    unittest.main()
