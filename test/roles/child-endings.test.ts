/** Children that are waited for no more: each is aborted, whatever its name and whoever says so. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json.ts';
import type { Invocation, TaskInvoker } from '../../lib/ports/task-invoker.ts';
import { NestedExecutions } from '../../lib/roles/nested-executions.ts';
import { invocationOf } from '../support/invocation.ts';
import { RoleWorld, unavailable } from '../support/role-world.ts';

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

/** A world with the machine `sleeper`, and `machine` with the state `Start` and 300 s to end. */
async function openParent(state: object) {
  const world = new RoleWorld();
  await world.register(sleeper, 'sleeper');
  await world.register({ StartAt: 'Start', TimeoutSeconds: 300, States: { Start: state } });
  const nested = new NestedExecutions(world);
  nested.offer({ id: 'sleeper', version: 1, kind: 'STANDARD' });
  return { world, nested };
}

/** Runs `invoker`'s Tasks in one worker after another, so that no memory outlives a sleep. */
async function runUntil(
  world: RoleWorld,
  invoker: TaskInvoker,
  condition: () => Promise<boolean>,
): Promise<void> {
  const worker = world.worker({ executor: world.executor({ invoker }) });
  const sweeper = world.sweeper();
  worker.start();
  sweeper.start();
  await world.pass(condition, 'what the worker is for');
  await world.stop(worker);
  await world.stop(sweeper);
}

async function childOf(world: RoleWorld) {
  const { entries } = await world.store.listExecutions({ machineId: 'sleeper' }, { limit: 10 });
  expect(entries.length).toBeLessThan(2);
  return entries[0];
}

describe('a child', () => {
  it.each([
    ['of its own name', {}],
    ['of a name that is given', { Name: 'mine' }],
  ])('%s is aborted when its parent’s time is over, by whichever process', async (_, named) => {
    const { world, nested } = await openParent(starting('.sync', named));
    const id = await world.submit();
    await runUntil(world, nested, async () => (await childOf(world))?.status === 'RUNNING');
    const another = new NestedExecutions(world);

    await runUntil(world, another, async () => {
      const child = await childOf(world);
      return child !== undefined && child.endedAt !== null;
    });

    expect(await childOf(world)).toMatchObject({ status: 'ABORTED' });
    expect(await world.store.getExecution(id)).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('that nobody waits for goes on when its parent’s time is over', async () => {
    const wait = { Type: 'Wait', Seconds: 10_000, End: true };
    const { world, nested } = await openParent({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: starting('') } },
        { StartAt: 'B', States: { B: wait } },
      ],
      End: true,
    });
    const id = await world.submit();

    await runUntil(world, nested, async () => {
      return (await world.store.getExecution(id))?.endedAt !== null;
    });

    expect(await childOf(world)).toMatchObject({ endedAt: null });
  });

  it.each([
    ['is aborted when its parent has ended meanwhile', true],
    ['is left to the next call when the process only stops', false],
  ])('whose start is interrupted %s', async (_, parentEnds) => {
    const { world, nested } = await openParent(starting('.sync'));
    const parentId = await world.submit();
    let idempotencyKey = '';
    const invoke = (invocation: Invocation) => {
      idempotencyKey = invocation.idempotencyKey;
      return new Promise<never>(() => {});
    };
    const waits = async () => idempotencyKey !== '';
    const ended = async () => (await world.store.getExecution(parentId))?.endedAt !== null;
    await runUntil(world, { refusal: () => null, invoke }, parentEnds ? ended : waits);
    const { store } = world;
    const { createExecutions, requestAbort } = store;
    const stopping = new AbortController();
    store.createExecutions = async (...asked) => {
      await createExecutions(...asked);
      stopping.abort();
      throw unavailable();
    };
    const aborted: string[] = [];
    store.requestAbort = (ids) => {
      aborted.push(...ids);
      return requestAbort(ids);
    };

    await nested.invoke(
      invocationOf({
        ...{ resource: `${startExecution}.sync`, pattern: 'sync', idempotencyKey },
        parameters: { StateMachineArn: 'sleeper' },
        execution: { id: parentId, arn: 'arn:parent', name: 'parent' },
        signal: stopping.signal,
      }),
    );

    expect(aborted).toEqual(parentEnds ? [(await childOf(world))?.id] : []);
    expect(await childOf(world)).toMatchObject({ status: 'PENDING' });
  });

  it('that cannot be aborted goes on, and the log says so', async () => {
    const { world, nested } = await openParent(starting('.sync'));
    world.store.requestAbort = () => Promise.reject(unavailable());

    await nested.cancel(await world.record(), '2:0');

    expect(world.logger.entries).toMatchObject([
      { message: 'a nested execution that is not waited for was not aborted' },
    ]);
  });
});
