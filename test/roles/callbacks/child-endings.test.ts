/** Nested executions whose parent no longer waits are aborted, whatever their names. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import type { Invocation, TaskInvoker } from '../../../lib/ports/task-invoker.ts';
import { NestedExecutions } from '../../../lib/roles/callbacks/nested-executions.ts';
import { createInvocation } from '../../support/invocation.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';

const startExecution = 'arn:aws:states:::states:startExecution';

const sleeper = { StartAt: 'S', States: { S: { Type: 'Wait', Seconds: 10_000, End: true } } };

function starting(form: string, Parameters: JsonObject = {}) {
  return {
    Type: 'Task',
    Resource: `${startExecution}${form}`,
    Parameters: { StateMachineArn: 'sleeper', ...Parameters },
    End: true,
  };
}

/** Opens a harness with the machine `sleeper`, and `machine` with `state` and 300 s to end. */
async function openParent(state: object) {
  const harness = new RoleHarness();
  await harness.register(sleeper, 'sleeper');
  await harness.register({ StartAt: 'Start', TimeoutSeconds: 300, States: { Start: state } });
  const nested = new NestedExecutions(harness);
  nested.offer({ id: 'sleeper', version: 1, kind: 'STANDARD' });
  return { harness, nested };
}

/** Runs Tasks with a new worker, so that nothing of an earlier process is in memory. */
async function runUntil(
  harness: RoleHarness,
  invoker: TaskInvoker,
  condition: () => Promise<boolean>,
): Promise<void> {
  const worker = harness.worker({ executor: harness.executor({ invoker }) });
  const sweeper = harness.sweeper();
  worker.start();
  sweeper.start();
  await harness.pass(condition, 'the condition');
  await harness.stop(worker);
  await harness.stop(sweeper);
}

async function findChild(harness: RoleHarness) {
  const { entries } = await harness.store.listExecutions({ machineId: 'sleeper' }, { limit: 10 });
  expect(entries.length).toBeLessThan(2);
  return entries[0];
}

describe('a nested execution whose parent ends', () => {
  it.each([
    ['with a generated name', {}],
    ['with a given name', { Name: 'mine' }],
  ])('a child %s is aborted by any process when its parent times out', async (_, named) => {
    const { harness, nested } = await openParent(starting('.sync', named));
    const id = await harness.submit();
    await runUntil(harness, nested, async () => (await findChild(harness))?.status === 'RUNNING');
    const another = new NestedExecutions(harness);

    await runUntil(harness, another, async () => {
      const child = await findChild(harness);
      return child !== undefined && child.endedAt !== null;
    });

    expect(await findChild(harness)).toMatchObject({ status: 'ABORTED' });
    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('a child that no Task waits for continues when its parent times out', async () => {
    const wait = { Type: 'Wait', Seconds: 10_000, End: true };
    const { harness, nested } = await openParent({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: starting('') } },
        { StartAt: 'B', States: { B: wait } },
      ],
      End: true,
    });
    const id = await harness.submit();

    await runUntil(harness, nested, async () => {
      return (await harness.store.getExecution(id))?.endedAt !== null;
    });

    expect(await findChild(harness)).toMatchObject({ endedAt: null });
  });

  it.each([
    ['is aborted when its parent has ended meanwhile', true],
    ['is left to the next call when only the process stops', false],
  ])('a child whose start is interrupted %s', async (_, parentEnds) => {
    const { harness, nested } = await openParent(starting('.sync'));
    const parentId = await harness.submit();
    let idempotencyKey = '';
    const invoke = (invocation: Invocation) => {
      idempotencyKey = invocation.idempotencyKey;
      return new Promise<never>(() => {});
    };
    const waits = async () => idempotencyKey !== '';
    const ended = async () => (await harness.store.getExecution(parentId))?.endedAt !== null;
    await runUntil(harness, { findRefusal: () => null, invoke }, parentEnds ? ended : waits);
    const { store } = harness;
    const { createExecutions, requestAbort } = store;
    const stopping = new AbortController();
    store.createExecutions = async (...given) => {
      await createExecutions(...given);
      stopping.abort();
      throw unavailable();
    };
    const aborted: string[] = [];
    store.requestAbort = (ids) => {
      aborted.push(...ids);
      return requestAbort(ids);
    };

    await nested.invoke(
      createInvocation({
        resource: `${startExecution}.sync`,
        pattern: 'sync',
        idempotencyKey,
        parameters: { StateMachineArn: 'sleeper' },
        execution: { id: parentId, arn: 'arn:parent', name: 'parent' },
        signal: stopping.signal,
      }),
    );

    expect(aborted).toEqual(parentEnds ? [(await findChild(harness))?.id] : []);
    expect(await findChild(harness)).toMatchObject({ status: 'PENDING' });
  });

  it('a child that cannot be aborted continues, and a warning is logged', async () => {
    const { harness, nested } = await openParent(starting('.sync'));
    harness.store.requestAbort = () => Promise.reject(unavailable());

    await nested.cancel(await harness.record(), '2:0');

    expect(harness.logger.entries).toMatchObject([
      { message: 'nested execution not aborted: it keeps running although its parent has ended' },
    ]);
  });
});
