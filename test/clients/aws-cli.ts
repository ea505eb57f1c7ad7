/** Drives Step Functions' API with the AWS CLI: every operation, pages, queries, the proxy. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Nothing of the machine's own configuration may reach AWS. */
const environment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_PAGER: '',
  AWS_MAX_ATTEMPTS: '1',
};

const scope = 'arn:aws:states:us-east-1:000000000000';
const roleArn = `--role-arn=arn:aws:iam::000000000000:role/any`;
const machine = (name: string) => `--state-machine-arn=${scope}:stateMachine:${name}`;
const execution = (name: string) => `--execution-arn=${scope}:execution:${name}`;
const activity = `--activity-arn=${scope}:activity:approve`;
const alias = `--state-machine-alias-arn=${scope}:stateMachine:order:live`;
const version = `${scope}:stateMachine:order:1`;
const definitionOf = (state: object) =>
  `--definition=${JSON.stringify({ StartAt: 'A', States: { A: { ...state, End: true } } })}`;
const pass = definitionOf({ Type: 'Pass' });
const wait = definitionOf({ Type: 'Wait', Seconds: 600 });
const ask = definitionOf({ Type: 'Task', Resource: `${scope}:activity:approve` });
const each = definitionOf({
  Type: 'Map',
  Label: 'each',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Item',
    States: { Item: { Type: 'Pass', End: true } },
  },
});

/** Calls an operation, and returns what the CLI prints; null for nothing. */
type Call = (operation: string, ...words: readonly string[]) => Promise<unknown>;

/** Runs the session; throws at the first answer that is wrong. Returns what was driven. */
export async function driveAwsCli(url: string): Promise<string> {
  const { stdout: known } = await run('aws', ['--version']);
  const called = new Set<string>();
  const call = callerOf(url, called, {});
  await driveMachines(call);
  await driveVersions(call);
  await driveExecutions(call);
  await driveMapRuns(call);
  await driveActivities(call);
  await driveTrials(call, callerOf(url, called, { HTTP_PROXY: url, http_proxy: url }));
  await driveEnds(call);
  return `${known.trim()}: ${called.size} operations`;
}

async function driveMachines(call: Call): Promise<void> {
  for (const name of ['order', 'a', 'b']) {
    await call('create-state-machine', `--name=${name}`, pass, roleArn);
  }
  await call('create-state-machine', '--name=wait', wait, roleArn);
  await call('update-state-machine', machine('order'), wait);
  await call('update-state-machine', machine('order'), pass);
  await call('describe-state-machine', machine('order'));
  const names = await call('list-state-machines', '--page-size=1', '--query=stateMachines[].name');
  expectEqual(names, ['order', 'a', 'b', 'wait']);
  const first = await call('list-state-machines', '--max-items=1', '--query=NextToken');
  await call('list-state-machines', `--starting-token=${String(first)}`);
  await call('list-state-machines', '--no-paginate');
  const resource = `--resource-arn=${scope}:stateMachine:order`;
  await call('tag-resource', resource, '--tags=key=team,value=a');
  expectEqual(await call('list-tags-for-resource', resource, '--query=tags[0].value'), 'a');
  await call('untag-resource', resource, '--tag-keys=team');
  await expectRefusal(
    call('describe-state-machine', machine('none')),
    /\(StateMachineDoesNotExist\) when calling the DescribeStateMachine operation/,
  );
}

async function driveVersions(call: Call): Promise<void> {
  const routing = `--routing-configuration=stateMachineVersionArn=${version},weight=100`;
  await call('publish-state-machine-version', machine('order'));
  await call('create-state-machine-alias', '--name=live', routing);
  await call('update-state-machine-alias', alias, '--description=d');
  expectEqual(await call('describe-state-machine-alias', alias, '--query=description'), 'd');
  await call('list-state-machine-aliases', machine('order'));
  await call('list-state-machine-versions', machine('order'));
  await call('delete-state-machine-alias', alias);
  await call('delete-state-machine-version', `--state-machine-version-arn=${version}`);
}

async function driveExecutions(call: Call): Promise<void> {
  await call('start-execution', machine('order'), '--name=one', '--input={"id": 7}');
  await untilEnded(call, 'order:one');
  await call('describe-state-machine-for-execution', execution('order:one'));
  const ids = ['--reverse-order', '--page-size=2', '--query=events[].id'];
  expectEqual(await call('get-execution-history', execution('order:one'), ...ids), [4, 3, 2, 1]);
  await call('list-executions', machine('order'), '--status-filter=SUCCEEDED');
  await call('start-execution', machine('wait'), '--name=one');
  await call('stop-execution', execution('wait:one'), '--error=E', '--cause=why');
  await untilEnded(call, 'wait:one');
  await call('redrive-execution', execution('wait:one'));
  await call('stop-execution', execution('wait:one'));
}

async function driveMapRuns(call: Call): Promise<void> {
  await call('create-state-machine', '--name=each', each, roleArn);
  await call('start-execution', machine('each'), '--name=one', '--input=[1,2]');
  await untilEnded(call, 'each:one');
  const query = '--query=mapRuns[0].mapRunArn';
  const arn = String(await call('list-map-runs', execution('each:one'), query));
  const run = `--map-run-arn=${arn}`;
  expectEqual(await call('describe-map-run', run, '--query=itemCounts.succeeded'), 2);
  const update = call('update-map-run', run, '--max-concurrency=1');
  await expectRefusal(update, /\(ValidationException\) when calling the UpdateMapRun operation/);
}

async function driveActivities(call: Call): Promise<void> {
  await call('create-activity', '--name=approve');
  await call('describe-activity', activity);
  await call('list-activities');
  await call('create-state-machine', '--name=ask', ask, roleArn);
  for (const name of ['one', 'two'])
    await call('start-execution', machine('ask'), `--name=${name}`);
  const take = async () =>
    `--task-token=${String(await call('get-activity-task', activity, '--query=taskToken'))}`;
  const token = await take();
  await call('send-task-heartbeat', token);
  await call('send-task-success', token, '--task-output={}');
  await call('send-task-failure', await take(), '--error=No');
  for (const name of ['one', 'two']) await untilEnded(call, `ask:${name}`);
  await call('delete-activity', activity);
}

/** The CLI puts `sync-` before the host name, and reaches it through the endpoint as its proxy. */
async function driveTrials(call: Call, proxied: Call): Promise<void> {
  await call('create-state-machine', '--name=price', '--type=EXPRESS', pass, roleArn);
  const status = '--query=status';
  expectEqual(await proxied('start-sync-execution', machine('price'), status), 'SUCCEEDED');
  const state = '--definition={"Type":"Pass","End":true}';
  expectEqual(await proxied('test-state', state, roleArn, status), 'SUCCEEDED');
  expectEqual(await call('validate-state-machine-definition', pass, '--query=result'), 'OK');
}

async function driveEnds(call: Call): Promise<void> {
  for (const name of ['order', 'wait']) await call('delete-state-machine', machine(name));
}

/** Maximum number of times that an execution is asked whether it has ended. */
const asksMax = 100;

async function untilEnded(call: Call, name: string): Promise<void> {
  for (let asks = 0; asks < asksMax; asks += 1) {
    const status = await call('describe-execution', execution(name), '--query=status');
    if (status !== 'RUNNING') return;
  }
  throw new Error(`${name} did not end`);
}

function callerOf(url: string, called: Set<string>, more: Readonly<Record<string, string>>): Call {
  return async (operation, ...words) => {
    called.add(operation);
    const all = ['stepfunctions', operation, '--output=json', `--endpoint-url=${url}`, ...words];
    const env = { ...process.env, ...environment, ...more };
    const { stdout } = await run('aws', all, { env });
    return stdout === '' ? null : JSON.parse(stdout);
  };
}

function expectEqual(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`expected ${other}, found ${one}`);
}

async function expectRefusal(call: Promise<unknown>, message: RegExp): Promise<void> {
  const text = await call.then(
    () => 'succeeded',
    (error) => String(error.stderr),
  );
  if (!message.test(text)) throw new Error(`expected ${message}, found ${text}`);
}
