"""Starts the whole bundle on this machine: simulator, emulator, and the stack of infra/template.yaml inside it.

The order is that of a real installation: credentials and configuration first, then code, then CloudFormation. The stage
is dev, because only there functions accept a moved clock and the simulator's address.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from stack import configuration, package, vendors
from stack.clock_file import TICK_SECONDS, Clock, write_clock
from stack.cloud import REGION, Cloud, create_stack
from stack.processes import Part, PartFailed, Workshop, free_port
from stack.template import ROOT, TEMPLATE, functions, parse, with_code_at

STAGE = "dev"
STACK_NAME = "cx-bridge-dev"
CODE_BUCKET = "cx-bridge-code"
# So far into a half hour the moved clock starts: the next tick by itself is 29 minutes away.
MINUTE_OF_START = 60
SIMULATOR_SECONDS = 15
EMULATOR_SECONDS = 60  # a first start compiles Python


@dataclass(frozen=True)
class Running:
    """Where everything is."""

    folder: str
    groups: list[int]
    clock_file: str
    simulator: str
    endpoint: str
    outputs: dict[str, str]

    @property
    def cloud(self) -> Cloud:
        """The emulator's clients."""
        return Cloud(self.endpoint)

    def as_json(self) -> dict[str, object]:
        """For the file by which `make down` finds it again."""
        return asdict(self)


def start(workshop: Workshop, profile: str, say: Callable[[str], None]) -> Running:
    """Starts all parts and deploys; anything that fails is a `PartFailed` that names the part."""
    clock_file = workshop.folder / "clock"
    tick = (int(time.time()) // TICK_SECONDS + 1) * TICK_SECONDS
    write_clock(clock_file, Clock(tick + MINUTE_OF_START - time.time(), 1.0))

    simulator = start_simulator(workshop, clock_file)
    say(f"simulator   {simulator}")
    emulator, endpoint = start_emulator(workshop, clock_file, simulator)
    say(f"emulator    {endpoint}")
    cloud = Cloud(endpoint)
    try:
        prepare(cloud)
        deploy(cloud, profile)
        outputs = cloud.outputs(STACK_NAME)
    except PartFailed:
        raise
    except Exception as error:
        raise PartFailed("deployment", str(error), emulator.log) from error
    say(f"deployed    {STACK_NAME}: {outputs['ContactSyncName']}")
    groups = [part.process.pid for part in workshop.parts]
    return Running(str(workshop.folder), groups, str(clock_file), simulator, endpoint, outputs)


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


def start_emulator(workshop: Workshop, clock_file: Path, simulator: str) -> tuple[Part, str]:
    """The AWS emulator by our launcher."""
    port = free_port()
    command = [sys.executable, "-m", "stack.launcher"]
    part = workshop.start("emulator", command, emulator_environment(port, clock_file, simulator))
    endpoint = f"http://127.0.0.1:{port}"
    part.wait_until(Cloud(endpoint).is_ready, EMULATOR_SECONDS, "its first answer")
    return part, endpoint


def prepare(cloud: Cloud) -> None:
    """What a user does before the first deployment: credentials and configuration."""
    secrets = cloud.client("secretsmanager")
    for vendor, credentials in vendors.DEMO.items():
        vendors.put_secret(secrets, vendors.secret_name(STAGE, vendor), vendors.secret_text(credentials))
    settings = configuration.load_toml(configuration.CONFIG / "local.toml")
    parameters = cloud.client("ssm")
    for function in functions(parse(TEMPLATE.read_text(encoding="utf-8"))):
        parameters.put_parameter(
            Name=configuration.parameter_name(STAGE, function.name),
            Value=configuration.parameter_text(settings, function.name),
            Type="String",
            Overwrite=True,
        )


def deploy(cloud: Cloud, profile: str) -> None:
    """Packages the functions, uploads them and creates the stack from the template."""
    original = TEMPLATE.read_text(encoding="utf-8")
    storage = cloud.client("s3")
    storage.create_bucket(Bucket=CODE_BUCKET)
    places: dict[str, str] = {}
    for function in functions(parse(original)):
        name, content = package.zipped(package.stage(function, profile))
        storage.put_object(Bucket=CODE_BUCKET, Key=f"{function.name}/{name}", Body=content)
        places[function.name] = f"s3://{CODE_BUCKET}/{function.name}/{name}"
    copy = with_code_at(original, places.__getitem__)
    (package.STAGED / "template.yaml").write_text(copy, encoding="utf-8")
    create_stack(cloud, STACK_NAME, copy, {"Stage": STAGE})
