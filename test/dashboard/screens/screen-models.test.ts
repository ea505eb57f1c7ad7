/** Models of the smaller screens. */
import { describe, expect, it } from 'vitest';
import { findingStatus, sortFindings } from '../../../dashboard/src/screens/health/health-model.ts';
import { selectionText } from '../../../dashboard/src/screens/orders/selection-text.ts';
import {
  taskTabMeanings,
  taskTabs,
  weightText,
} from '../../../dashboard/src/screens/queues/queue-model.ts';
import {
  lossesOf,
  runningVersions,
  slotsOf,
  sortWorkers,
  type Worker,
} from '../../../dashboard/src/screens/workers/workers-model.ts';
import { queueTaskStates } from '../../../lib/ports/store/task-store.ts';

describe('queues', () => {
  const queues = [{ weight: 6 }, { weight: 3 }, { weight: 1 }, { weight: null }];

  it('a weight reads as how often the queue is asked first', () => {
    expect(weightText(6, queues)).toBe('asked first 6 times in 10');
    expect(weightText(1, queues)).toBe('asked first 1 time in 10');
    expect(weightText(150, [{ weight: 150 }, { weight: 50 }])).toBe('asked first 75 times in 100');
    expect(weightText(null, queues)).toContain('no worker asks it');
  });

  it('every state of tasks has a tab and a sentence', () => {
    expect([...taskTabs].sort()).toEqual([...queueTaskStates].sort());
    expect(Object.keys(taskTabMeanings).sort()).toEqual([...queueTaskStates].sort());
  });
});

function worker(changes: Partial<Worker>): Worker {
  return {
    workerId: 'w',
    role: 'worker',
    host: 'a',
    pid: 1,
    version: '1.0.0',
    queues: [],
    concurrency: 10,
    startedAt: 0,
    alive: true,
    running: 2,
    busy: 3,
    endedPerMinute: null,
    commitMs: null,
    takenOver: null,
    lastBeatAt: null,
    expiresInMs: 1,
    handlers: null,
    lacks: [],
    ...changes,
  };
}

describe('workers', () => {
  it('versions that run at the same time are named, the most frequent first', () => {
    const workers = [
      worker({ version: '0.9.0' }),
      worker({}),
      worker({}),
      worker({ version: '0.8.0', alive: false }),
    ];

    expect(runningVersions(workers)).toEqual(['1.0.0', '0.9.0']);
  });

  it('executions of lost workers are held until others take them over', () => {
    const taker = worker({ workerId: 'b', takenOver: 2 });
    const lost = worker({ workerId: 'c', alive: false, running: 3, takenOver: 9 });

    expect(lossesOf([worker({}), taker])).toBeNull();
    expect(lossesOf([worker({ takenOver: 0 }), taker, lost])).toEqual({
      lost: 1,
      held: 3,
      takeovers: [{ worker: taker, count: 2 }],
    });
  });

  it('slots are those of live workers', () => {
    const workers = [
      worker({}),
      worker({ busy: null }),
      worker({ role: 'leader', concurrency: null, busy: null, running: 0 }),
      worker({ alive: false }),
    ];

    expect(slotsOf(workers)).toEqual({ slots: 20, busy: 5 });
  });

  it('lost workers come first', () => {
    const workers = [
      worker({ host: 'b' }),
      worker({ host: 'c', alive: false }),
      worker({ host: 'a' }),
    ];

    expect(sortWorkers(workers).map(({ host }) => host)).toEqual(['c', 'a', 'b']);
  });
});

describe('findings', () => {
  it('the worst finding comes first', () => {
    const findings = ['info', 'problem', 'warning'].map((severity) => ({ severity }));

    expect(sortFindings(findings).map(({ severity }) => severity)).toEqual([
      'problem',
      'warning',
      'info',
    ]);
    expect(findingStatus('problem')).toBe('error');
  });
});

describe('the selection of an order', () => {
  it('a selection reads as what it takes', () => {
    expect(selectionText({ archive: {} })).toBe('archive: all');
    expect(selectionText({ archive: { queue: 'low', error: 'Busy', archivedFrom: 1 } })).toBe(
      'archive: error Busy, queue low, within a time',
    );
    expect(selectionText({ executions: { ids: ['a', 'b'] } })).toBe('executions: these 2');
    expect(selectionText({ executions: { statuses: ['FAILED', 'TIMED_OUT'] } })).toBe(
      'executions: status FAILED,TIMED_OUT',
    );
  });

  it('a request of another change is no selection', () => {
    expect(
      [{ name: 'orders' }, null, 'x', {}, { archive: {}, tasks: {} }].map(selectionText),
    ).toEqual([null, null, null, null, null]);
  });
});
