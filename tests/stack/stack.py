"""Starts the whole bundle on this machine: simulator, emulator, gap server, and the stack of infra/template.yaml inside.

The order is that of a real installation: credentials and configuration first, then code, then CloudFormation. The stage
is dev, because only there functions accept a moved clock and the simulator's address.
"""

from __future__ import annotations

import re
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from stack import configuration, package, vendors, webhook_keys
from stack.clock_file import TICK_SECONDS, Clock, write_clock
from stack.cloud import REGION, Cloud, create_stack, get_json
from stack.processes import Part, PartFailed, Workshop, free_port
from stack.template import ROOT, TEMPLATE, functions, parse, with_code_at

STAGE = "dev"
STACK_NAME = "cx-bridge-dev"
CODE_BUCKET = "cx-bridge-code"
# So far into a half hour the moved clock starts: the next tick by itself is 29 minutes away.
MINUTE_OF_START = 60
SIMULATOR_SECONDS = 15
EMULATOR_SECONDS = 60  # a first start compiles Python
GAP_SECONDS = 30
MAILS = "mails"  # the folder with every mail as it was sent
# What a company has before cx-bridge: a table whose capacity follows queues, a sender of mails, and the partner event sources
# that Genesys and Salesforce made.
CAPACITY_TABLE = "my-contact-data"
MAIL_FROM = "reports@example.com"
SALESFORCE_EVENT_SOURCE = "aws.partner/salesforce.com/00D000000000001AAA/0YL000000000001AAA"
PARTNER_EVENT_SOURCE = "aws.partner/genesys.com/cloud/11111111-2222-4333-8444-555555555555/demo"


@dataclass(frozen=True)
class Running:
    """Where everything is."""

    folder: str
    groups: list[int]
    clock_file: str
    simulator: str
    endpoint: str
    gap: str
    outputs: dict[str, str]

    @property
    def cloud(self) -> Cloud:
        """The emulator's clients."""
        return Cloud(self.endpoint)

    @property
    def tables(self) -> Cloud:
        """The same by way of the gap server, which knows how tables change."""
        return Cloud(self.gap)

    @property
    def webhook_url(self) -> str:
        """Where webhooks are posted to, without a slash at the end. The address that AWS would give needs its DNS.

        The stage is called $default; written so, neither make nor a shell takes it for a variable.
        """
        return f"{self.endpoint}/_aws/execute-api/{self.outputs['WebhookApiId']}/%24default"

    def as_json(self) -> dict[str, object]:
        """For the file by which `make down` finds it again."""
        return asdict(self)


def start(workshop: Workshop, profile: str, say: Callable[[str], None], recorded: bool = False, weekly: bool = False) -> Running:
    """Starts all parts and deploys; anything that fails is a `PartFailed` that names the part.

    With `recorded`, every call of the functions goes through the gap server, which remembers it. With `weekly`, contact-sync
    compares both sides on Sundays, and the clock begins on a Monday; without it no demonstration differs on that day.
    """
    clock_file = workshop.folder / "clock"
    begin = next_monday() if weekly else time.time()
    tick = (int(begin) // TICK_SECONDS + 1) * TICK_SECONDS
    write_clock(clock_file, Clock(tick + MINUTE_OF_START - time.time(), 1.0))

    simulator = start_simulator(workshop, clock_file)
    say(f"simulator   {simulator}")
    gap_port = free_port()
    reach = gap_environment(gap_port, recorded)
    emulator, endpoint = start_emulator(workshop, clock_file, simulator, reach)
    say(f"emulator    {endpoint}")
    gap = start_gap(workshop, gap_port, endpoint, clock_file)
    say(f"gap server  {gap}")
    cloud = Cloud(endpoint)
    try:
        prepare(cloud)
        deploy(cloud, profile, weekly)
        outputs = cloud.outputs(STACK_NAME)
    except PartFailed:
        raise
    except Exception as error:
        raise PartFailed("deployment", str(error), emulator.log) from error
    say(f"deployed    {STACK_NAME}: {outputs['ContactSyncName']}")
    groups = [part.process.pid for part in workshop.parts]
    return Running(str(workshop.folder), groups, str(clock_file), simulator, endpoint, gap, outputs)


def next_monday() -> float:
    """The same time of day on the next Monday, in seconds since 1970."""
    now = datetime.now(timezone.utc)
    return (now + timedelta(days=7 - now.weekday())).timestamp()


def start_simulator(workshop: Workshop, clock_file: Path) -> str:
    """Genesys and Salesforce on one port of this machine; the answer is its address."""
    program = ROOT / "target" / "debug" / "simulator"
    if not program.is_file():
        raise PartFailed("simulator", "target/debug/simulator is not there; run `cargo build --bin simulator` first", lines=[])
    command = [str(program), "--listen", "127.0.0.1:0", "--clock-file", str(clock_file)]
    part = workshop.start("simulator", command, {})
    announced = re.compile(r"simulator listening on (http://\S+)")

    def address() -> str | None:
        found = announced.search(part.log.read_text(encoding="utf-8", errors="replace"))
        return found.group(1).rstrip("/") if found else None

    return str(part.wait_until(address, SIMULATOR_SECONDS, "its address"))


def emulator_environment(port: int, clock_file: Path, simulator: str) -> dict[str, str]:
    """The server's settings. Functions see all of it too, which is how they learn of the clock and the simulator."""
    endpoint = f"http://127.0.0.1:{port}"
    return {
        "PYTHONPATH": str(ROOT / "tests"),
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "CLOCK_FILE": str(clock_file),
        "GENESYS_API_URL": simulator,
        "GENESYS_LOGIN_URL": simulator,
        "SALESFORCE_API_URL": simulator,
    }


def gap_environment(port: int, recorded: bool) -> dict[str, str]:
    """How functions come to the gap server: by the service, or with everything."""
    services = ["DYNAMODB", "APPLICATION_AUTO_SCALING", "AUTO_SCALING", "SESV2"]
    names = [f"AWS_ENDPOINT_URL_{service}" for service in services] + (["AWS_ENDPOINT_URL"] if recorded else [])
    return {name: f"http://127.0.0.1:{port}" for name in names}


def start_gap(workshop: Workshop, port: int, endpoint: str, clock_file: Path) -> str:
    """The gap server in front of the emulator; the answer is its address."""
    command = [sys.executable, "-m", "stack.gap", "--port", str(port), "--emulator", endpoint, "--clock-file", str(clock_file)]
    command += ["--mails", str(workshop.folder / MAILS)]
    part = workshop.start("gap", command, {"PYTHONPATH": str(ROOT / "tests"), "PYTHONUNBUFFERED": "1"})
    address = f"http://127.0.0.1:{port}"
    part.wait_until(lambda: get_json(f"{address}/_gap/health"), GAP_SECONDS, "its first answer")
    return address


def start_emulator(workshop: Workshop, clock_file: Path, simulator: str, reach: dict[str, str] | None = None) -> tuple[Part, str]:
    """The AWS emulator by our launcher; `reach` tells functions of other addresses than its own."""
    port = free_port()
    command = [sys.executable, "-m", "stack.launcher"]
    part = workshop.start("emulator", command, emulator_environment(port, clock_file, simulator) | (reach or {}))
    endpoint = f"http://127.0.0.1:{port}"
    part.wait_until(Cloud(endpoint).is_ready, EMULATOR_SECONDS, "its first answer")
    return part, endpoint


def prepare(cloud: Cloud) -> None:
    """What a user does before the first deployment: credentials and configuration."""
    secrets = cloud.client("secretsmanager")
    for vendor, credentials in vendors.DEMO.items():
        vendors.put_secret(secrets, vendors.secret_name(STAGE, vendor), vendors.secret_text(credentials))
    keys = vendors.secret_text(webhook_keys.DEMO)
    vendors.put_secret(secrets, webhook_keys.secret_name(STAGE), keys)
    create_table(cloud)
    settings = configuration.load_toml(configuration.CONFIG / "local.toml")
    parameters = cloud.client("ssm")
    for function in functions(parse(TEMPLATE.read_text(encoding="utf-8"))):
        parameters.put_parameter(
            Name=configuration.parameter_name(STAGE, function.name),
            Value=configuration.parameter_text(settings, function.name),
            Type="String",
            Overwrite=True,
        )


def create_table(cloud: Cloud) -> None:
    """The table whose capacity follows queues."""
    cloud.client("dynamodb").create_table(
        TableName=CAPACITY_TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )


def reconfigure(running: Running, function: str, settings: dict[str, Any]) -> None:
    """What `make deploy` does when only the configuration changed: stores it and replaces the warm environments."""
    text = configuration.parameter_text({function: settings}, function)
    running.cloud.client("ssm").put_parameter(Name=configuration.parameter_name(STAGE, function), Value=text, Type="String", Overwrite=True)
    functions, name = running.cloud.client("lambda"), f"{STACK_NAME}-{function}"
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    changed = variables | {"CONFIG_VERSION": uuid.uuid4().hex[:12]}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": changed})


def observed_queues() -> list[str]:
    """The queues that table-capacity follows in the stage `local`."""
    tables = configuration.load_toml(configuration.CONFIG / "local.toml").get("table-capacity", {}).get("tables", [])
    return [queue for row in tables for queue in row["queues"]]


def deploy(cloud: Cloud, profile: str, weekly: bool) -> None:
    """Packages the functions, uploads them and creates the stack from the template."""
    original = TEMPLATE.read_text(encoding="utf-8")
    storage = cloud.client("s3")
    storage.create_bucket(Bucket=CODE_BUCKET)
    places: dict[str, str] = {}
    for function in functions(parse(original)):
        name, content = package.deployable(function, profile)
        storage.put_object(Bucket=CODE_BUCKET, Key=f"{function.name}/{name}", Body=content)
        places[function.name] = f"s3://{CODE_BUCKET}/{function.name}/{name}"
    copy = with_code_at(original, places.__getitem__)
    (package.STAGED / "template.yaml").write_text(copy, encoding="utf-8")
    parameters = {
        "Stage": STAGE,
        "CapacityTables": CAPACITY_TABLE,
        "PartnerEventSource": PARTNER_EVENT_SOURCE,
        "ObservedQueueIds": ",".join(observed_queues()),
        "SalesforceEventSource": SALESFORCE_EVENT_SOURCE,
        "FullReconcileState": "ENABLED" if weekly else "DISABLED",
        "MailFrom": MAIL_FROM,
    }
    create_stack(cloud, STACK_NAME, copy, parameters)
