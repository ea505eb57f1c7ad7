/** Commands on single executions. */
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/open-app.ts';

const waits = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 9_999, End: true } },
};
const works = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };

async function openRunning() {
  let fails = true;
  const app = await openApp({
    machines: { slow: { definition: waits }, work: { definition: works } },
    handlers: {
      work: () => {
        if (fails) throw new Error('broken');
        return 'done';
      },
    },
  });
  await app.start();
  const repair = () => {
    fails = false;
  };
  return { app, repair };
}

describe('starting an execution', () => {
  it('a name starts an execution once, whatever the order of the keys of its input', async () => {
    const { app } = await openRunning();
    const start = (input: object) =>
      app.executions.start({ machineId: 'slow', name: 'a', input: input as never });

    const first = await start({ a: 1, b: 2 });
    const second = await start({ b: 2, a: 1 });

    expect(first).toMatchObject({ name: 'a', created: true });
    expect(second).toEqual({ ...first, created: false });
    await expect(start({ a: 2 })).rejects.toMatchObject({
      code: 'EXECUTION_EXISTS',
      fields: { executionId: first.executionId, machineId: 'slow' },
    });
  });

  it('an execution of an unknown machine or queue is refused', async () => {
    const { app } = await openRunning();

    await expect(app.executions.start({ machineId: 'none' })).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
    });
    await expect(
      app.executions.start({ machineId: 'slow', priority: 'urgent' }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('a started execution is not retried', async () => {
    const { app } = await openRunning();
    const { executionId } = await app.executions.start({ machineId: 'work' });

    const ended = await app.executions.wait(executionId);

    expect(ended).toMatchObject({ status: 'FAILED', attempts: 1 });
  });
});

describe('reading an execution', () => {
  it('an execution is found by its id and by its machine and name', async () => {
    const { app } = await openRunning();
    const input = { n: 1 };
    const { executionId } = await app.executions.start({ machineId: 'slow', name: 'a', input });

    const byId = await app.executions.get(executionId);

    expect(byId).toMatchObject({ id: executionId, input, output: null, machineType: 'STANDARD' });
    expect(Object.keys(byId)).not.toEqual(expect.arrayContaining(['snapshot', 'fence']));
    expect(await app.executions.get('slow:a')).toMatchObject({ id: executionId });
    expect((await app.executions.list({ machineId: 'slow' })).entries).toHaveLength(1);
    expect((await app.executions.list({ machineId: 'work' })).entries).toEqual([]);
  });

  it('a history is read in pages without a gap', async () => {
    const { app } = await openRunning();
    const { executionId } = await app.executions.start({ machineId: 'work', name: 'a' });
    await app.executions.wait(executionId);

    const whole = await app.executions.history('work:a');
    const types: string[] = [];
    for (let from: number | null = 1; from !== null; ) {
      const page = await app.executions.history('work:a', { limit: 2, from });
      expect(page.events.length).toBeLessThanOrEqual(2);
      types.push(...page.events.map(({ type }) => type));
      from = page.next;
    }

    expect(whole).toMatchObject({ executionId, next: null });
    expect(whole.events.map(({ id }) => id)).toEqual(whole.events.map((_, index) => index + 1));
    expect(types).toEqual(whole.events.map(({ type }) => type));
    expect(types.length).toBeGreaterThan(3);
  });

  it('an unknown execution is refused by every command', async () => {
    const { app } = await openRunning();

    for (const name of ['none', 'slow:none', '01900000-0000-7000-8000-00000000dead']) {
      for (const command of [
        app.executions.get(name),
        app.executions.history(name),
        app.executions.cancel(name),
        app.executions.redrive(name),
      ]) {
        await expect(command).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' });
      }
    }
    expect(await app.executions.wait('01900000-0000-7000-8000-00000000dead')).toBeNull();
  });
});

describe('cancelling and redriving an execution', () => {
  it('an execution that waits is stopped, and cannot be cancelled again', async () => {
    const { app } = await openRunning();
    const { executionId } = await app.executions.start({ machineId: 'slow' });

    const { outcome } = await app.executions.cancel(executionId);
    const ended = await app.executions.wait(executionId);

    expect(['cancelled', 'stopping']).toContain(outcome);
    expect(ended).toMatchObject({ status: 'ABORTED' });
    await expect(app.executions.cancel(executionId)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('an execution that failed is redriven, and one that succeeded is not', async () => {
    const { app, repair } = await openRunning();
    const { executionId } = await app.executions.start({ machineId: 'work' });
    await app.executions.wait(executionId);
    repair();

    const redriven = await app.executions.redrive(executionId);
    const ended = await app.executions.wait(executionId);

    expect(redriven).toEqual({ executionId });
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    await expect(app.executions.redrive(executionId)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('is SUCCEEDED'),
    });
  });
});
