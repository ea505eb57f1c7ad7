/** The pending events of a run: their order, their signals, and when the run is notified. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../lib/engine/event.ts';
import type { Signal } from '../../../lib/ports/store/signal-store.ts';
import { encodeSignal } from '../../../lib/roles/callbacks/signal-event.ts';
import { EventQueue } from '../../../lib/roles/execution/event-queue.ts';
import { SeededEntropy } from '../../support/seeded-entropy.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

function setUp() {
  const clock = new SimulatedClock(1_000);
  const seen = { added: 0 };
  const queue = new EventQueue({ clock, entropy: new SeededEntropy() }, () => {
    seen.added += 1;
  });
  return { clock, seen, queue };
}

const heartbeat = (command: string) => ({ type: 'heartbeatReceived', command }) as const;

const signal = (id: number, command: string): Signal => ({
  id,
  event: encodeSignal(heartbeat(command)),
});

const toCommands = (events: readonly EngineEvent[]) =>
  events.map((event) => ('command' in event ? event.command : event.type));

describe('an event queue', () => {
  it('pending events are taken in the order in which they were added, after those prepended', () => {
    const { queue } = setUp();
    queue.append([{ type: 'started', at: 0, seed: [1, 2, 3, 4] }]);
    queue.addSignals([signal(1, 'signal')]);
    queue.add(heartbeat('added'));
    queue.append([{ type: 'timersDue', at: 0, seed: [1, 2, 3, 4] }]);
    queue.prepend([heartbeat('first'), heartbeat('second')]);

    expect(toCommands(queue.takeAll().events)).toEqual([
      'first',
      'second',
      'started',
      'signal',
      'added',
      'timersDue',
    ]);
    expect(queue.isEmpty).toBe(true);
    expect(queue.takeAll().events).toEqual([]);
  });

  it('events that are put back come first again, with their signals', () => {
    const { queue } = setUp();
    queue.add(heartbeat('a'));
    queue.addSignals([signal(3, 'b'), signal(5, 'c')]);
    const { events } = queue.takeAll();
    queue.add(heartbeat('d'));

    queue.putBack(events.slice(1));

    const next = queue.takeAll();
    expect(toCommands(next.events)).toEqual(['b', 'c', 'd']);
    expect(next.signalsSeen).toBe(5);
  });

  it('an added event happens at the time of its addition, with randomness of its own', async () => {
    const { clock, queue } = setUp();
    queue.add(heartbeat('a'));
    await clock.advance(500);
    queue.add(heartbeat('b'));
    queue.prepend([heartbeat('c')]);

    const { events } = queue.takeAll();

    expect(events.map(({ at }) => at)).toEqual([1_500, 1_000, 1_500]);
    expect(new Set(events.map(({ seed }) => seed.join())).size).toBe(3);
  });

  it('a signal is added once, also when it is read again after it was taken', () => {
    const { queue } = setUp();
    queue.addSignals([signal(3, 'a'), signal(5, 'b')]);
    queue.addSignals([signal(3, 'a'), signal(5, 'b')]);
    expect(toCommands(queue.takeAll().events)).toEqual(['a', 'b']);

    queue.addSignals([signal(5, 'b'), signal(8, 'c')]);

    expect(toCommands(queue.takeAll().events)).toEqual(['c']);
  });

  it('taken events carry the id of their newest signal, or 0 without a signal', () => {
    const { queue } = setUp();
    queue.addSignals([signal(3, 'a'), signal(5, 'b')]);
    queue.add(heartbeat('c'));
    const taken = queue.takeAll();
    queue.add(heartbeat('d'));

    expect(taken.signalsSeen).toBe(5);
    expect(taken.events.map((event) => queue.findSignalId(event))).toEqual([3, 5, undefined]);
    expect(queue.takeAll().signalsSeen).toBe(0);
  });

  it('the run is notified of each event that arrives, but not of those it starts with', () => {
    const { queue, seen } = setUp();
    queue.append([{ type: 'started', at: 0, seed: [1, 2, 3, 4] }]);
    queue.prepend([heartbeat('a')]);
    expect(seen.added).toBe(0);

    queue.add(heartbeat('b'));
    queue.addSignals([signal(1, 'c'), signal(2, 'd'), signal(1, 'c')]);

    expect(seen.added).toBe(3);
  });
});
