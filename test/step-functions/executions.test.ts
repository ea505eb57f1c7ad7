/** Executions, histories and map runs, through the SDK for JavaScript. */
import * as sfn from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { rejection } from '../support/rejection.ts';
import { settle } from '../support/signal.ts';
import { type EndpointOptions, openEndpoint } from './open-endpoint.ts';

const roleArn = 'arn:aws:iam::000000000000:role/any';
const scope = 'arn:aws:states:us-east-1:000000000000';
const stateMachineArn = `${scope}:stateMachine:order`;
const executionArn = `${scope}:execution:order:one`;

const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3_600, End: true } } };
/** 626 rounds of four events. */
const rounds = {
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More' },
    More: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThan: 626, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};
const fail = { StartAt: 'F', States: { F: { Type: 'Task', Resource: 'refuse', End: true } } };
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

const handlers: NonNullable<MillraceConfig['handlers']> = {
  refuse: async () => {
    throw Object.assign(new Error('no'), { name: 'Refused' });
  },
};

async function withMachine(
  definition: object,
  { works = true, type, ...options }: EndpointOptions & { type?: sfn.StateMachineType } = {},
) {
  const opened = await openEndpoint({ works, config: { handlers }, ...options });
  const { client } = opened;
  await client.send(
    new sfn.CreateStateMachineCommand({
      name: 'order',
      definition: JSON.stringify(definition),
      roleArn,
      ...(type !== undefined && { type }),
    }),
  );
  const start = (members: Partial<sfn.StartExecutionCommandInput> = {}) =>
    client.send(new sfn.StartExecutionCommand({ stateMachineArn, name: 'one', ...members }));
  const describe = (arn = executionArn) =>
    client.send(new sfn.DescribeExecutionCommand({ executionArn: arn }));
  const end = async (arn = executionArn) => {
    for (;;) {
      const described = await describe(arn);
      if (described.status !== 'RUNNING') return described;
      await settle();
    }
  };
  return { ...opened, start, describe, end };
}

describe('an execution', () => {
  it('it is described from its start to its end, with what the caller gave', async () => {
    const { start, end } = await withMachine(pass);

    const started = await start({ input: '{"id": 7}', traceHeader: 'Root=1-2' });
    const ended = await end();

    expect(started.executionArn).toBe(executionArn);
    expect(ended).toMatchObject({
      stateMachineArn,
      name: 'one',
      status: 'SUCCEEDED',
      startDate: started.startDate,
      stopDate: expect.any(Date),
      input: '{"id": 7}',
      inputDetails: { included: true },
      output: '{"id":7}',
      traceHeader: 'Root=1-2',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  it('a name starts once while the first runs, and is taken after its end', async () => {
    const { start, client } = await withMachine(wait);
    const first = await start({ input: '{"a":1}' });

    const again = await start({ input: '{ "a": 1 }' });
    const other = await rejection(start({ input: '{"a":2}' }));
    await client.send(new sfn.StopExecutionCommand({ executionArn, error: 'E', cause: 'why' }));
    const { status, error, cause } = await endOf(client);
    const taken = await rejection(start({ input: '{"a":1}' }));

    expect(again.startDate).toEqual(first.startDate);
    for (const refused of [other, taken]) {
      expect(refused).toBeInstanceOf(sfn.ExecutionAlreadyExists);
      expect(refused.message).toBe(`Execution Already Exists: '${executionArn}'`);
    }
    expect({ status, error, cause }).toEqual({ status: 'ABORTED', error: 'E', cause: 'why' });
  });

  it('an execution that failed is redriven once for a client token', async () => {
    const { start, end, client } = await withMachine(fail);
    await start();
    expect(await end()).toMatchObject({ status: 'FAILED', error: 'Refused', redriveCount: 0 });

    const redrive = () =>
      client.send(new sfn.RedriveExecutionCommand({ executionArn, clientToken: 'token' }));
    const [first, second] = [await redrive(), await redrive()];
    const ended = await end();
    const history = await client.send(new sfn.GetExecutionHistoryCommand({ executionArn }));

    expect(second.redriveDate).toEqual(first.redriveDate);
    expect(ended).toMatchObject({ redriveCount: 1, redriveDate: first.redriveDate });
    expect(history.events?.filter(({ type }) => type === 'ExecutionRedriven')).toHaveLength(1);
  });

  it('lists are by version and by status, and their pages have no gap', async () => {
    const { client, start, end } = await withMachine(pass);
    await client.send(new sfn.PublishStateMachineVersionCommand({ stateMachineArn }));
    const names = ['a', 'b', 'c', 'd', 'e'];
    const run = async (name: string, arn = stateMachineArn) => {
      await start({ name, stateMachineArn: arn });
      await end(`${scope}:execution:order:${name}`);
    };
    for (const name of names) await run(name);
    await run('v', `${stateMachineArn}:1`);

    const listed: (string | undefined)[] = [];
    const pages = sfn.paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn });
    for await (const page of pages) listed.push(...(page.executions ?? []).map(({ name }) => name));
    const byVersion = await client.send(
      new sfn.ListExecutionsCommand({ stateMachineArn: `${stateMachineArn}:1` }),
    );
    const running = await client.send(
      new sfn.ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );

    expect(listed).toEqual(['v', 'e', 'd', 'c', 'b', 'a']);
    expect(byVersion.executions).toMatchObject([
      { name: 'v', stateMachineVersionArn: `${stateMachineArn}:1` },
    ]);
    expect(running.executions).toEqual([]);
  });

  it('a history is read both ways in pages, and without documents', async () => {
    const { client, start, end } = await withMachine(pass);
    await start();
    await end();

    const read = async (members: Partial<sfn.GetExecutionHistoryCommandInput>) => {
      const events: sfn.HistoryEvent[] = [];
      const config = { client, pageSize: 2 };
      const pages = sfn.paginateGetExecutionHistory(config, { executionArn, ...members });
      for await (const page of pages) events.push(...(page.events ?? []));
      return events;
    };
    const forward = await read({});
    const backward = await read({ reverseOrder: true });
    const bare = await read({ includeExecutionData: false });

    expect(forward.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(forward[0]).toMatchObject({ type: 'ExecutionStarted', timestamp: expect.any(Date) });
    expect(backward).toEqual(forward.toReversed());
    expect(JSON.stringify(bare)).not.toMatch(/"(input|output)":/);
  });

  it('a history of thousands of events has no gap, both ways, whatever the size of its pages', async () => {
    const { call, start, end } = await withMachine(rounds);
    await start({ input: '{"n":0}' });
    await end();

    const read = async (maxResults: number, reverseOrder: boolean, pagesMax: number) => {
      const ids: number[] = [];
      let nextToken: string | undefined;
      for (let pages = 0; pages < pagesMax; pages += 1) {
        const members = { executionArn, maxResults, reverseOrder, nextToken };
        const { body } = await call('GetExecutionHistory', members);
        ids.push(...body.events.map(({ id }: sfn.HistoryEvent) => id));
        nextToken = body.nextToken;
        if (nextToken === undefined) break;
        expect(body.events).toHaveLength(maxResults);
      }
      return ids;
    };

    const forward = Array.from({ length: 2_508 }, (_, index) => index + 1);
    const backward = forward.toReversed();
    for (const size of [100, 1_000]) {
      expect(await read(size, false, 100)).toEqual(forward);
      expect(await read(size, true, 100)).toEqual(backward);
    }
    expect(await read(1, false, 50)).toEqual(forward.slice(0, 50));
    expect(await read(1, true, 50)).toEqual(backward.slice(0, 50));
  });

  it('a page of a history ends before the answer is too large, and the next one goes on', async () => {
    const { client, start, end } = await withMachine(pass, { answerBytesMax: 700 });
    await start({ input: JSON.stringify('x'.repeat(500)) });
    await end();

    const pages: (number | undefined)[][] = [];
    for await (const page of sfn.paginateGetExecutionHistory({ client }, { executionArn })) {
      pages.push((page.events ?? []).map(({ id }) => id));
    }

    expect(pages).toEqual([[1], [2], [3], [4]]);
  });

  it('an EXPRESS machine starts another execution at each call, which nothing lists', async () => {
    const { client, start } = await withMachine(pass, { type: 'EXPRESS' });

    const [first, second] = [await start(), await start()];
    const listed = client.send(new sfn.ListExecutionsCommand({ stateMachineArn }));
    const described = client.send(
      new sfn.DescribeExecutionCommand({ executionArn: first.executionArn }),
    );

    expect(first.executionArn).toMatch(/:express:order:one:[\da-f-]{36}$/);
    expect(second.executionArn).not.toBe(first.executionArn);
    expect(await rejection(listed)).toBeInstanceOf(sfn.StateMachineTypeNotSupported);
    expect(await rejection(described)).toBeInstanceOf(sfn.InvalidArn);
  });
});

describe('a map run', () => {
  it('it is listed by its parent, described with its counts, and its children are listed', async () => {
    const { client, start, end } = await withMachine(each);
    await start({ input: '[1,2,3]' });
    await end();

    const { mapRuns } = await client.send(new sfn.ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns?.[0]?.mapRunArn ?? '';
    const run = await client.send(new sfn.DescribeMapRunCommand({ mapRunArn }));
    const { executions } = await client.send(new sfn.ListExecutionsCommand({ mapRunArn }));
    const child = await client.send(
      new sfn.DescribeExecutionCommand({ executionArn: executions?.[0]?.executionArn }),
    );
    const machine = await client.send(
      new sfn.DescribeStateMachineForExecutionCommand({ executionArn: child.executionArn }),
    );
    const late = client.send(new sfn.UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }));

    expect(mapRunArn).toMatch(/:mapRun:order\/each:[\da-f-]{36}$/);
    expect(run).toMatchObject({
      executionArn,
      status: 'SUCCEEDED',
      itemCounts: { total: 3, succeeded: 3, pending: 0 },
      executionCounts: { total: 3, succeeded: 3 },
      maxConcurrency: 0,
    });
    expect(executions).toHaveLength(3);
    expect(executions?.[0]).toMatchObject({ mapRunArn, itemCount: 1 });
    expect(child).toMatchObject({ mapRunArn, stateMachineArn: `${stateMachineArn}/each` });
    expect(machine).toMatchObject({ label: 'each', mapRunArn, roleArn });
    expect(await rejection(late)).toBeInstanceOf(sfn.ValidationException);
  });
});

describe('a map run that runs', () => {
  it('an update of a map run changes what it names, and keeps the rest', async () => {
    const { Each } = each.States;
    const ItemProcessor = { ...Each.ItemProcessor, StartAt: 'W', States: wait.States };
    const definition = { ...each, States: { Each: { ...Each, ItemProcessor, MaxConcurrency: 5 } } };
    const { client, start, end } = await withMachine(definition);
    await start({ input: '[1,2]' });
    const list = new sfn.ListMapRunsCommand({ executionArn });
    let mapRunArn: string | undefined;
    while (mapRunArn === undefined) {
      await settle();
      mapRunArn = (await client.send(list)).mapRuns?.[0]?.mapRunArn;
    }

    await client.send(new sfn.UpdateMapRunCommand({ mapRunArn, toleratedFailureCount: 1 }));
    const run = await client.send(new sfn.DescribeMapRunCommand({ mapRunArn }));
    await client.send(new sfn.StopExecutionCommand({ executionArn }));
    const { status } = await end();

    expect(run).toMatchObject({ status: 'RUNNING', maxConcurrency: 5, toleratedFailureCount: 1 });
    expect(status).toBe('ABORTED');
  });
});

describe('a refusal of an execution', () => {
  it.each<[string, unknown, string, object]>([
    [
      'an input that is no JSON',
      sfn.InvalidExecutionInput,
      'StartExecution',
      { stateMachineArn, input: '{' },
    ],
    ['a bad name', sfn.InvalidName, 'StartExecution', { stateMachineArn, name: 'a b' }],
    [
      'a test case without a file',
      sfn.ValidationException,
      'StartExecution',
      { stateMachineArn: `${stateMachineArn}#Happy` },
    ],
    [
      'an unknown machine',
      sfn.StateMachineDoesNotExist,
      'StartExecution',
      { stateMachineArn: `${stateMachineArn}x` },
    ],
    [
      'a synchronous start of a STANDARD machine',
      sfn.StateMachineTypeNotSupported,
      'StartSyncExecution',
      { stateMachineArn },
    ],
    [
      'an unknown execution',
      sfn.ExecutionDoesNotExist,
      'DescribeExecution',
      { executionArn: `${executionArn}x` },
    ],
    [
      'an unknown execution to stop',
      sfn.ExecutionDoesNotExist,
      'StopExecution',
      { executionArn: `${executionArn}x` },
    ],
    [
      'a redrive of one that runs',
      sfn.ExecutionNotRedrivable,
      'RedriveExecution',
      { executionArn },
    ],
    [
      'an ARN of a machine',
      sfn.InvalidArn,
      'GetExecutionHistory',
      { executionArn: stateMachineArn },
    ],
    ['a forged token', sfn.InvalidToken, 'GetExecutionHistory', { executionArn, nextToken: 'x.y' }],
    [
      'an unknown map run',
      sfn.ResourceNotFound,
      'DescribeMapRun',
      { mapRunArn: `${scope}:mapRun:order/each:0` },
    ],
    ['a list of nothing', sfn.ValidationException, 'ListExecutions', {}],
    [
      'a filter of map runs',
      sfn.ValidationException,
      'ListExecutions',
      { stateMachineArn, redriveFilter: 'REDRIVEN' },
    ],
  ])('%s is a typed exception', async (_, type, operation, members) => {
    const { client, start } = await withMachine(wait, { works: false });
    await start();
    const command = Reflect.get(sfn, `${operation}Command`);

    const error = await rejection(client.send(new command(members)));

    expect(error).toBeInstanceOf(type);
    expect(error.message).not.toBe('');
  });
});

async function endOf(client: sfn.SFNClient) {
  for (;;) {
    const described = await client.send(new sfn.DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
    await settle();
  }
}
