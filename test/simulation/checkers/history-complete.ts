import { decodeHistory } from '../../../lib/engine/history/decode-history.ts';
import { checkHistory } from '../../../lib/engine/invariants.ts';
import { parseEvents } from '../ledger.ts';
import type { Checker, Evidence } from './checker.ts';

/** Maximum number of chunks read; no history here has more. */
const chunksMax = 10_000;

/** Checks that no history has a gap, a repeated event, or two ends. */
export function historyComplete(): Checker {
  return {
    invariant: 'no history has a gap or two ends',
    observe: (observation, ledger) => {
      if (observation.kind !== 'committed' || !observation.accepted) return [];
      const { checkpoint } = observation;
      const known = ledger.entries.get(checkpoint.executionId)?.history ?? [];
      const events = parseEvents(checkpoint);
      const first = checkpoint.firstEventId;
      if (events.length === 0 || first === known.length + 1) return [];
      const repeated = known.slice(first - 1, first - 1 + events.length);
      if (JSON.stringify(repeated) === JSON.stringify(events)) return [];
      const about = `${checkpoint.executionId}: event ${first} (${events[0]?.type})`;
      return [`${about} was written after ${known.length} events`];
    },
    verify: checkStored,
  };
}

async function checkStored({ store, ledger }: Evidence): Promise<string[]> {
  const broken: string[] = [];
  for (const [id, { history }] of ledger.entries) {
    if ((await store.getExecution(id)) === null) continue;
    const stored = (await store.readHistory(id, 1, chunksMax)).flatMap(decodeHistory);
    broken.push(...checkHistory(stored).map((rule) => `${id}: ${rule}`));
    if (JSON.stringify(stored) !== JSON.stringify(history)) {
      broken.push(`${id}: the stored history differs from what was written`);
    }
  }
  return broken;
}
