/** Commands on many entries of the archive. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

class Refused extends Error {
  override name = 'Refused';
}

const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };

/** Opens an app whose batch of three executions has failed; `calls` counts the handler's calls. */
async function openFailed() {
  const calls: unknown[] = [];
  const app = await openApp({
    machines: { work: { definition: work, nonRetryableErrors: ['Refused'] } },
    handlers: {
      work: (input: unknown) => {
        calls.push(input);
        throw new Refused('no');
      },
    },
    batches: { works: { machine: 'work', source: { kind: 'items', items: [1, 2, 3] } } },
  });
  await app.start();
  const { id } = await app.batches.start('works');
  await batchEnd(app, id);
  // A later millisecond than that of the ends.
  await pause(systemClock, 2);
  return { app, calls, batchId: id };
}

/** Archives dead letters that belong to no execution, one millisecond apart. */
async function archiveLetters(app: Millrace, ...ids: string[]): Promise<void> {
  for (const taskId of ids) {
    const letter = { taskId, queue: 'low', body: '', reason: 'no', deliveries: 1, sentAt: 0 };
    await app.drivers.store.archive([letter]);
    await pause(systemClock, 2);
  }
}

const isEmpty = { machines: { work: { definition: work } }, handlers: { work: () => null } };

describe('a redrive of the archive', () => {
  it('a redrive runs each entry once, although all fail again while it runs', async () => {
    const { app, calls } = await openFailed();
    const isRefilled = async () => (await app.archive.count({ all: true })) === 3;

    const pages: number[] = [];
    for await (const page of app.archive.redrive({ all: true })) {
      pages.push(page.length);
      await until(isRefilled, 'the executions have failed again', 100_000);
    }

    expect(pages).toEqual([3]);
    expect(calls).toHaveLength(6);
  });

  it('a redrive takes no more entries than its limit, oldest first', async () => {
    const { app, batchId } = await openFailed();
    const { entries } = await app.archive.list();

    const redriven: string[] = [];
    for await (const page of app.archive.redrive({ batchId }, { limit: 2 })) redriven.push(...page);

    const oldestFirst = entries.map(({ taskId }) => taskId).toReversed();
    expect(redriven).toEqual(oldestFirst.slice(0, 2));
  });

  it('a redrive that is interrupted leaves the other entries in the archive', async () => {
    const { app } = await openFailed();
    await app.stop();
    const stop = new AbortController();

    const pace = { perSecond: 1, signal: stop.signal };
    for await (const _ of app.archive.redrive({ all: true }, pace)) stop.abort();

    expect(await app.archive.count({ all: true })).toBe(2);
  });
});

describe('a deletion from the archive', () => {
  it('a deletion takes the entries of its filter and keeps their executions', async () => {
    const { app } = await openFailed();
    await archiveLetters(app, 'letter');

    const counts: number[] = [];
    for await (const count of app.archive.delete({ error: 'Refused' })) counts.push(count);

    expect(counts).toEqual([3]);
    expect((await app.archive.list()).entries).toMatchObject([{ taskId: 'letter' }]);
    expect((await app.executions.list({ status: 'FAILED' })).entries).toHaveLength(3);
  });
});

describe('a selection of archived tasks', () => {
  it('a selection without a condition is refused by every command unless it says all', async () => {
    const app = await openApp(isEmpty);
    await archiveLetters(app, 'a');
    const refusal = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('or all') };

    await expect(app.archive.redrive({}).next()).rejects.toMatchObject(refusal);
    await expect(app.archive.delete({}).next()).rejects.toMatchObject(refusal);
    await expect(app.archive.preview({})).rejects.toMatchObject(refusal);
    await expect(async () => app.archive.count({ all: false })).rejects.toMatchObject(refusal);

    expect(await app.archive.count({ all: true })).toBe(1);
  });

  it('a preview shows the oldest entries that a command would take, also with a limit', async () => {
    const app = await openApp(isEmpty);
    await archiveLetters(app, 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    const preview = async (limit?: number) => {
      const options = limit === undefined ? {} : { limit };
      const { matching, some } = await app.archive.preview({ queue: 'low' }, options);
      return [matching, some.map(({ taskId }) => taskId).join('')];
    };

    expect(await preview()).toEqual([7, 'abcde']);
    expect(await preview(3)).toEqual([3, 'abc']);
    expect(await preview(6)).toEqual([6, 'abcde']);
    expect(await app.archive.preview({ queue: 'high' })).toEqual({ matching: 0, some: [] });
    expect(await app.archive.count({ all: true })).toBe(7);
  });

  it('tasks that the archive does not have are reported', async () => {
    const app = await openApp(isEmpty);
    await archiveLetters(app, 'a');

    expect(await app.archive.missing(['a', 'b'])).toEqual(['b']);
  });
});

describe('one archived task', () => {
  it('an archived task has the status and the input of its execution', async () => {
    const { app } = await openFailed();
    await archiveLetters(app, 'letter');
    const { entries } = await app.archive.list({ error: 'Refused' });
    const [{ taskId, executionName } = { taskId: '', executionName: '' }] = entries;

    const byId = await app.archive.get(taskId);
    const byName = await app.archive.get(`work:${executionName}`);

    expect(byId).toMatchObject({ taskId, error: 'Refused', status: 'FAILED' });
    expect([1, 2, 3]).toContain(byId.input);
    expect(byName).toEqual(byId);
    expect(await app.archive.get('letter')).toMatchObject({ status: null, input: null });
  });

  it('a task that the archive does not have is refused by id and by name', async () => {
    const app = await openApp(isEmpty);

    for (const name of ['none', 'work:none']) {
      await expect(app.archive.get(name)).rejects.toMatchObject({ code: 'UNKNOWN_TASK' });
    }
  });
});
