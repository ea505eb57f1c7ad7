"""Drives every operation that the AWS CLI of this Python knows, in one process.

usage: python3 aws_cli_session.py ENDPOINT_URL
"""

import contextlib
import io
import json
import os
import re
import sys
import time

os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_PAGER="",
    AWS_MAX_ATTEMPTS="1",
)

from awscli import __version__  # noqa: E402
from awscli.clidriver import create_clidriver  # noqa: E402

URL = sys.argv[1]
SCOPE = "arn:aws:states:us-east-1:000000000000"
ROLE = "--role-arn=arn:aws:iam::000000000000:role/any"
ACTIVITY = f"--activity-arn={SCOPE}:activity:approve"
VERSION = f"{SCOPE}:stateMachine:order:1"
ALIAS = f"--state-machine-alias-arn={SCOPE}:stateMachine:order:live"

driver = create_clidriver()
known = set(driver.create_help_command().command_table["stepfunctions"].create_help_command().command_table)
called = set()


def machine(name):
    return f"--state-machine-arn={SCOPE}:stateMachine:{name}"


def execution(name):
    return f"--execution-arn={SCOPE}:execution:{name}"


def definition(state):
    return "--definition=" + json.dumps({"StartAt": "A", "States": {"A": {**state, "End": True}}})


PASS = definition({"Type": "Pass"})
WAIT = definition({"Type": "Wait", "Seconds": 600})
ASK = definition({"Type": "Task", "Resource": f"{SCOPE}:activity:approve"})
EACH = definition(
    {
        "Type": "Map",
        "Label": "each",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Item",
            "States": {"Item": {"Type": "Pass", "End": True}},
        },
    }
)


def run(operation, *words):
    """Runs a command. Returns its exit status, what it printed, and its errors."""
    called.add(operation)
    printed, errors = io.StringIO(), io.StringIO()
    arguments = ["stepfunctions", operation, "--output=json", f"--endpoint-url={URL}", *words]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        status = driver.main(arguments)
    return status, printed.getvalue(), errors.getvalue()


def call(operation, *words):
    """Runs a command that must succeed. Returns what it prints; None for nothing."""
    status, printed, errors = run(operation, *words)
    assert status == 0, f"{operation} {words} exited with {status}: {errors}"
    return json.loads(printed) if printed.strip() else None


def equal(found, expected):
    assert found == expected, f"expected {expected}, found {found}"


def end_of(name):
    """Waits until an execution has ended."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if call("describe-execution", execution(name), "--query=status") != "RUNNING":
            return
        time.sleep(0.05)
    raise AssertionError(f"{name} did not end")


def machines():
    for name in ("order", "p", "q"):
        call("create-state-machine", f"--name={name}", PASS, ROLE)
    call("create-state-machine", "--name=wait", WAIT, ROLE)
    call("update-state-machine", machine("order"), WAIT)
    call("update-state-machine", machine("order"), PASS)
    equal(call("describe-state-machine", machine("order"), "--query=status"), "ACTIVE")
    names = call("list-state-machines", "--page-size=1", "--query=stateMachines[].name")
    equal(names, ["order", "p", "q", "wait"])
    first = call("list-state-machines", "--max-items=1", "--query=NextToken")
    call("list-state-machines", f"--starting-token={first}")
    call("list-state-machines", "--no-paginate")
    resource = f"--resource-arn={SCOPE}:stateMachine:order"
    call("tag-resource", resource, "--tags=key=team,value=a")
    equal(call("list-tags-for-resource", resource, "--query=tags[0].value"), "a")
    call("untag-resource", resource, "--tag-keys=team")
    status, _, errors = run("describe-state-machine", machine("none"))
    refusal = r"\(StateMachineDoesNotExist\) when calling the DescribeStateMachine operation"
    assert status > 0 and re.search(refusal, errors), errors


def versions():
    if "publish-state-machine-version" not in known:
        return
    call("publish-state-machine-version", machine("order"))
    routing = f"--routing-configuration=stateMachineVersionArn={VERSION},weight=100"
    call("create-state-machine-alias", "--name=live", routing)
    call("update-state-machine-alias", ALIAS, "--description=d")
    equal(call("describe-state-machine-alias", ALIAS, "--query=description"), "d")
    call("list-state-machine-aliases", machine("order"))
    call("list-state-machine-versions", machine("order"))
    call("delete-state-machine-alias", ALIAS)
    call("delete-state-machine-version", f"--state-machine-version-arn={VERSION}")


def executions():
    call("start-execution", machine("order"), "--name=one", '--input={"id": 7}')
    end_of("order:one")
    call("describe-state-machine-for-execution", execution("order:one"))
    words = ("--reverse-order", "--page-size=2", "--query=events[].id")
    equal(call("get-execution-history", execution("order:one"), *words), [4, 3, 2, 1])
    call("list-executions", machine("order"), "--status-filter=SUCCEEDED")
    call("start-execution", machine("wait"), "--name=one")
    call("stop-execution", execution("wait:one"), "--error=E", "--cause=why")
    end_of("wait:one")
    if "redrive-execution" in known:
        call("redrive-execution", execution("wait:one"))
        call("stop-execution", execution("wait:one"))


def map_runs():
    if "list-map-runs" not in known:
        return
    call("create-state-machine", "--name=each", EACH, ROLE)
    call("start-execution", machine("each"), "--name=one", "--input=[1,2]")
    end_of("each:one")
    run_arn = call("list-map-runs", execution("each:one"), "--query=mapRuns[0].mapRunArn")
    named = f"--map-run-arn={run_arn}"
    equal(call("describe-map-run", named, "--query=itemCounts.succeeded"), 2)
    status, _, errors = run("update-map-run", named, "--max-concurrency=1")
    assert status > 0 and "(ValidationException)" in errors, errors


def activities():
    call("create-activity", "--name=approve")
    call("describe-activity", ACTIVITY)
    call("list-activities")
    call("create-state-machine", "--name=ask", ASK, ROLE)
    for name in ("one", "two"):
        call("start-execution", machine("ask"), f"--name={name}")
    token = call("get-activity-task", ACTIVITY, "--query=taskToken")
    call("send-task-heartbeat", f"--task-token={token}")
    call("send-task-success", f"--task-token={token}", "--task-output={}")
    token = call("get-activity-task", ACTIVITY, "--query=taskToken")
    call("send-task-failure", f"--task-token={token}", "--error=No")
    for name in ("one", "two"):
        end_of(f"ask:{name}")
    call("delete-activity", ACTIVITY)


def trials():
    call("create-state-machine", "--name=price", "--type=EXPRESS", PASS, ROLE)
    # The CLI puts `sync-` before the host name, and reaches it through the endpoint as its proxy.
    os.environ.update(HTTP_PROXY=URL, http_proxy=URL)
    equal(call("start-sync-execution", machine("price"), "--query=status"), "SUCCEEDED")
    if "test-state" in known:
        state = '--definition={"Type":"Pass","End":true}'
        equal(call("test-state", state, ROLE, "--query=status"), "SUCCEEDED")
    del os.environ["HTTP_PROXY"], os.environ["http_proxy"]
    if "validate-state-machine-definition" in known:
        equal(call("validate-state-machine-definition", PASS, "--query=result"), "OK")


machines()
versions()
executions()
map_runs()
activities()
trials()
for each in ("order", "wait"):
    call("delete-state-machine", machine(each))
known.discard("help")
missing = known - called
assert not missing, f"not called: {sorted(missing)}"
print(f"AWS CLI {__version__}: {len(called)} of {len(known)} operations")
