"""A template made easy to ask questions of."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from stack.template import functions, parse

Resource = dict[str, Any]


class Template:
    """The plain CloudFormation that AWS makes of a SAM template's text."""

    def __init__(self, text: str) -> None:
        self.source = parse(text)
        self.resources: dict[str, Resource] = translate(self.source)["Resources"]

    def of_type(self, resource_type: str) -> Iterator[tuple[str, Resource]]:
        """Logical ids and properties of all resources of a type."""
        for name, body in self.resources.items():
            if body["Type"] == resource_type:
                yield name, body.get("Properties", {})

    def properties(self, name: str | None) -> Resource:
        """The properties of a resource; none when there is no such resource."""
        return self.resources.get(name or "", {}).get("Properties", {})

    def attribute(self, name: str, key: str) -> Any:
        """What stands beside Properties, such as DeletionPolicy."""
        return self.resources.get(name, {}).get(key)

    def functions(self) -> Iterator[tuple[str, str, Resource]]:
        """Logical id, name and properties of every function."""
        for name, properties in self.of_type("AWS::Lambda::Function"):
            yield name, self.resources[name]["Metadata"]["BuildProperties"]["Binary"], properties

    def dead_letter_queues(self) -> set[str]:
        """The queues to which another queue gives what failed too often."""
        policies = [properties.get("RedrivePolicy", {}) for _, properties in self.of_type("AWS::SQS::Queue")]
        return {name for policy in policies if (name := refers_to(policy.get("deadLetterTargetArn")))}

    def statements(self, role: str | None) -> Iterator[Resource]:
        """What a role may do."""
        for policy in self.properties(role).get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]

    def policies_for(self, resource_type: str, list_key: str, target: str) -> list[Resource]:
        """The statements of all queue or topic policies that are attached to `target`."""
        return [
            statement
            for _, properties in self.of_type(resource_type)
            if target in [refers_to(entry) for entry in properties[list_key]]
            for statement in properties["PolicyDocument"]["Statement"]
        ]


def translate(source: dict[str, Any]) -> dict[str, Any]:
    """The SAM translation, with code that lies somewhere. The source is left as it is."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    from samtranslator.translator.transform import transform

    class NoManagedPolicies:
        def load(self) -> dict[str, str]:
            return {}

    copy = deepcopy(source)
    for function in functions(copy):
        copy["Resources"][function.resource]["Properties"]["CodeUri"] = f"s3://code/{function.name}"
    return transform(copy, {}, NoManagedPolicies())


def refers_to(value: Any) -> str | None:
    """The logical id in a Ref or GetAtt."""
    if not isinstance(value, dict):
        return None
    if "Ref" in value:
        return value["Ref"]
    return value["Fn::GetAtt"][0] if "Fn::GetAtt" in value else None


def as_list(value: Any) -> list[Any]:
    """One or many, as policies allow both."""
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """The text in a Sub, or the value itself."""
    return value["Fn::Sub"] if isinstance(value, dict) and "Fn::Sub" in value else str(value)


def is_tls_only(statements: list[Resource], action: str) -> bool:
    """Whether everything that is not TLS is refused."""
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and action in as_list(statement["Action"])
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )


def allows(statements: list[Resource], service: str, action: str) -> Resource | None:
    """The statement that allows a service an action."""
    for statement in statements:
        principal = statement["Principal"]
        named = isinstance(principal, dict) and as_list(principal.get("Service")) == [service]
        if statement["Effect"] == "Allow" and named and action in as_list(statement["Action"]):
            return statement
    return None
