/** The ARNs in answers: all are of the account and region of the app, and each is a parameter. */
import { describe, expect, it } from 'vitest';
import { parseArn } from '../../lib/engine/arn/parse-arn.ts';
import { settle } from '../support/signal.ts';
import { openEndpoint } from './open-endpoint.ts';

const scope = { partition: 'aws', region: 'eu-central-1', account: '123456789012' };
const roleArn = 'arn:aws:iam::000000000000:role/any';
const each = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Item',
        States: { Item: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
};
const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

/** Opens an endpoint whose answers are kept, for their ARNs. */
async function open() {
  const { region, account } = scope;
  const opened = await openEndpoint({ works: true, config: { region, account } });
  const arns = new Set<string>();
  const call = async (operation: string, members: object) => {
    const { status, body } = await opened.call(operation, members);
    expect({ operation, members, status }).toEqual({ operation, members, status: 200 });
    for (const [arn] of JSON.stringify(body).matchAll(/arn:[\w-]+:states:[^"\\]+/g)) arns.add(arn);
    return body;
  };
  return { arns, call };
}

type Call = Awaited<ReturnType<typeof open>>['call'];

/** Calls what makes and lists everything that has an ARN. */
async function runSession(call: Call): Promise<void> {
  const definition = JSON.stringify(each);
  const { stateMachineArn, stateMachineVersionArn } = await call('CreateStateMachine', {
    name: 'order',
    definition,
    roleArn,
    publish: true,
  });
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
  const { stateMachineAliasArn } = await call('CreateStateMachineAlias', {
    name: 'live',
    routingConfiguration,
  });
  const { executionArn } = await call('StartExecution', {
    stateMachineArn: stateMachineAliasArn,
    input: '[1]',
  });
  while ((await call('DescribeExecution', { executionArn })).status === 'RUNNING') await settle();
  await call('GetExecutionHistory', { executionArn });
  await call('DescribeStateMachineForExecution', { executionArn });
  await call('ListExecutions', { stateMachineArn });
  const { mapRuns } = await call('ListMapRuns', { executionArn });
  const { mapRunArn } = mapRuns[0];
  await call('DescribeMapRun', { mapRunArn });
  const { executions } = await call('ListExecutions', { mapRunArn });
  await call('DescribeStateMachineForExecution', { executionArn: executions[0].executionArn });
  await call('CreateActivity', { name: 'approve' });
  const quick = await call('CreateStateMachine', {
    name: 'quick',
    definition: JSON.stringify(pass),
    roleArn,
    type: 'EXPRESS',
  });
  await call('StartSyncExecution', { stateMachineArn: quick.stateMachineArn });
  for (const list of ['ListStateMachines', 'ListActivities']) await call(list, {});
  await call('ListStateMachineVersions', { stateMachineArn });
  await call('ListStateMachineAliases', { stateMachineArn });
}

describe('an ARN in an answer', () => {
  it('every ARN is of the account and region of the app, and names what it was given for', async () => {
    const { arns, call } = await open();
    await runSession(call);

    const kinds = new Set<string>();
    for (const arn of [...arns]) {
      const parsed = parseArn(arn);
      expect({ arn, scope: parsed?.scope }).toEqual({ arn, scope });
      const kind = parsed?.subject.kind ?? 'none';
      kinds.add(kind);
      if (kind === 'execution') await call('DescribeExecution', { executionArn: arn });
      if (kind === 'mapRun') await call('DescribeMapRun', { mapRunArn: arn });
      if (kind === 'activity') await call('DescribeActivity', { activityArn: arn });
      if (kind === 'stateMachine' && !arn.includes('/')) {
        await call('DescribeStateMachine', { stateMachineArn: arn });
      }
    }
    expect([...kinds].sort()).toEqual([
      'activity',
      'execution',
      'express',
      'mapRun',
      'stateMachine',
    ]);
  });
});
