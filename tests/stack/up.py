"""`make up`: the stack of `make run`, kept running, with every address that one needs to play with it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta

from stack import state_file, webhook_keys
from stack.cloud import REGION
from stack.demo_capacity import COLUMN, GROUP, ROW, TABLE, set_the_scene
from stack.processes import PartFailed, Workshop, end_like_ctrl_c_on_sigterm
from stack.reporting import MANAGEMENT, a_contact_centre, local_now
from stack.run import tell_failure
from stack.simulator import Simulator
from stack.stack import CAPACITY_TABLE, MAILS, Running, observed_queues, start
from stack.terminal import heading, say, table


def main() -> int:
    """Starts, or says where it already runs."""
    parser = argparse.ArgumentParser(prog="make up")
    parser.add_argument("--profile", choices=("dev", "release"), default="dev")
    arguments = parser.parse_args()
    end_like_ctrl_c_on_sigterm()
    running = state_file.recall()
    if running and state_file.own_groups(running):
        heading("Already running. `make down` stops it.")
    else:
        try:
            running = start_and_keep(arguments.profile)
        except PartFailed as failed:
            return tell_failure(failed)
        except KeyboardInterrupt:
            return 130
    for line in addresses(running):
        say(line)
    return 0


def start_and_keep(profile: str) -> Running:
    """Starts all parts, fills Salesforce, and lets go only when everything stands."""
    heading("Starting the bundle on this machine")
    with Workshop() as workshop:
        running = start(workshop, profile, lambda text: say("  " + text))
        Simulator(running.simulator).seed_demo()
        set_the_scene(running)
        a_contact_centre(running, local_now(running).date() - timedelta(days=1), [MANAGEMENT])
        state_file.remember(running)
        workshop.keep()
    return running


def addresses(running: Running) -> list[str]:
    """Everything that one needs, ready to be copied."""
    name = running.outputs["ContactSyncName"]
    sign = f'curl -sS --aws-sigv4 "aws:amz:{REGION}:lambda" --user test:test'
    function = f"{running.endpoint}/2015-03-31/functions/{name}"
    report = f"{running.endpoint}/2015-03-31/functions/{running.outputs['NightlyReportName']}"
    profile = f"AWS_ENDPOINT_URL={running.endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION={REGION}"
    rows = [
        ("both vendors side by side", running.simulator + "/"),
        ("vendor requests so far", running.simulator + "/_sim/journal"),
        ("AWS (every service)", running.endpoint),
        ("webhooks", running.webhook_url + "/webhook, /webhook/call-ended, /webhooks/<source>"),
        ("table that follows a queue", CAPACITY_TABLE),
        (f"number that follows {GROUP}", f"{running.simulator}/_sim/genesys/tables/{TABLE}/rows/{ROW} ({COLUMN})"),
        ("mails as they were sent", f"{running.folder}/{MAILS}"),
        ("state table", running.outputs["StateTableName"]),
        ("clock (seconds ahead, speed)", running.clock_file),
        ("logs of the parts", running.folder),
    ]
    return [
        "",
        *table(rows),
        "",
        "  run the sync now:      " + f"{sign} -X POST {function}/invocations -d '{{}}'",
        "  show what it would do: " + f"{sign} -X POST {function}/invocations -d '{{\"dry_run\":true}}'",
        "  a webhook's body:      " + load_line(running),
        "  sign and send it:      " + f"WEBHOOK_KEY={webhook_keys.DEMO['genesys'][0]} make sign BODY=event.json URL={running.webhook_url}/webhook | sh",
        "  let the group grow:    " + grow_line(running),
        "  mail the report:       " + f"{sign} -X POST {report}/invocations -d '{{}}'   (from 02:15 on, in Chicago)",
        "  for the aws command:   " + f"export {profile}",
        "  stop everything:       make down",
    ]


def load_line(running: Running) -> str:
    """A command that writes the load of a queue, at this moment of the stack's clock, into event.json."""
    moment = f'$(date -u -d "+$(cut -d. -f1 {running.clock_file}) seconds" +%FT%TZ)'
    body = {"event": "routing.queue.stats", "timestamp": "MOMENT", "queue": {"id": observed_queues()[0]}, "metrics": {"conversationCount": 150}}
    return "echo '" + json.dumps(body, separators=(",", ":")).replace("MOMENT", f"'{moment}'") + "' > event.json"


def grow_line(running: Running) -> str:
    """A command that gives the group five instances; by way of the gap server, which sends the events."""
    body = f"Action=SetDesiredCapacity&Version=2011-01-01&AutoScalingGroupName={GROUP}&DesiredCapacity=5"
    return f'curl -sS --aws-sigv4 "aws:amz:{REGION}:autoscaling" --user test:test {running.gap}/ -d \'{body}\''


if __name__ == "__main__":
    sys.exit(main())
