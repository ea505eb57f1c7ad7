/** The history of executions: complete, in order, readable from any event. */
import { expect } from 'vitest';
import { decodeHistory } from '../../../lib/engine/history/decode-history.ts';
import { encodeHistory } from '../../../lib/engine/history/encode-history.ts';
import { type HistoryEvent, notTruncated } from '../../../lib/engine/history-event.ts';
import { type Clause, checkpoint, createClaimed, ending } from './store-harness.ts';

/** Defines the clauses about history. */
export function historyClauses(clause: Clause): void {
  clause(
    "an execution's history is read in the order of its events, chunk by chunk",
    async ({ store }) => {
      const claimed = await createClaimed(store);
      await store.commit([checkpoint(claimed, { events: '[{"id":1}]', firstEventId: 1 })]);
      await store.commit([checkpoint(claimed, { events: '[{"id":2},{"id":3}]', firstEventId: 2 })]);
      await store.commit([checkpoint(claimed)]);
      await store.commit([ending(claimed, 'SUCCEEDED', { events: '[{"id":4}]', firstEventId: 4 })]);

      const chunks = await store.readHistory(claimed.id, 1, 100);

      expect(chunks).toEqual(['[{"id":1}]', '[{"id":2},{"id":3}]', '[{"id":4}]']);
    },
  );

  clause('a read from an event begins with the chunk that contains it', async ({ store }) => {
    const claimed = await createClaimed(store);
    for (const [firstEventId, events] of [
      [1, '[1,2]'],
      [3, '[3,4,5]'],
      [6, '[6]'],
    ] as const) {
      await store.commit([checkpoint(claimed, { events, firstEventId })]);
    }

    expect(await store.readHistory(claimed.id, 3, 10)).toEqual(['[3,4,5]', '[6]']);
    expect(await store.readHistory(claimed.id, 5, 1)).toEqual(['[3,4,5]']);
    expect(await store.readHistory(claimed.id, 6, 10)).toEqual(['[6]']);
  });

  clause(
    'a history in the compact form is stored and counted as one in JSON',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      const event = (id: number): HistoryEvent => ({
        type: 'TaskStateEntered',
        id,
        previousEventId: id - 1,
        timestamp: 1_000 + id,
        stateEnteredEventDetails: {
          input: `{"text":"~ \\u0000 \u{1f986} ${'x'.repeat(9_000)}"}`,
          inputDetails: notTruncated,
          name: 'A \\ "B"',
        },
      });
      const first = [1, 2, 3].map(event);
      const second = [4, 5].map(event);
      await store.commit([checkpoint(claimed, { events: encodeHistory(first), firstEventId: 1 })]);
      await store.commit([checkpoint(claimed, { events: encodeHistory(second), firstEventId: 4 })]);
      const decode = (chunks: readonly string[]) => chunks.map(decodeHistory);

      expect(decode(await store.readHistory(claimed.id, 3, 10))).toEqual([first, second]);
      expect(decode(await store.readHistory(claimed.id, 4, 10))).toEqual([second]);
      expect(decode(await store.readHistory(claimed.id, 5, 10))).toEqual([second]);
      expect(await store.readHistory(claimed.id, 6, 10)).toEqual([]);
      expect(decode(await store.readHistoryBack(claimed.id, 4, 2))).toEqual([second, first]);
      expect(await store.countEvents(claimed.id)).toBe(5);
    },
  );

  clause('a read beyond the last event returns no history', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.commit([checkpoint(claimed, { events: '[1,2]', firstEventId: 1 })]);

    expect(await store.readHistory(claimed.id, 3, 10)).toEqual([]);
  });

  clause('each execution has its own history', async ({ store }) => {
    const [one, other] = [await createClaimed(store), await createClaimed(store)];
    await store.commit([
      checkpoint(one, { events: '["one"]', firstEventId: 1 }),
      checkpoint(other, { events: '["other"]', firstEventId: 1 }),
    ]);

    expect(await store.readHistory(other.id, 1, 10)).toEqual(['["other"]']);
  });
}
