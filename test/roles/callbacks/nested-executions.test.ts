/** Executions that Tasks start. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import type { Invocation } from '../../../lib/ports/task-invoker.ts';
import { NestedExecutions } from '../../../lib/roles/callbacks/nested-executions.ts';
import { createInvocation } from '../../support/invocation.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';

const resource = 'arn:aws:states:::states:startExecution';
const machineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine';
const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };

/**
 * Opens a harness whose machine can be started by the Task `2` of a parent in the queue `low`.
 */
async function openNested() {
  const harness = new RoleHarness();
  await harness.register(pass);
  const parentId = await harness.record({}, { queue: 'low' });
  const nested = new NestedExecutions(harness);
  nested.offer({ id: 'machine', version: 1, kind: 'STANDARD' });
  const start = (parameters: JsonObject, changes: Partial<Invocation> = {}) =>
    nested.invoke(
      createInvocation({
        resource,
        parameters: { StateMachineArn: machineArn, ...parameters },
        execution: { id: parentId, arn: 'arn:parent', name: 'parent' },
        idempotencyKey: `${parentId}:2:0`,
        queue: 'low',
        ...changes,
      }),
    );
  const children = async () => {
    const { entries } = await harness.store.listExecutions({ machineId: 'machine' }, { limit: 10 });
    return entries.filter(({ id }) => id !== parentId);
  };
  return { harness, nested, parentId, start, children };
}

describe('states:startExecution', () => {
  it('starting an EXPRESS machine returns an express ARN, even when the parent is not stored', async () => {
    const { harness, nested, start } = await openNested();
    nested.offer({ id: 'machine', version: 1, kind: 'EXPRESS' });

    const answer = await start({ Name: 'quick' }, { execution: { id: 'x', arn: 'a', name: 'x' } });

    const child = await harness.store.findExecution('machine', 'quick');
    const ExecutionArn = `arn:aws:states:us-east-1:000000000000:express:machine:quick:${child?.id}`;
    expect(answer).toMatchObject({ ok: true, result: { ExecutionArn } });
  });

  it('startExecution records the child, sends its task to the parent’s queue and returns its ARN', async () => {
    const { harness, start, children } = await openNested();

    const answer = await start({ Name: 'first', Input: { order: 7 } });

    const [child] = await children();
    const record = await harness.store.getExecution(child?.id ?? '');
    expect(record).toMatchObject({
      name: 'first',
      input: '{"order":7}',
      status: 'PENDING',
      queue: 'low',
    });
    expect(answer).toEqual({
      ok: true,
      result: {
        ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:machine:first',
        StartDate: record?.createdAt,
      },
    });
    expect(await harness.depth('low')).toMatchObject({ ready: 1 });
  });

  it('a repeated startExecution finds the child that it has started', async () => {
    const { start, children, parentId } = await openNested();

    const first = await start({ Input: [1] });
    const again = await start({ Input: [1] });

    expect(again).toEqual(first);
    expect((await children()).map(({ name }) => name)).toEqual([`${parentId}-2-0`]);
  });

  it('startExecution refuses a name that another execution has', async () => {
    const { start, children } = await openNested();

    await start({ Name: 'taken', Input: 1 });
    const answer = await start({ Name: 'taken', Input: 2 });

    expect(answer).toEqual({
      ok: false,
      error: 'StepFunctions.ExecutionAlreadyExistsException',
      cause:
        'Execution Already Exists: ' +
        "'arn:aws:states:us-east-1:000000000000:execution:machine:taken'",
    });
    expect(await children()).toHaveLength(1);
  });

  it.each([
    [undefined, '{}'],
    [null, '{}'],
    ['{"a": 1}', '{"a":1}'],
    ['"text"', '"text"'],
    [7, '7'],
  ])('startExecution takes the Input %j as the document %s', async (given, document) => {
    const { harness, start, children } = await openNested();

    await start(given === undefined ? {} : { Input: given });

    const [child] = await children();
    expect((await harness.store.getExecution(child?.id ?? ''))?.input).toBe(document);
  });

  it.each([
    ['an input that is no JSON', { Input: 'text' }, 'InvalidExecutionInputException'],
    ['an invalid name', { Name: 'a b' }, 'InvalidNameException'],
    ['no machine', { StateMachineArn: null }, 'StateMachineDoesNotExistException'],
  ])('startExecution fails for %s and starts nothing', async (_, parameters, error) => {
    const { start, children } = await openNested();

    expect(await start(parameters)).toMatchObject({ ok: false, error: `StepFunctions.${error}` });
    expect(await children()).toEqual([]);
  });

  it('startExecution with a task token is answered by the holder of the token', async () => {
    const { start } = await openNested();
    const waiting = { resource: `${resource}.waitForTaskToken`, pattern: 'token' } as const;

    const answer = await start({}, waiting);

    expect(answer).toMatchObject({ ok: true, submitted: { ExecutionArn: expect.any(String) } });
  });

  it('startExecution retries while the store does not answer, and starts the child once', async () => {
    const { harness, start, children } = await openNested();
    const { createExecutions } = harness.store;
    let refusals = 2;
    harness.store.createExecutions = async (...given) => {
      const results = await createExecutions(...given);
      refusals -= 1;
      if (refusals >= 0) throw unavailable();
      return results;
    };
    let answer: unknown;
    void start({}).then((given) => {
      answer = given;
    });

    await harness.pass(() => answer !== undefined, 'the start of the child');

    expect(answer).toMatchObject({ ok: true });
    expect(await children()).toHaveLength(1);
  });

  it('a child with .sync stores the waiting command, and no other command shares it', async () => {
    const { harness, start, children, parentId } = await openNested();
    const sync = { resource: `${resource}.sync:2`, pattern: 'sync' } as const;

    const first = await start({ Name: 'one' }, sync);
    const again = await start({ Name: 'one' }, sync);
    const other = await start({ Name: 'one' }, { ...sync, idempotencyKey: `${parentId}:2:1` });

    expect(first).toMatchObject({ ok: true, submitted: { ExecutionArn: expect.any(String) } });
    expect(again).toEqual(first);
    expect(other).toMatchObject({ error: 'StepFunctions.ExecutionAlreadyExistsException' });
    const [child] = await children();
    const { replyTo } = (await harness.store.getExecution(child?.id ?? '')) ?? {};
    expect(JSON.parse(replyTo ?? '')).toEqual({
      executionId: parentId,
      command: '2:0',
      form: 'sync:2',
    });
  });

  it('an unknown machine is refused when the definition names it', async () => {
    const { nested } = await openNested();
    const refusal = (parameters: JsonObject) =>
      nested.findRefusal({ resource, parameters, asWritten: true });

    expect(refusal({ StateMachineArn: machineArn })).toBeNull();
    expect(refusal({ StateMachineArn: 'machine' })).toBeNull();
    expect(refusal({ StateMachineArn: `${machineArn}:3` })).toBeNull();
    expect(refusal({ 'StateMachineArn.$': '$.m' })).toBeNull();
    expect(refusal({ StateMachineArn: `${machineArn}y` })).toBe(
      "no machine is named 'machiney' (known: machine; did you mean 'machine'?)",
    );
  });

  it('a watcher is notified of each child and its parent until it stops watching', async () => {
    const { nested, start, children, parentId } = await openNested();
    const seen: unknown[] = [];
    const unwatch = nested.watch((child) => seen.push(child));

    await start({});
    unwatch();
    await start({ Name: 'unseen' });

    const first = (await children()).find(({ name }) => name !== 'unseen');
    expect(seen).toEqual([{ id: first?.id, parentId }]);
  });
});
