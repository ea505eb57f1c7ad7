/** What the caller of a start changes of a batch: tonight's file, its prefix, and its id. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BatchConfig } from '../../../lib/config/config.ts';
import { openApp } from '../../support/open-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-tonight-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['eu-20260330.csv', 'eu-20260331.csv', 'other.csv']) {
  writeFileSync(join(folder, name), 'id\n1\n');
}

/** Half an hour after midnight of March 30 in Berlin. */
const at = Date.parse('2026-03-29T22:30:00Z');
const dayMs = 86_400_000;

const nightly: BatchConfig = {
  machine: 'm',
  source: { kind: 'csv', path: '{region}-{date:yyyyMMdd}.csv' },
  timeZone: 'Europe/Berlin',
  options: { namePrefix: 'bill-{date}' },
};

async function open() {
  const app = await openApp(
    {
      machines: { m: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
      batches: {
        nightly,
        list: { machine: 'm', source: { kind: 'items', items: [1] } },
      },
    },
    folder,
  );
  const stored = async (id: string) => {
    const batch = await app.drivers.store.getBatch(id);
    return { source: JSON.parse(batch?.source ?? ''), options: JSON.parse(batch?.options ?? '') };
  };
  return { app, stored };
}

const values = { region: 'eu' };

describe('the input of tonight', () => {
  it('a batch reads the file of its date, in the time zone of the batch', async () => {
    const { app, stored } = await open();

    const { id } = await app.batches.start('nightly', { values, at });

    expect(await stored(id)).toEqual({
      source: { kind: 'csv', path: join(folder, 'eu-20260330.csv') },
      options: { namePrefix: 'bill-2026-03-30', at },
    });
  });

  it('a path and a prefix of the caller replace those of the configuration', async () => {
    const { app, stored } = await open();

    const { id } = await app.batches.start('nightly', { path: 'other.csv', namePrefix: 'again' });

    const { source, options } = await stored(id);
    expect(source.path).toBe(join(folder, 'other.csv'));
    expect(options).toEqual({ namePrefix: 'again' });
  });

  it('a source of the caller is taken literally', async () => {
    const { app } = await open();
    const source = { kind: 'csv', path: '{region}.csv' } as const;

    await expect(app.batches.start('nightly', { source })).rejects.toThrow(/\{region\}\.csv/);
  });

  it.each([
    [{}, /\{region\} stands for no value/],
    [{ values: { ...values, regoin: 'eu' } }, /values.regoin: expected the name of a placeholder/],
    [{ values: { region: '../x' } }, /values.region: expected 1 to 200 letters/],
    [{ values, at: at + 9 * dayMs }, /eu-20260408\.csv/],
  ])('the changes %j are refused, and nothing is recorded', async (changes, message) => {
    const { app } = await open();

    await expect(app.batches.start('nightly', { at, ...changes })).rejects.toThrow(message);

    expect((await app.batches.list()).entries).toEqual([]);
  });

  it('a batch without a file refuses a path', async () => {
    const { app } = await open();
    await expect(app.batches.start('list', { path: 'a.csv' })).rejects.toThrow(/reads no file/);
  });
});

describe('the id of a start', () => {
  it('the same id and the same arguments answer the batch that was started', async () => {
    const { app } = await open();
    const changes = { id: 'night-1', values, at };

    const first = await app.batches.start('nightly', changes);
    const second = await app.batches.start('nightly', changes);
    const other = await app.batches.start('list', { id: 'night-1' });

    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    expect((await app.batches.list()).entries).toHaveLength(2);
  });

  it('a start that is repeated on the next day has the date of the first', async () => {
    const { app, stored } = await open();
    const { path } = { path: '{date}.csv' };
    const today = new Date().toISOString().slice(0, 10);
    const berlin = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
    writeFileSync(join(folder, `${berlin.format(new Date())}.csv`), 'id\n1\n');
    const first = await app.batches.start('nightly', { id: 'a', path, namePrefix: 'n' });
    const { options } = await stored(first.id);

    const again = await app.batches.start('nightly', { id: 'a', path, namePrefix: 'n' });
    const asked = { id: 'a', path, namePrefix: 'n', at: options.at + dayMs };

    expect(again.id).toBe(first.id);
    expect(new Date(options.at).toISOString()).toContain(today.slice(0, 7));
    await expect(app.batches.start('nightly', asked)).rejects.toThrow(/other arguments/);
  });

  it.each([
    ['another file', { path: 'other.csv' }, 'the source'],
    ['another option', { options: { retriesMax: 1 } }, 'the options'],
    ['another mapping', { item: { name: '$.id' } }, 'the options'],
    ['another name', { name: 'other' }, 'the name'],
  ])('the same id with %s is refused', async (_, changes, what) => {
    const { app } = await open();
    const { id } = await app.batches.start('nightly', { id: 'night-1', values, at });

    const again = { id: 'night-1', at, ...('path' in changes ? {} : { values }), ...changes };
    await expect(app.batches.start('nightly', again)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(what),
    });

    expect((await app.batches.list()).entries.map((batch) => batch.id)).toEqual([id]);
  });

  it('one of two starts at the same time with one id and different arguments is refused', async () => {
    const { app } = await open();
    const starts = ['1', '2'].map((namePrefix) =>
      app.batches.start('list', { id: 'x', namePrefix }),
    );

    const results = await Promise.allSettled(starts);

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await app.batches.list()).entries).toHaveLength(1);
  });
});
