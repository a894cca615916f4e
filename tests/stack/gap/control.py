"""What a test asks and tells the gap server.

GET /_gap/calls                       every call: function, service, action, status, partitions, resources
DELETE /_gap/calls                    forgets them
GET /_gap/tables/<name>               decreases today and every change that was made
PUT /_gap/tables/<name>               {"decreases_today": 27}: as if so many had been made within the last hour
PUT /_gap/updating                    {"seconds": 5}: how long a table is UPDATING from the next change on
GET /_gap/events                      the events of groups that were put on the default bus
PUT /_gap/launching                   {"seconds": 5}: how long an instance is Pending from the next change of a group on
GET /_gap/mails                       every mail that was sent, with the folder that holds it
PUT /_gap/mails/refuse                {"code": "TooManyRequestsException", "count": 2}: the next mails are refused
PUT /_gap/mails/lose                  {"count": 1}: the next mails are taken, and nobody gets an answer
PUT /_gap/mails/events                {"held": true}: events about mails wait; false sends them
"""

from __future__ import annotations

from stack.gap.groups import Groups
from stack.gap.mails import Mails
from stack.gap.messages import Answer, Request, fine
from stack.gap.recording import Recording
from stack.gap.scaling import Scaling
from stack.gap.tables import TABLE, Tables


class Control:
    """Answers under /_gap/."""

    def __init__(self, recording: Recording, tables: Tables, scaling: Scaling, groups: Groups, mails: Mails) -> None:
        self.recording = recording
        self.tables = tables
        self.scaling = scaling
        self.groups = groups
        self.mails = mails

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
            case _, ["mails", *what]:
                return self.about_mails(request, what)
        return self.unknown()

    def about_mails(self, request: Request, what: list[str]) -> Answer:
        """What is below /_gap/mails."""
        match request.method, what:
            case "GET", []:
                return fine({"mails": self.mails.as_json()})
            case "PUT", ["refuse"]:
                self.mails.refusals = [request.json["code"]] * int(request.json["count"])
                return fine({})
            case "PUT", ["lose"]:
                self.mails.answers_to_lose = int(request.json["count"])
                return fine({})
            case "PUT", ["events"] if request.json["held"]:
                self.mails.holds_events = True
                return fine({})
            case "PUT", ["events"]:
                return fine({"sent": self.mails.release()})
        return self.unknown()

    @staticmethod
    def unknown() -> Answer:
        """Nothing that this server knows."""
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
