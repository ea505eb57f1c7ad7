/** How groups form, and which entries a bad one fails. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../lib/errors.ts';
import { GroupWriter } from '../../../lib/roles/execution/group-writer.ts';
import { settle, until } from '../../support/signal.ts';

describe('a group writer', () => {
  it('a single entry is written without waiting for others', async () => {
    const groups: number[][] = [];
    const writer = new GroupWriter<number, number>(async (group) => {
      groups.push([...group]);
      return group;
    }, 10);

    expect(await writer.add(7)).toBe(7);

    expect(groups).toEqual([[7]]);
  });

  it('a group is held open for more entries unless it is full', async () => {
    const groups: number[][] = [];
    const open: (() => void)[] = [];
    const writer = new GroupWriter<number, number>(
      async (group) => {
        groups.push([...group]);
        return group;
      },
      3,
      () => new Promise((resolve) => open.push(resolve)),
    );

    const first = writer.add(1);
    await until(() => open.length === 1, 'the group to be held open');
    const second = writer.add(2);
    open[0]?.();
    await Promise.all([first, second]);
    await Promise.all([3, 4, 5].map((entry) => writer.add(entry)));

    expect(groups).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    expect(open).toHaveLength(1);
  });

  it('entries that arrive during a write form the next group, in order and up to its maximum', async () => {
    const groups: number[][] = [];
    const open: (() => void)[] = [];
    const writer = new GroupWriter<number, number>(async (group) => {
      groups.push([...group]);
      await new Promise<void>((resolve) => open.push(resolve));
      return group.map((entry) => entry * 10);
    }, 3);

    const first = writer.add(1);
    await until(() => groups.length === 1, 'the first write');
    const later = [2, 3, 4, 5].map((entry) => writer.add(entry));
    await settle();
    for (let written = 0; written < 3; written += 1) {
      await until(() => open.length > 0, 'a write to start');
      open.shift()?.();
    }

    expect(await Promise.all([first, ...later])).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
    await writer.idle();
  });

  it('an entry that is permanently refused fails no other entry', async () => {
    const writer = new GroupWriter<number, number>(async (group) => {
      if (group.includes(13)) throw new MillraceError('STORE_FAILED', 'thirteen');
      return group;
    }, 100);

    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, entry) => writer.add(entry)),
    );

    const refused = answers.flatMap(({ status }, entry) => (status === 'rejected' ? [entry] : []));
    expect(refused).toEqual([13]);
  });

  it('a server that refuses for a reason of its own is called once, not for each half', async () => {
    let writes = 0;
    const writer = new GroupWriter<number, number>(async () => {
      writes += 1;
      throw new MillraceError('STORE_FAILED', 'no such table', { retryable: true });
    }, 100);

    await Promise.allSettled([1, 2, 3, 4].map((entry) => writer.add(entry)));

    expect(writes).toBe(1);
  });

  it('an unreachable store is called once, not once per entry', async () => {
    let writes = 0;
    const writer = new GroupWriter<number, number>(async () => {
      writes += 1;
      throw new MillraceError('STORE_UNAVAILABLE', 'no answer', { retryable: true });
    }, 100);

    const answers = await Promise.allSettled([1, 2, 3, 4].map((entry) => writer.add(entry)));

    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(writes).toBe(1);
  });
});
