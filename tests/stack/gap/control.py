"""What a test asks and tells the gap server.

GET /_gap/calls                       every call: function, service, action, status, partitions, resources
DELETE /_gap/calls                    forgets them
GET /_gap/tables/<name>               decreases today and every change that was made
PUT /_gap/tables/<name>               {"decreases_today": 27}: as if so many had been made within the last hour
PUT /_gap/updating                    {"seconds": 5}: how long a table is UPDATING from the next change on
GET /_gap/events                      the events of groups that were put on the default bus
PUT /_gap/launching                   {"seconds": 5}: how long an instance is Pending from the next change of a group on
"""

from __future__ import annotations

from stack.gap.groups import Groups
from stack.gap.messages import Answer, Request, fine
from stack.gap.recording import Recording
from stack.gap.scaling import Scaling
from stack.gap.tables import TABLE, Tables


class Control:
    """Answers under /_gap/."""

    def __init__(self, recording: Recording, tables: Tables, scaling: Scaling, groups: Groups) -> None:
        self.recording = recording
        self.tables = tables
        self.scaling = scaling
        self.groups = groups

    def answer(self, request: Request) -> Answer:
        """One request of a test."""
        place = request.target.removeprefix("/_gap/").split("/")
        match request.method, place:
            case "GET", ["health"]:
                return fine({"status": "ready"})
            case "GET", ["calls"]:
                return fine({"calls": self.recording.as_json()})
            case "DELETE", ["calls"]:
                self.recording.calls.clear()
                return fine({})
            case "GET", ["tables", name]:
                return fine(self.table(name))
            case "PUT", ["tables", name]:
                count = int(request.json["decreases_today"])
                self.tables.table(name).history(TABLE).decreases = [self.tables.now()] * count
                return fine(self.table(name))
            case "PUT", ["updating"]:
                self.tables.updating_seconds = float(request.json["seconds"])
                return fine({})
            case "GET", ["events"]:
                return fine({"events": self.groups.sent})
            case "PUT", ["launching"]:
                self.groups.launching_seconds = float(request.json["seconds"])
                return fine({})
        return Answer(404, b'{"message":"see tests/stack/gap/control.py for what there is"}')

    def table(self, name: str) -> dict[str, object]:
        """What a table went through."""
        self.scaling.follow()
        table = self.tables.table(name)
        return {
            "decreases_today": table.history(TABLE).today(self.tables.now()),
            "updating": self.tables.is_updating(name),
            "updates": table.updates,
        }
