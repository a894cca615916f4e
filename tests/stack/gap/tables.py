"""The DynamoDB control plane: changing a table's throughput takes a while, and decreases run out.

A change is judged here, made by the emulator (which also judges the caller's role), and shown here: while the table is
UPDATING it has its old numbers. Days and hours go by the stack's clock; the while goes by the machine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stack.clock_file import read_clock
from stack.cloud import client_of
from stack.gap.messages import Answer, Refused, Request

DAY_SECONDS = 86400
FREE_DECREASES = 4  # a day, whenever
PAUSE_SECONDS = 3600  # without a decrease, after which one more is allowed
UNITS_MAX = 40000  # of a table or index, unless AWS was asked for more
TABLE = ""  # the table itself, among its indexes by name


@dataclass
class Units:
    """Read and write units."""

    read: int
    write: int

    @classmethod
    def of(cls, throughput: dict[str, Any]) -> Units:
        """As the API has them."""
        return cls(int(throughput.get("ReadCapacityUnits", 0)), int(throughput.get("WriteCapacityUnits", 0)))

    def as_json(self) -> dict[str, int]:
        """As the API has them."""
        return {"ReadCapacityUnits": self.read, "WriteCapacityUnits": self.write}


@dataclass
class History:
    """What happened to a table or an index, by the stack's clock."""

    decreases: list[float] = field(default_factory=list)
    last_increase: float | None = None

    def today(self, now: float) -> int:
        """Decreases since midnight UTC."""
        return sum(1 for moment in self.decreases if moment // DAY_SECONDS == now // DAY_SECONDS)

    def may_decrease(self, now: float) -> bool:
        """Four whenever, then one after each hour without: 27 a day at most."""
        waited = not self.decreases or now - self.decreases[-1] >= PAUSE_SECONDS
        return self.today(now) < FREE_DECREASES or waited


@dataclass
class Table:
    """What the emulator does not know of a table."""

    histories: dict[str, History] = field(default_factory=dict)
    updating_until: float = 0.0
    before: dict[str, Units] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)

    def history(self, resource: str) -> History:
        """That of the table or of an index."""
        return self.histories.setdefault(resource, History())


class Tables:
    """Every table, by name."""

    def __init__(self, emulator: str, clock_file: str | None, updating_seconds: float, forward: Callable[[Request], Answer]) -> None:
        self.database = client_of(emulator, "dynamodb")
        self.clock_file = clock_file
        self.updating_seconds = updating_seconds
        self.forward = forward
        self.known: dict[str, Table] = {}

    def now(self) -> float:
        """The stack's time."""
        return time.time() + read_clock(self.clock_file).seconds_ahead

    def table(self, name: str) -> Table:
        """By name or ARN."""
        return self.known.setdefault(name.rpartition("/")[2], Table())

    def answer(self, request: Request) -> Answer:
        """DescribeTable and UpdateTable."""
        name = request.json.get("TableName", "")
        wanted = wanted_units(request.json) if request.action == "UpdateTable" else {}
        current = self.current(name) if wanted else None
        if not wanted or current is None:  # nothing of ours, or no such provisioned table: the emulator says so
            return self.shown(name, self.forward(request))
        self.judge(name, current, wanted)
        answer = self.forward(request)
        if answer.status == 200:
            self.remember(name, current, wanted)
        return self.shown(name, answer)

    def raise_to(self, name: str, least: dict[str, Units]) -> None:
        """What Application Auto Scaling does when a floor is above what there is; it waits while the table is UPDATING."""
        current = self.current(name)
        if current is None or self.is_updating(name):
            return
        wanted = {
            resource: Units(max(has.read, least[resource].read), max(has.write, least[resource].write))
            for resource, has in current.items()
            if resource in least
        }
        wanted = {resource: units for resource, units in wanted.items() if units != current[resource]}
        if not wanted:
            return
        parameters: dict[str, Any] = {"TableName": name}
        if TABLE in wanted:
            parameters["ProvisionedThroughput"] = wanted[TABLE].as_json()
        indexes = [
            {"Update": {"IndexName": index, "ProvisionedThroughput": units.as_json()}} for index, units in wanted.items() if index
        ]
        if indexes:
            parameters["GlobalSecondaryIndexUpdates"] = indexes
        self.database.update_table(**parameters)
        self.remember(name, current, wanted)

    def current(self, name: str) -> dict[str, Units] | None:
        """The emulator's numbers; None for a table that is not there or on demand."""
        try:
            described = self.database.describe_table(TableName=name)["Table"]
        except self.database.exceptions.ResourceNotFoundException:
            return None
        if described.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
            return None
        indexes = {index["IndexName"]: Units.of(index["ProvisionedThroughput"]) for index in described.get("GlobalSecondaryIndexes", [])}
        return {TABLE: Units.of(described["ProvisionedThroughput"]), **indexes}

    def is_updating(self, name: str) -> bool:
        """Whether a change is still under way."""
        return time.monotonic() < self.table(name).updating_until

    def judge(self, name: str, current: dict[str, Units], wanted: dict[str, Units]) -> None:
        """Refuses what AWS refuses; a request is refused as a whole."""
        if self.is_updating(name):
            raise Refused("ResourceInUseException", f"Attempt to change a resource which is still in use: Table is being updated: {name}")
        for resource, units in wanted.items():
            has = current.get(resource)
            what = f"index {resource}" if resource else "table"
            if has is None:
                continue  # the emulator knows no such index either
            if units == has:
                raise Refused("ValidationException", f"The provisioned throughput for the {what} will not change. The requested value equals the current value.")
            if max(units.read, units.write) > UNITS_MAX:
                raise Refused("LimitExceededException", f"The {what} would have more than {UNITS_MAX} units")
            lowers = units.read < has.read or units.write < has.write
            history = self.table(name).history(resource)
            if lowers and not history.may_decrease(self.now()):
                raise Refused(
                    "LimitExceededException",
                    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the "
                    f"first {FREE_DECREASES} decreases, each subsequent decrease in the same UTC day can be performed at most once "
                    f"every {PAUSE_SECONDS} seconds. Number of decreases today: {history.today(self.now())}.",
                )

    def remember(self, name: str, before: dict[str, Units], wanted: dict[str, Units]) -> None:
        """A change that was made."""
        table = self.table(name)
        for resource, units in wanted.items():
            history = table.history(resource)
            if units.read < before[resource].read or units.write < before[resource].write:
                history.decreases.append(self.now())
            if units.read > before[resource].read or units.write > before[resource].write:
                history.last_increase = self.now()
        table.before = {resource: before[resource] for resource in wanted}
        table.updating_until = time.monotonic() + self.updating_seconds
        table.updates.append({"at": self.now(), **{resource or "table": units.as_json() for resource, units in wanted.items()}})

    def shown(self, name: str, answer: Answer) -> Answer:
        """The emulator's description with what it lacks."""
        content = answer.json if answer.status == 200 else {}
        described = content.get("Table") or content.get("TableDescription")
        if described is None:
            return answer
        table, updating = self.table(name), self.is_updating(name)
        parts = {TABLE: described, **{index["IndexName"]: index for index in described.get("GlobalSecondaryIndexes", [])}}
        for resource, part in parts.items():
            changing = updating and resource in table.before
            throughput = part.setdefault("ProvisionedThroughput", {})
            if changing:
                throughput.update(table.before[resource].as_json())
            throughput.update(self.counted(table.history(resource)))
            if resource and changing:
                part["IndexStatus"] = "UPDATING"
        if updating:
            described["TableStatus"] = "UPDATING"
        return answer.with_json(content)

    def counted(self, history: History) -> dict[str, Any]:
        """What DescribeTable says about past changes."""
        shown: dict[str, Any] = {"NumberOfDecreasesToday": history.today(self.now())}
        if history.decreases:
            shown["LastDecreaseDateTime"] = history.decreases[-1]
        if history.last_increase is not None:
            shown["LastIncreaseDateTime"] = history.last_increase
        return shown


def wanted_units(body: dict[str, Any]) -> dict[str, Units]:
    """What an UpdateTable asks for, by table and index; nothing when it changes the way of billing."""
    wanted: dict[str, Units] = {}
    if body.get("BillingMode"):
        return wanted
    if body.get("ProvisionedThroughput"):
        wanted[TABLE] = Units.of(body["ProvisionedThroughput"])
    for update in body.get("GlobalSecondaryIndexUpdates") or []:
        if update.get("Update", {}).get("ProvisionedThroughput"):
            wanted[update["Update"]["IndexName"]] = Units.of(update["Update"]["ProvisionedThroughput"])
    return wanted
