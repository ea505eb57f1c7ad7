/** `millrace batch results` and the labels of executions, on an embedded database. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, folderWith, jsonOf } from './cli-call.ts';

keepDatabasesOpen();

const config = `
export default {
  data: import.meta.dirname + '/data',
  machines: { order: { definition: { StartAt: 'Ship', States: { Ship: {
    Type: 'Task', Resource: 'ship', End: true } } } } },
  handlers: { ship: ({ id }) => {
    if (id === 13) throw Object.assign(new Error('unlucky'), { name: 'Unlucky' });
    return { shipped: id };
  } },
  batches: { orders: {
    machine: 'order',
    source: { kind: 'csv', path: './orders.csv' },
    item: { input: 'toOrder', labels: { customer: '$.customer' } },
    options: { retriesMax: 0, failurePolicy: null, toleratedFailureCount: 1,
      results: { output: 'night.jsonl' } },
  } },
  transformers: { toOrder: (row) => ({ ...row, id: Number(row.id) }) },
};`;

describe('batch results', () => {
  it('batch results prints and writes what came of each row, and a label finds executions', async () => {
    const folder = folderWith({
      'millrace.config.js': config,
      'orders.csv': 'id,customer\n12,C1\n13,C2\n14,C1\n',
    });
    const started = await call(['batch', 'start', 'orders', '--json'], { folder });
    expect(started.stderr).toContain(`3 results are in ${join(folder, 'night.jsonl')}`);
    expect(readFileSync(join(folder, 'night.jsonl'), 'utf8').split('\n')).toHaveLength(4);

    const lines = await call(['batch', 'results', 'latest'], { folder });
    const csv = await call(
      ['batch', 'results', 'orders', '--output', 'out/failed.csv', '--status', 'FAILED'],
      { folder },
    );
    const printed = await call(['batch', 'results', 'orders', '--format', 'csv'], { folder });
    await call(['batch', 'results', 'orders', '--output', 'all.csv'], { folder });
    const gone = await call(['batch', 'results', 'orders', '--output', 'gone.csv'], {
      folder,
      interrupted: AbortSignal.abort(),
    });
    const labels = ['--label', 'customer=C1', '--with', 'output'];
    const found = await call(['execution', 'list', ...labels, '--json'], { folder });
    const table = await call(['execution', 'list', ...labels], { folder });
    const shown = await call(['batch', 'get', 'latest'], { folder });
    const bad = await call(['execution', 'list', '--label', 'customer'], { folder });

    const rows = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { index: 0, status: 'SUCCEEDED', input: { id: 12 }, output: { shipped: 12 } },
      { index: 1, status: 'FAILED', error: 'Unlucky', labels: { customer: 'C2' }, output: null },
      { index: 2, status: 'SUCCEEDED' },
    ]);
    expect(csv).toMatchObject({ status: 0, stdout: '' });
    expect(csv.stderr).toContain('1 results are in ');
    expect(readFileSync(join(folder, 'out/failed.csv'), 'utf8').split('\r\n')).toHaveLength(3);
    expect(readdirSync(join(folder, 'out'))).toEqual(['failed.csv']);
    expect(printed.stdout).toBe(readFileSync(join(folder, 'all.csv'), 'utf8'));
    expect(gone.status).toBe(130);
    expect(existsSync(join(folder, 'gone.csv'))).toBe(false);
    expect(jsonOf(found)).toMatchObject({
      executions: [
        { labels: { customer: 'C1' }, output: { shipped: 14 } },
        { labels: { customer: 'C1' }, output: { shipped: 12 } },
      ],
    });
    expect(table.stdout).toContain('customer=C1');
    expect(table.stdout).toContain('{"shipped":14}');
    expect(shown.stdout).toContain(`results WRITTEN, 3 in ${join(folder, 'night.jsonl')}`);
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain('expected KEY=VALUE, such as customer=7');
  });
});
