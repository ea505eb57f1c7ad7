/** The bus on EventBridge: calls of ten entries, one retry, and never an error. */
import { describe, expect, it } from 'vitest';
import { EventBridgeBus } from '../../../lib/drivers/eventbridge/eventbridge-bus.ts';
import type { BusEvent } from '../../../lib/ports/event-bus.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { type ServedAnswer, serveLocally } from '../../support/local-server.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Opens a bus on a server with these responses; records the entries of each call. */
async function openBus(answer: (entries: readonly Entry[], call: number) => ServedAnswer) {
  const calls: (readonly Entry[])[] = [];
  const { url } = await serveLocally(({ body }) => {
    const { Entries } = JSON.parse(body) as { Entries: readonly Entry[] };
    calls.push(Entries);
    return answer(Entries, calls.length);
  });
  pointAwsAt(url);
  const logger = new QuietLogger();
  return { bus: new EventBridgeBus({ busName: 'app', source: 'millrace', logger }), calls, logger };
}

function ended(index: number, text = ''): BusEvent {
  return { type: 'millrace.batch.ended', detail: { index, text }, at: 1_700_000_000_000 + index };
}

const taken = (entries: readonly Entry[]): ServedAnswer => ({
  body: { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `${index}` })) },
});

describe('the bus on EventBridge', () => {
  it('events are sent in calls of ten entries', async () => {
    const { bus, calls } = await openBus(taken);

    await bus.publish(Array.from({ length: 23 }, (_, index) => ended(index)));

    expect(calls.map(({ length }) => length).sort()).toEqual([10, 10, 3]);
    expect(calls.flat()).toContainEqual({
      EventBusName: 'app',
      Source: 'millrace',
      DetailType: 'millrace.batch.ended',
      Detail: '{"index":22,"text":""}',
      Time: 1_700_000_000.022,
    });
  });

  it('a call ends before it is larger than EventBridge accepts', async () => {
    const { bus, calls } = await openBus(taken);
    const text = 'ä'.repeat(60_000);

    await bus.publish([ended(1, text), ended(2, text), ended(3, text)]);

    expect(calls.map(({ length }) => length).sort()).toEqual([1, 2]);
  });

  it('refused entries are sent once more, and no others', async () => {
    const { bus, calls, logger } = await openBus((entries, call) =>
      call > 1
        ? taken(entries)
        : { body: { FailedEntryCount: 1, Entries: [{}, { ErrorCode: 'ThrottlingException' }] } },
    );

    await bus.publish([ended(1), ended(2)]);

    expect(calls.map((entries) => entries.map(({ Detail }) => Detail))).toEqual([
      ['{"index":1,"text":""}', '{"index":2,"text":""}'],
      ['{"index":2,"text":""}'],
    ]);
    expect(logger.entries).toEqual([]);
  });

  it('entries that stay refused are logged without their content', async () => {
    const type = 'com.amazonaws.eventbridge#AccessDeniedException';
    const refusal = { __type: type, message: 'not allowed' };
    const { bus, logger } = await openBus(() => ({ status: 400, body: refusal }));

    await bus.publish([ended(1), ended(2)]);

    expect(logger.entries).toEqual([
      {
        level: 'warn',
        message: 'events not published: dropped',
        fields: { events: 2, bus: 'app', error: 'not allowed' },
      },
    ]);
  });
});
