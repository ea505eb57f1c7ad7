/** Reads the visits of an execution: at its top, and in the branches and iterations looked at. */
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api } from '../../api/api.ts';
import type { IterationRuns } from '../../graph/node-overlay.ts';
import { nextIteration } from '../../graph/strip-parts.ts';
import { useTopics } from '../../live/live-provider.tsx';
import type { Visit } from './visit.ts';
import { placesToShow } from './visit-places.ts';

/** The visits that are known. */
export interface ExecutionVisits {
  readonly visits: readonly Visit[];
  /** The iterations of Maps, by the event id of their visit. */
  readonly iterations: ReadonlyMap<number, IterationRuns>;
  /** Whether there are more visits at a place than are read. */
  readonly isCut: boolean;
  readonly error: Error | null;
  /** Whether the visits at the top are known, and whether those of all places are. */
  readonly isKnown: boolean;
  readonly isComplete: boolean;
}

interface PlaceVisits {
  readonly place: string;
  readonly visits: readonly Visit[];
  readonly isCut: boolean;
}

/** The most pages of a place that are read: a loop may have run for days. */
const pagesMax = 5;
const pageLimit = 1_000;

/** The most Maps whose iterations are read. */
const mapsMax = 12;

/** Reads visits, and reads them again when the execution has changed. */
export function useVisits(executionId: string, chosen: string, isLive: boolean): ExecutionVisits {
  const topics = useMemo(() => (isLive ? [`execution:${executionId}`] : []), [executionId, isLive]);
  useTopics(topics);
  const [places, setPlaces] = useState<readonly string[]>(['']);
  const found = usePlaces(executionId, places, topics);
  const iterations = useIterations(executionId, found.visits, topics);
  const next = useMemo(
    () =>
      placesToShow(
        Map.groupBy(found.visits, ({ place }) => place),
        chosen,
        ({ eventId }) => usualIteration(iterations.get(eventId)),
      ),
    [found.visits, chosen, iterations],
  );
  useEffect(() => {
    setPlaces((before) => (before.join(' ') === next.join(' ') ? before : next));
  }, [next]);
  return useMemo(() => ({ ...found, iterations }), [found, iterations]);
}

/** The first failed iteration, or else the first that runs, or else the first. */
function usualIteration(runs: IterationRuns | undefined): number {
  if (runs === undefined) return 0;
  return nextIteration(runs, 'F', -1) ?? nextIteration(runs, 'R', -1) ?? 0;
}

function usePlaces(
  executionId: string,
  places: readonly string[],
  topics: readonly string[],
): Omit<ExecutionVisits, 'iterations'> {
  const combine = useCallback((results: readonly UseQueryResult<PlaceVisits>[]) => {
    const known = results.flatMap(({ data }) => (data === undefined ? [] : [data]));
    return {
      visits: known.flatMap(({ visits }) => visits),
      isCut: known.some(({ isCut }) => isCut),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      isKnown: results[0]?.data !== undefined,
      isComplete: known.length === results.length,
    };
  }, []);
  return useQueries({
    queries: places.map((place) => ({
      queryKey: ['listVisits', executionId, place],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        readPlace(executionId, place, signal),
      meta: { topics },
    })),
    combine,
  });
}

async function readPlace(
  executionId: string,
  place: string,
  signal: AbortSignal,
): Promise<PlaceVisits> {
  const visits: Visit[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const query = { place, limit: pageLimit, cursor };
    const reply = await api.call('listVisits', { params: { executionId }, query }, signal);
    visits.push(...reply.visits);
    if (reply.next === null) return { place, visits, isCut: false };
    cursor = reply.next;
  }
  return { place, visits, isCut: true };
}

function useIterations(
  executionId: string,
  visits: readonly Visit[],
  topics: readonly string[],
): ReadonlyMap<number, IterationRuns> {
  const maps = visits
    .filter(({ type, below }) => type === 'Map' && below !== null && below.total > 0)
    .slice(-mapsMax);
  const combine = useCallback(
    (
      results: readonly UseQueryResult<{
        readonly eventId: number;
        readonly runs: IterationRuns;
      }>[],
    ) =>
      new Map(
        results.flatMap(({ data }) =>
          data === undefined ? [] : [[data.eventId, data.runs] as const],
        ),
      ),
    [],
  );
  return useQueries({
    queries: maps.map(({ eventId }) => ({
      queryKey: ['getIterations', executionId, eventId],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const params = { executionId, eventId: String(eventId) };
        const { runs } = await api.call('getIterations', { params }, signal);
        return { eventId, runs };
      },
      meta: { topics },
    })),
    combine,
  });
}
