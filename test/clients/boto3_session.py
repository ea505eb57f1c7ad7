"""Drives every operation that the installed boto3 knows, and checks what it makes of the answers.

usage: python3 boto3_session.py ENDPOINT_URL
"""

import datetime
import json
import sys
import time

import boto3
from botocore.config import Config

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
WAIT = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}})
EACH = json.dumps(
    {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "Label": "each",
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "Item",
                    "States": {"Item": {"Type": "Pass", "End": True}},
                },
                "End": True,
            }
        },
    }
)

client = boto3.client(
    "stepfunctions",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(inject_host_prefix=False, retries={"max_attempts": 0}, read_timeout=70),
)
errors = client.exceptions
known = set(client.meta.service_model.operation_names)
called = set()
client.meta.events.register(
    "after-call.stepfunctions.*", lambda model, **_: called.add(model.name)
)


def refused(error, call, **members):
    """Calls, and returns the error that the call must raise."""
    try:
        call(**members)
    except error as found:
        assert found.response["Error"]["Message"], "an error has a message"
        return found
    raise AssertionError(f"{error.__name__} was expected")


def end_of(arn):
    """Waits until an execution has ended."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        described = client.describe_execution(executionArn=arn)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)
    raise AssertionError(f"{arn} did not end")


def machines():
    made = client.create_state_machine(name="order", definition=PASS, roleArn=ROLE)
    arn = made["stateMachineArn"]
    assert isinstance(made["creationDate"], datetime.datetime)
    described = client.describe_state_machine(stateMachineArn=arn)
    assert described["definition"] == PASS and described["status"] == "ACTIVE"
    assert described["creationDate"] == made["creationDate"]
    client.update_state_machine(stateMachineArn=arn, definition=PASS + " ")
    client.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "a"}])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "a"}]
    client.untag_resource(resourceArn=arn, tagKeys=["team"])
    refused(errors.StateMachineAlreadyExists, client.create_state_machine, name="order", definition=WAIT, roleArn=ROLE)
    refused(errors.InvalidName, client.create_state_machine, name="a b", definition=PASS, roleArn=ROLE)
    refused(errors.InvalidDefinition, client.create_state_machine, name="n", definition="{}", roleArn=ROLE)
    refused(errors.InvalidArn, client.describe_state_machine, stateMachineArn="order")
    for name in "pqrs":
        client.create_state_machine(name=name, definition=PASS, roleArn=ROLE)
    pages = client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2})
    names = [each["name"] for page in pages for each in page["stateMachines"]]
    assert names == ["order", "p", "q", "r", "s"], names
    return arn


def versions(arn):
    if "PublishStateMachineVersion" not in known:
        return
    version = client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    assert version == arn + ":1"
    routing = [{"stateMachineVersionArn": version, "weight": 100}]
    alias = client.create_state_machine_alias(name="live", routingConfiguration=routing)
    alias_arn = alias["stateMachineAliasArn"]
    client.update_state_machine_alias(stateMachineAliasArn=alias_arn, description="d")
    described = client.describe_state_machine_alias(stateMachineAliasArn=alias_arn)
    assert described["routingConfiguration"] == routing and described["description"] == "d"
    assert len(client.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"]) == 1
    assert len(client.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]) == 1
    refused(errors.ConflictException, client.delete_state_machine_version, stateMachineVersionArn=version)
    started = client.start_execution(stateMachineArn=alias_arn, name="by-alias")
    assert end_of(started["executionArn"])["stateMachineAliasArn"] == alias_arn
    client.delete_state_machine_alias(stateMachineAliasArn=alias_arn)
    client.delete_state_machine_version(stateMachineVersionArn=version)


def executions(arn):
    started = client.start_execution(stateMachineArn=arn, name="one", input='{"id": 7}')
    execution = started["executionArn"]
    ended = end_of(execution)
    assert ended["status"] == "SUCCEEDED" and json.loads(ended["output"]) == {"id": 7}
    assert ended["startDate"] == started["startDate"]
    refused(errors.ExecutionAlreadyExists, client.start_execution, stateMachineArn=arn, name="one", input='{"id": 7}')
    refused(errors.ExecutionDoesNotExist, client.describe_execution, executionArn=execution + "x")
    machine = client.describe_state_machine_for_execution(executionArn=execution)
    assert machine["stateMachineArn"] == arn
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=execution, reverseOrder=True, PaginationConfig={"PageSize": 3}
    )
    assert [event["id"] for page in pages for event in page["events"]] == [4, 3, 2, 1]
    listed = client.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]
    assert execution in [each["executionArn"] for each in listed]
    client.create_state_machine(name="wait", definition=WAIT, roleArn=ROLE)
    waiting = client.start_execution(stateMachineArn=arn.replace(":order", ":wait"), name="w")["executionArn"]
    client.stop_execution(executionArn=waiting, error="E", cause="why")
    stopped = end_of(waiting)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "E", "why")
    if "RedriveExecution" in known:
        client.redrive_execution(executionArn=waiting)
        refused(errors.ExecutionNotRedrivable, client.redrive_execution, executionArn=execution)
        client.stop_execution(executionArn=waiting)


def map_runs(arn):
    client.create_state_machine(name="each", definition=EACH, roleArn=ROLE)
    started = client.start_execution(stateMachineArn=arn.replace(":order", ":each"), input="[1,2,3]")
    end_of(started["executionArn"])
    (run,) = client.list_map_runs(executionArn=started["executionArn"])["mapRuns"]
    described = client.describe_map_run(mapRunArn=run["mapRunArn"])
    assert described["itemCounts"]["succeeded"] == 3
    assert len(client.list_executions(mapRunArn=run["mapRunArn"])["executions"]) == 3
    refused(errors.ValidationException, client.update_map_run, mapRunArn=run["mapRunArn"], maxConcurrency=1)


def activities(arn):
    activity = client.create_activity(name="approve")["activityArn"]
    assert client.describe_activity(activityArn=activity)["name"] == "approve"
    assert len(client.list_activities()["activities"]) == 1
    ask = {"Type": "Task", "Resource": activity, "HeartbeatSeconds": 60, "End": True}
    definition = json.dumps({"StartAt": "Ask", "States": {"Ask": ask}})
    client.create_state_machine(name="ask", definition=definition, roleArn=ROLE)
    ask_arn = arn.replace(":order", ":ask")
    first = client.start_execution(stateMachineArn=ask_arn)["executionArn"]
    token = client.get_activity_task(activityArn=activity, workerName="w")["taskToken"]
    client.send_task_heartbeat(taskToken=token)
    client.send_task_success(taskToken=token, output="{}")
    assert end_of(first)["status"] == "SUCCEEDED"
    refused(errors.TaskTimedOut, client.send_task_success, taskToken=token, output="{}")
    second = client.start_execution(stateMachineArn=ask_arn)["executionArn"]
    token = client.get_activity_task(activityArn=activity)["taskToken"]
    client.send_task_failure(taskToken=token, error="No", cause="c")
    assert end_of(second)["error"] == "No"
    client.delete_activity(activityArn=activity)
    refused(errors.ActivityDoesNotExist, client.describe_activity, activityArn=activity)


def trials(arn):
    client.create_state_machine(name="price", type="EXPRESS", definition=PASS, roleArn=ROLE)
    ended = client.start_sync_execution(stateMachineArn=arn.replace(":order", ":price"), input='{"a":1}')
    assert ended["status"] == "SUCCEEDED" and ended["output"] == '{"a":1}'
    refused(errors.StateMachineTypeNotSupported, client.start_sync_execution, stateMachineArn=arn)
    if "TestState" in known:
        tested = client.test_state(definition='{"Type":"Pass","End":true}', roleArn=ROLE, input="{}")
        assert tested["status"] == "SUCCEEDED"
    if "ValidateStateMachineDefinition" in known:
        assert client.validate_state_machine_definition(definition=PASS)["result"] == "OK"
        assert client.validate_state_machine_definition(definition="{}")["result"] == "FAIL"


def deletion(arn):
    client.delete_state_machine(stateMachineArn=arn)
    deadline = time.monotonic() + 60
    while True:
        try:
            client.describe_state_machine(stateMachineArn=arn)
        except errors.StateMachineDoesNotExist:
            return
        assert time.monotonic() < deadline, "the machine was not deleted"
        time.sleep(0.05)


order = machines()
versions(order)
executions(order)
map_runs(order)
activities(order)
trials(order)
deletion(order)
missing = known - called
assert not missing, f"not called: {sorted(missing)}"
print(f"boto3 {boto3.__version__}: {len(called)} of {len(known)} operations")
