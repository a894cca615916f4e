"""What the emulator never judges: whether AWS services may and will call each other as the template means it.

A stack that is green on the emulator can be dead in AWS. So these rules read the template, after the SAM translation,
and say in sentences what is wrong. `test_wiring.py` holds them against infra/template.yaml, and shows each of them
failing on a copy in which the line that it guards is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stack.wiring import alerts, archive, delivery, mail, names, queues, roles, state, web
from stack.wiring.reading import Template

Rule = Callable[[Template], Iterator[str]]

RULES: tuple[Rule, ...] = (
    roles.each_role_trusts_exactly_the_service_that_assumes_it,
    roles.each_schedule_may_start_its_one_function,
    roles.state_is_reached_by_leading_keys_only,
    roles.other_tables_are_reached_by_name_only,
    roles.nothing_is_granted_on_everything,
    roles.secrets_are_granted_by_name,
    roles.a_function_may_use_what_its_environment_names,
    roles.who_changes_a_vendor_is_audited,
    roles.who_may_read_the_audit_stream,
    state.the_state_table_is_safe,
    state.the_digest_secret_is_generated_once_and_kept,
    state.vendor_secrets_are_not_in_the_stack,
    archive.buckets_are_safe,
    archive.objects_are_reached_by_their_place,
    delivery.schedules_say_when_and_what,
    delivery.conditions_are_what_they_are_called,
    delivery.an_invocation_is_not_retried_beside_the_next_tick,
    delivery.queues_are_encrypted_and_tls_only,
    delivery.who_writes_to_a_queue_is_allowed_to,
    queues.queues_give_up_on_poison,
    queues.fifo_queues_order_by_entity,
    queues.consumers_get_batches_that_can_fail_in_part,
    queues.who_feeds_itself_may_go_on,
    queues.rules_reach_their_queues,
    queues.only_services_that_write_are_let_in,
    queues.partner_buses_are_the_partners,
    queues.changed_contacts_are_named_and_not_shown,
    queues.the_scaling_rule_takes_what_auto_scaling_sends,
    mail.mail_goes_out_as_the_parameter_says,
    mail.mail_is_told_about,
    mail.topics_reach_their_queues,
    web.routes_lead_to_the_function,
    web.the_stage_is_throttled_and_logged,
    web.failing_webhooks_are_announced,
    alerts.each_function_has_an_errors_alarm,
    alerts.a_run_that_fails_much_or_takes_long_is_announced,
    alerts.dead_letters_are_announced,
    alerts.the_topic_can_be_published_to,
    alerts.logs_are_kept_as_long_as_promised,
    names.one_name_from_folder_to_template,
    names.the_environment_is_the_contract,
)


def problems(template: Template) -> list[str]:
    """Everything that any rule has to say."""
    return [sentence for rule in RULES for sentence in rule(template)]
