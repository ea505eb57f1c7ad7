/** `millrace execution` and `machine` on the embedded database, call after call. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, jsonOf, makeFolder, removeFolder } from './cli-call.ts';

keepDatabasesOpen();

const config = `export default {
  machines: {
    order: { definition: './order.asl.json' },
    slow: { definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 9, End: true } } } },
  },
};`;
const definition = { StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } };

let folder = '';

beforeAll(() => {
  folder = makeFolder({
    'millrace.config.mjs': config,
    'order.asl.json': JSON.stringify(definition),
  });
});
afterAll(() => removeFolder(folder));

function millrace(...words: string[]) {
  return call([...words, '--data', join(folder, 'data')], { folder });
}

async function start(...words: string[]) {
  const result = await millrace('execution', 'start', ...words, '--json');
  return jsonOf(result) as { executionId: string; name: string; created: boolean };
}

describe('execution', { timeout: 120_000 }, () => {
  it('execution start records an execution once by its name', async () => {
    const first = await start('order', '--name', 'a', '--input', '{"id":7}');
    const again = await start('order', '--name', 'a', '--input', '{"id":7}');
    const text = await millrace(
      'execution',
      'start',
      'order',
      '--name',
      'a',
      '--input',
      '{"id":7}',
    );
    const other = await millrace('execution', 'start', 'order', '--name', 'a');

    expect(first).toMatchObject({ name: 'a', created: true });
    expect(again).toEqual({ ...first, created: false });
    expect(text.stdout).toBe(`${first.executionId} exists already, and was not started again\n`);
    expect(other).toMatchObject({ status: 1, stdout: '' });
    expect(other.stderr).toContain("an execution named 'a' with another input");
  });

  it('execution start --wait stops waiting when it is interrupted', async () => {
    const result = await call(
      ['execution', 'start', 'slow', '--wait', '--data', join(folder, 'data')],
      { folder, interrupted: AbortSignal.abort() },
    );

    expect(result.status).toBe(130);
    expect(result.stdout).toMatch(/ PENDING: \n$/);
  });

  it('execution start refuses an unknown machine or queue', async () => {
    const machine = await millrace('execution', 'start', 'none');
    const queue = await millrace('execution', 'start', 'order', '--priority', 'urgent');

    expect([machine.status, queue.status]).toEqual([2, 2]);
    expect(machine.stderr).toContain("no machine is named 'none'; known: order, slow");
    expect(queue.stderr).toContain("found 'urgent'");
  });

  it('execution cancel keeps an execution from starting, and the next run ends it', async () => {
    const { executionId } = await start('order', '--name', 'b');

    const cancelled = await millrace('execution', 'cancel', 'order:b');
    const ended = await millrace('run', 'order.asl.json', '--name', 'b', '--json');
    const again = await millrace('execution', 'cancel', executionId);

    expect(cancelled).toMatchObject({ status: 0, stdout: `${executionId} is cancelled\n` });
    expect(jsonOf(ended)).toMatchObject({ executionId, status: 'ABORTED' });
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toContain('has ended already; nothing was changed');
  });

  it('execution redrive makes an aborted execution runnable, and refuses a new one', async () => {
    const { executionId } = await start('order', '--name', 'c');
    const early = await millrace('execution', 'redrive', 'order:c');
    await millrace('execution', 'cancel', 'order:c');
    await millrace('run', 'order.asl.json', '--name', 'c');

    const redriven = await millrace('execution', 'redrive', 'order:c', '--json');
    const shown = await millrace('execution', 'get', 'order:c', '--json');

    expect(early).toMatchObject({ status: 1, stdout: '' });
    expect(early.stderr).toContain('is PENDING: only an execution that did not succeed');
    expect(jsonOf(redriven)).toEqual({ executionId });
    expect(jsonOf(shown)).toMatchObject({ id: executionId, status: 'PENDING_REDRIVE' });
  });

  it.each(['get', 'history', 'cancel', 'redrive'])(
    'execution %s refuses an unknown execution',
    async (verb) => {
      const { status, stdout, stderr } = await millrace('execution', verb, 'order:none');

      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain("no execution is called 'order:none'");
    },
  );
});

describe('machine', { timeout: 120_000 }, () => {
  it('machine list and get show the machines of the store', async () => {
    await start('order', '--name', 'd');

    const listed = jsonOf(await millrace('machine', 'list', '--json'));
    const table = await millrace('machine', 'list');
    const shown = await millrace('machine', 'get', 'order');
    const first = await millrace('machine', 'get', 'order', '--machine-version', '1', '--json');

    expect(listed).toMatchObject({ machines: [{ id: 'order', version: 1 }, { id: 'slow' }] });
    expect(table.stdout).toMatch(/^id +version +type +created\norder +1 +STANDARD /);
    expect(JSON.parse(shown.stdout)).toEqual(definition);
    expect(jsonOf(first)).toMatchObject({ id: 'order', version: 1, definition });
  });

  it('machine graph draws a machine of the store as text, SVG and JSON', async () => {
    const text = await millrace('machine', 'graph', 'order');
    const svg = await millrace('machine', 'graph', 'order', '--machine-version', '1', '--svg');
    const json = jsonOf(await millrace('machine', 'graph', 'order', '--json'));

    expect(text.stdout).toMatch(/^ *start\n.*│.* end *\n$/s);
    expect(svg.stdout).toMatch(/^<svg .*<title>order@1<\/title>.*<\/svg>\n$/s);
    expect(json).toMatchObject({ machineId: 'order', version: 1, startAt: definition.StartAt });
  });

  it('machine get refuses an unknown machine or version', async () => {
    const unknown = await millrace('machine', 'get', 'none');
    const version = await millrace('machine', 'get', 'order', '--machine-version', '9');

    expect([unknown.status, version.status]).toEqual([2, 2]);
    expect(version.stderr).toContain("the store has no machine 'order' with the version 9");
  });
});
