/** The map runs of distributed Maps in machines that are made at run time. */
import { describe, expect, it } from 'vitest';
import { encodeMockCase } from '../../../lib/mocks/mock-case-text.ts';
import { readMockedResponse } from '../../../lib/mocks/mock-file.ts';
import { describeMapRun, listMapRuns } from '../../../lib/operations/map-runs/map-runs.ts';
import { listExecutionsByStart } from '../../../lib/operations/redrive/list-by-start.ts';
import { openMachineApp } from './machine-app.ts';

/** Returns a machine that maps its input with a machine of this one state. */
const mapOf = (state: object, more: object = {}) =>
  JSON.stringify({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Label: 'Lines',
        ...more,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { ...state, End: true } },
        },
        End: true,
      },
    },
  });

describe('map runs', () => {
  it('a map run is described with its executions and items', async () => {
    const { context, make, start, end } = await openMachineApp();
    await make('fan', mapOf({ Type: 'Pass' }, { ItemBatcher: { MaxItemsPerBatch: 2 } }));

    const { executionId, arn } = await start('fan', { input: '[1,2,3]' });
    await end(executionId);
    const runs = await listMapRuns(context, executionId, { limit: 10 });
    const [run] = runs.entries;
    const described = await describeMapRun(context, run?.batchId ?? '');

    expect(described).toMatchObject({
      parentArn: arn,
      run: { status: 'SUCCEEDED', machineId: 'fan/Lines' },
      itemCounts: { total: 3, succeeded: 3, failed: 0 },
      executionCounts: { total: 2, succeeded: 2, running: 0 },
    });
    const children = await listExecutionsByStart(
      context,
      { batchId: run?.batchId ?? '' },
      { limit: 10 },
    );
    expect(children.entries.map(({ itemCount }) => itemCount)).toEqual([1, 2]);
  });

  it('the children of a map run have the role of its machine, and answer with the mocks of its execution', async () => {
    const { make, start, end } = await openMachineApp();
    const Resource = 'arn:aws:lambda:us-east-1:1:function:none';
    const ResultSelector = { 'got.$': '$', 'role.$': '$$.Execution.RoleArn' };
    await make('fan', mapOf({ Type: 'Task', Resource, ResultSelector }));
    const response = readMockedResponse('r', { '0': { Return: { ok: true } } }, 'r', []);

    const { executionId } = await start('fan', {
      input: '[1,2]',
      mockCase: encodeMockCase(new Map([['P', response]])),
    });
    const { status, output } = await end(executionId);

    const child = { got: { ok: true }, role: 'arn:aws:iam::1:role/r' };
    expect({ status, output: JSON.parse(output ?? 'null') }).toEqual({
      status: 'SUCCEEDED',
      output: [child, child],
    });
  });
});
