/** `millrace schedule`, and what `millrace batch start` changes of a batch. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPgliteStore } from '../../lib/drivers/pglite/pglite-store.ts';
import { call, jsonOf, makeFolder, removeFolder } from './cli-call.ts';

const machine = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
const config = `export default {
  store: 'memory',
  machines: { m: { definition: './m.asl.json' } },
  batches: {
    nightly: {
      machine: 'm',
      source: { kind: 'csv', path: 'in-{region}.csv' },
      schedule: '0 2 * * *',
      timeZone: 'Europe/Berlin',
    },
    upload: { machine: 'm', source: { kind: 'csv', path: 'in-eu.csv' }, onObject: {} },
  },
};`;

const folder = makeFolder({
  'm.asl.json': machine,
  'millrace.config.mjs': config,
  'in-eu.csv': 'id\n1\n2\n',
  'tonight.csv': 'id\n1\n2\n3\n',
});
afterAll(() => removeFolder(folder));
const millrace = (...words: string[]) => call(words, { folder });

describe('millrace schedule', () => {
  it('schedules are listed as a table and as JSON', async () => {
    const table = await millrace('schedule', 'list');
    const json = await millrace('schedule', 'list', '--json');

    expect(table.stdout).toMatch(/nightly +0 2 \* \* \* Europe\/Berlin/);
    expect(table.stdout).toMatch(/upload +new objects/);
    expect(table.stderr).toMatch(/no leader is alive/);
    expect(jsonOf(json)).toMatchObject({
      evaluatedBy: 'leader',
      schedules: [
        { name: 'nightly', paused: false },
        { name: 'upload', paused: null },
      ],
    });
  });

  it('the list tells why a night did not start', async () => {
    const data = join(folder, 'missed');
    const store = await openPgliteStore({ folder: data });
    const at = Date.parse('2026-05-02T00:00:00Z');
    await store.enterSchedules([{ name: 'nightly', timing: '0 2 * * * Europe/Berlin', at }]);
    const [record] = await store.listScheduleRecords();
    const missed = { dueAt: at, at: at + 1, reason: 'given up: there is no file in-eu.csv' };
    expect(record && (await store.changeSchedule({ ...record, missed }))).toBe(true);
    await store.close();
    const where = ['--store', 'pglite', '--data', data];

    const table = await millrace('schedule', 'list', ...where);
    const json = await millrace('schedule', 'list', ...where, '--json');

    expect(table.stdout).toMatch(
      /missed 2026-05-02\S* ?\S*: given up: there is no file in-eu\.csv/,
    );
    expect(jsonOf(json)).toMatchObject({ schedules: [{ name: 'nightly', missed }, {}] });
  });

  it.each([
    [['pause', 'nihgtly'], /no batch is named 'nihgtly'.*nightly/],
    [['resume', 'upload'], /has no schedule/],
    [['start', 'nightly', '--at', '2026-05-01T02:00:00Z'], /next time is 2026-05-02T00:00:00/],
  ])('schedule %j says what is wrong', async (words, message) => {
    const { status, stderr } = await millrace('schedule', ...words);

    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});

describe('millrace batch start', () => {
  it('values and options of the command line change the batch', async () => {
    const words = ['--set', 'region=eu', '--set', 'options.priority=low', '--json'];
    const { status, stdout } = await millrace('batch', 'start', 'nightly', ...words);

    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { total: 2, succeeded: 2, byPriority: { low: 2 } },
    ]);
  });

  it('a path starts at the current folder', async () => {
    const words = [
      '--path',
      'tonight.csv',
      '--name-prefix',
      'bill-{date}',
      '--id',
      'n-1',
      '--json',
    ];
    const { stdout } = await millrace('batch', 'start', 'nightly', ...words);

    expect(JSON.parse(stdout)).toMatchObject({ total: 3, succeeded: 3 });
  });

  it.each([
    [['--set', 'region'], /expected KEY=VALUE/],
    [['--set', 'region=../x'], /values.region: expected 1 to 200 letters/],
    [['--at', 'tonight'], /expected a time/],
    [['--path', 'none.csv'], /none\.csv/],
  ])('batch start with %j says what is wrong', async (words, message) => {
    const { status, stderr } = await millrace('batch', 'start', 'nightly', ...words);

    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});
