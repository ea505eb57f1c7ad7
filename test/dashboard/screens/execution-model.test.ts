/** What the page of an execution makes of its visits and events. */
import { describe, expect, it } from 'vitest';
import {
  attemptAt,
  attemptStarts,
  visitsAsOf,
} from '../../../dashboard/src/screens/execution/attempts.ts';
import { causeText } from '../../../dashboard/src/screens/execution/cause-text.ts';
import { compareVisits } from '../../../dashboard/src/screens/execution/compare-visits.ts';
import { describeEvent } from '../../../dashboard/src/screens/execution/event-lines.ts';
import { findState } from '../../../dashboard/src/screens/execution/find-state.ts';
import { numberTries } from '../../../dashboard/src/screens/execution/numbered-tries.ts';
import {
  takenEdges,
  visitOverlays,
} from '../../../dashboard/src/screens/execution/visit-overlays.ts';
import {
  iterationIn,
  placeInside,
  placesMax,
  placesToShow,
} from '../../../dashboard/src/screens/execution/visit-places.ts';
import { layoutGraph } from '../../../lib/graph/layout.ts';
import { createMachineGraph } from '../../../lib/graph/machine-graph.ts';
import { newTry, newVisit } from './new-visit.ts';

const graph = createMachineGraph({
  StartAt: 'Load',
  States: {
    Load: {
      Type: 'Task',
      Resource: 'load',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      Next: 'Done',
    },
    Sorry: { Type: 'Pass', Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
});

describe('the attempts of an execution', () => {
  const starts = attemptStarts(0, [20_000, 10_000]);

  it('attempts begin at the start and at each redrive', () => {
    expect(starts).toEqual([0, 10_000, 20_000]);
    expect([0, 9_999, 10_000, 99_000].map((at) => attemptAt(starts, at))).toEqual([0, 0, 1, 2]);
  });

  it('a visit that a redrive has resumed is shown as it had failed before', () => {
    const visit = newVisit({
      attempt: 1,
      enteredAt: 1_000,
      endedAt: 11_000,
      tries: [newTry(1_000, 'Busy'), newTry(10_500)],
    });

    const [before] = visitsAsOf([visit], starts, 0);

    expect(before).toMatchObject({ status: 'FAILED', endedAt: 1_500, error: 'Busy' });
    expect(before?.tries).toHaveLength(1);
    expect(visitsAsOf([visit], starts, 1)).toEqual([visit]);
  });

  it('an attempt has the visits of earlier ones, and none of later ones', () => {
    const visits = [newVisit(), newVisit({ eventId: 9, attempt: 1, enteredAt: 12_000 })];

    expect(visitsAsOf(visits, starts, 0).map(({ eventId }) => eventId)).toEqual([2]);
    expect(visitsAsOf(visits, starts, 2)).toBe(visits);
  });
});

describe('the tries of a visit', () => {
  it('two tries have a backoff between them, or a redrive', () => {
    const tries = [newTry(1_000, 'Busy'), newTry(3_500, 'Busy'), newTry(10_200)];

    const numbered = numberTries(tries, attemptStarts(0, [10_000]));

    expect(numbered.map(({ number, backoffMs, redrive }) => [number, backoffMs, redrive])).toEqual([
      [1, null, null],
      [2, 2_000, null],
      [3, null, 1],
    ]);
  });
});

describe('the places that are looked at', () => {
  const below = { total: 3, succeeded: 1, failed: 1, running: 1 };
  const map = newVisit({ eventId: 12, state: 'Lines', type: 'Map', below });
  const inner = newVisit({ eventId: 40, place: '12.2', type: 'Parallel', below });

  it('the place inside of a visit has its number, and the place around it', () => {
    expect([placeInside(map, 2), placeInside(inner, 0)]).toEqual(['12.2', '12.2/40.0']);
    expect(iterationIn('12.2/40.0', map)).toBe(2);
    expect(iterationIn('12.2', inner)).toBeNull();
    expect(iterationIn('120.2', map)).toBeNull();
  });

  it('one iteration of a Map and all branches of a Parallel are read', () => {
    const known = new Map([
      ['', [map]],
      ['12.2', [inner]],
    ]);

    expect(placesToShow(new Map([['', [map]]]), '', () => 1)).toEqual(['', '12.1']);
    expect(placesToShow(known, '12.2', () => 1)).toEqual([
      '',
      '12.2',
      '12.2/40.0',
      '12.2/40.1',
      '12.2/40.2',
    ]);
  });

  it('the number of places is bounded, however many there are', () => {
    const visits = Array.from({ length: 100 }, (_, index) =>
      newVisit({ eventId: index + 2, state: `s${index}`, type: 'Parallel', below }),
    );

    expect(placesToShow(new Map([['', visits]]), '', () => 0)).toHaveLength(placesMax);
  });
});

describe('the graph of an execution', () => {
  it('a state says how it stands, how often it was visited, and what comes when', () => {
    const visits = [
      newVisit({ status: 'FAILED', error: 'Busy' }),
      newVisit({
        eventId: 8,
        endedAt: null,
        status: 'RETRYING',
        waitsFor: 'timer',
        dueAt: 42_000,
        tries: [newTry(1_000, 'Busy'), newTry(2_000, 'Busy')],
      }),
    ];

    const overlays = visitOverlays(graph, { visits, iterations: new Map() }, 2_000);

    expect(overlays.get('Load')).toMatchObject({
      status: 'RETRYING',
      notes: ['×2', '↻ 1', 'next in 40 s'],
      isLive: true,
      sentence: 'retrying next in 40 s, 2 tries, visited 2 times',
    });
    expect(overlays.get('Done')).toMatchObject({ status: null, isFaint: true });
  });

  it('a Map counts its iterations, and has them as a strip', () => {
    const runs = [['S', 3]] as const;
    const below = { total: 3, succeeded: 2, failed: 1, running: 0 };
    const visits = [newVisit({ type: 'Map', below })];

    const overlays = visitOverlays(graph, { visits, iterations: new Map([[2, runs]]) }, 0);

    expect(overlays.get('Load')).toMatchObject({ strip: runs, notes: ['2✓ 1✕ of 3', '1.0 s'] });
  });

  it('the edges that were taken are edges of the picture', () => {
    const visits = [
      newVisit({ status: 'CAUGHT' }),
      newVisit({ eventId: 5, state: 'Sorry' }),
      newVisit({ eventId: 7, state: 'Done' }),
    ];
    const drawn = layoutGraph(graph).edges.map(({ id }) => id);

    const taken = takenEdges(graph, visits);

    expect([...taken].sort()).toEqual([
      'catch:Load>Sorry',
      'flow:Sorry>Done',
      'mark:>Load',
      'mark:Done>',
    ]);
    expect(drawn).toEqual(expect.arrayContaining([...taken]));
  });
});

describe('events and causes', () => {
  it('an event is described in words, with its state, error and documents', () => {
    const event = { id: 5, previousEventId: 4, timestamp: 0 };

    expect(
      describeEvent({
        ...event,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Load', input: '{}', inputDetails: { truncated: false } },
      }),
    ).toMatchObject({ words: 'Task state entered', state: 'Load', documents: ['input'] });
    expect(
      describeEvent({
        ...event,
        type: 'LambdaFunctionFailed',
        lambdaFunctionFailedEventDetails: { error: 'Busy', cause: 'try later' },
      }),
    ).toMatchObject({ error: 'Busy', cause: 'try later', isFailure: true, documents: [] });
    expect(describeEvent({ ...event, type: 'TaskScheduled' }).documents).toEqual(['input']);
    expect(describeEvent({ ...event, type: 'ParallelStateStarted' })).toMatchObject({
      words: 'Parallel state started',
      isFailure: false,
    });
  });

  it('the message of a cause that is a document is shown alone', () => {
    expect(causeText('{"errorType":"E","errorMessage":"try later"}')).toBe('try later');
    expect(causeText('{"other":1}')).toBe('{"other":1}');
    expect(causeText('{no')).toBe('{no');
    expect(causeText('x'.repeat(900))).toHaveLength(300);
  });
});

describe('two executions', () => {
  it('two executions part at the first visit that differs', () => {
    const left = [newVisit(), newVisit({ state: 'Pay', status: 'FAILED', error: 'Busy' })];
    const right = [newVisit(), newVisit({ state: 'Pay' }), newVisit({ state: 'Ship' })];

    const { rows, partsAt } = compareVisits(left, right);

    expect(partsAt).toBe(1);
    expect(rows.map(({ difference }) => difference)).toEqual([null, 'status', 'state']);
    expect(compareVisits(left, left).partsAt).toBeNull();
  });
});

describe('states in a definition', () => {
  const definition = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Pack', States: { Pack: { Type: 'Pass', End: true } } }],
      },
      Lines: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Price', States: { Price: { Type: 'Task' } } },
      },
    },
  };

  it('a state is found wherever it is', () => {
    expect(findState(definition, 'Pack')).toEqual({ Type: 'Pass', End: true });
    expect(findState(definition, 'Price')).toEqual({ Type: 'Task' });
    expect(findState(definition, 'toString')).toBeUndefined();
  });
});
