/** The frames of `millrace top`. */
import { describe, expect, it } from 'vitest';
import { plainLook } from '../../../lib/cli/terminal/table-look.ts';
import { topFrame } from '../../../lib/cli/top/top-frame.ts';
import type { TopBatch, TopModel } from '../../../lib/cli/top/top-model.ts';
import { call, folderWith } from '../cli-call.ts';

function batch(name: string, fields: Partial<TopBatch> = {}): TopBatch {
  return {
    id: `id-of-${name}`,
    name,
    status: 'RUNNING',
    created: 100,
    succeeded: 50,
    failed: 0,
    sourceDone: true,
    perSecond: null,
    ...fields,
  };
}

function modelOf(...batches: TopBatch[]): TopModel {
  return {
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    store: 'memory',
    broker: 'memory',
    queues: [],
    batches,
    workers: [],
  };
}

/** The names of the batches of a frame, in their order. */
function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^(\w+) +(?:RUNNING|SUCCEEDED)/.exec(line)?.[1] ?? []);
}

describe('a frame of millrace top', () => {
  it('a frame shows how far each batch is', () => {
    const lines = topFrame(modelOf(batch('orders', { failed: 10, perSecond: 25 })), {
      look: plainLook,
      order: 'newest',
    });

    expect(lines[0]).toBe('millrace top  2026-01-02 03:04:05 UTC  memory, queues in memory');
    expect(lines.find((line) => line.startsWith('orders'))).toMatch(
      /^orders +RUNNING +█{12}░{8} +60 +100 +10 +25 +id-of-orders$/,
    );
  });

  it('open batches come first, in the order that is chosen', () => {
    const model = modelOf(
      batch('ended', { status: 'SUCCEEDED', failed: 9 }),
      batch('slow', { failed: 5, perSecond: 1 }),
      batch('fast', { failed: 1, perSecond: 9 }),
    );
    const names = (order: 'newest' | 'rate' | 'failed' | 'name') =>
      namesIn(topFrame(model, { look: plainLook, order }));

    expect(names('newest')).toEqual(['slow', 'fast', 'ended']);
    expect(names('rate')).toEqual(['fast', 'slow', 'ended']);
    expect(names('failed')).toEqual(['slow', 'fast', 'ended']);
    expect(names('name')).toEqual(['fast', 'slow', 'ended']);
  });

  it('a low terminal shows fewer batches', () => {
    const batches = Array.from({ length: 30 }, (_, index) => batch(`b${index}`));
    const lines = topFrame(modelOf(...batches), { look: plainLook, order: 'newest', rows: 24 });

    expect(lines.length).toBeLessThanOrEqual(24);
    expect(namesIn(lines)).toHaveLength(11);
  });
});

it('millrace top prints one frame where there is no terminal', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });

  const text = await call(['top', '--store', 'memory'], { folder });
  const json = await call(['top', '--store', 'memory', '--json'], { folder });

  expect(text.stdout).toMatch(/^queues\nqueue +state[\s\S]*there is no batch/m);
  expect(JSON.parse(json.stdout)).toMatchObject({ batches: [], workers: [] });
});
