/** The visits of branches and iterations, after redrives, and their links. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { listIterations } from '../../../lib/engine/visits/listed-visit.ts';
import { Accepted, noAnswer, Run, run, single, TaskFailure } from '../../support/run-machine.ts';
import { foldOf, visitsOf } from '../../support/visits.ts';

const broken = (): Json => {
  throw new TaskFailure('Broken', 'it broke');
};

const task = (Resource: string, more: object = {}) => ({ Type: 'Task', Resource, ...more });

describe('branches and iterations', () => {
  const processor = (state: object) => ({
    StartAt: 'I',
    States: { I: { ...state, End: true } },
  });

  it('the visits of a branch are listed by its place, however deep', () => {
    const inner = {
      StartAt: 'Inner',
      States: {
        Inner: { Type: 'Map', ItemProcessor: processor(task('work')), End: true },
      },
    };
    const flat = { StartAt: 'Flat', States: { Flat: { Type: 'Pass', End: true } } };
    const ran = run(single({ Type: 'Parallel', Branches: [flat, inner] }), {
      input: ['a', 'b'],
      handlers: { work: (item) => item },
    });

    expect(visitsOf(ran)).toMatchObject([
      { state: 'S', below: { total: 2, succeeded: 2, failed: 0, running: 0 } },
    ]);
    expect(visitsOf(ran, '2.0').map(({ state }) => state)).toEqual(['Flat']);
    const [map] = visitsOf(ran, '2.1');
    expect(map).toMatchObject({ state: 'Inner', below: { total: 2, succeeded: 2 } });
    expect(visitsOf(ran, `2.1/${map?.eventId}.1`)).toMatchObject([
      { state: 'I', type: 'Task', status: 'SUCCEEDED' },
    ]);
  });

  it('a failed iteration fails its Map and aborts the others', () => {
    const ran = run(single({ Type: 'Map', ItemProcessor: processor(task('work')) }), {
      input: ['fine', 'slow', 'bad', 'slow'],
      handlers: {
        work: (item) => (item === 'bad' ? broken() : item === 'slow' ? noAnswer : item),
      },
    });
    const [map] = foldOf(ran).tree.visits;

    expect(visitsOf(ran, 'failed').map(({ state, error }) => [state, error])).toEqual([
      ['S', 'Broken'],
      ['I', 'Broken'],
    ]);
    expect(visitsOf(ran)[0]?.below).toEqual({ total: 4, succeeded: 1, failed: 1, running: 0 });
    expect(map && listIterations(map)).toEqual([
      ['S', 1],
      ['A', 1],
      ['F', 1],
      ['A', 1],
    ]);
  });

  it('iterations that have not started are not among those that run', () => {
    const ran = new Run(
      single({ Type: 'Map', MaxConcurrency: 2, ItemProcessor: processor(task('work')) }),
      { input: [1, 2, 3, 4, 5] },
    );
    ran.apply({ type: 'started' });
    const [first] = ran.effects;

    ran.apply({
      type: 'commandSucceeded',
      command: first?.type === 'invoke' ? first.command : '',
      result: 1,
    });

    const [map] = foldOf(ran).tree.visits;
    expect(map && listIterations(map)).toEqual([
      ['S', 1],
      ['R', 2],
      ['-', 2],
    ]);
  });

  it('a retried Map counts the iterations of its newest run', () => {
    const answers: Record<string, number> = {};
    const ran = run(
      single({
        Type: 'Map',
        ItemProcessor: processor(task('work')),
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      }),
      {
        input: ['a', 'b'],
        handlers: {
          work: (item) => {
            answers[String(item)] = (answers[String(item)] ?? 0) + 1;
            return item === 'b' && answers.b === 1 ? broken() : item;
          },
        },
      },
    );

    expect(visitsOf(ran)).toMatchObject([
      { status: 'SUCCEEDED', below: { total: 2, succeeded: 2, failed: 0 }, error: null },
    ]);
    expect(visitsOf(ran, '2.1').map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('a branch that fails by a Fail state fails its Parallel, which catches it', () => {
    const no = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No' } } };
    const slow = { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 9, End: true } } };
    const ran = run({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [slow, no],
          Catch: [{ ErrorEquals: ['No'], Next: 'End' }],
          End: true,
        },
        End: { Type: 'Succeed' },
      },
    });

    expect(visitsOf(ran)).toMatchObject([{ state: 'Both', status: 'CAUGHT' }, { state: 'End' }]);
    expect(visitsOf(ran, '2.0')).toMatchObject([{ state: 'Slow', status: 'ABORTED' }]);
    expect(visitsOf(ran, '2.1')).toMatchObject([{ state: 'No', status: 'FAILED' }]);
  });

  it('nested Maps of 10,000 iterations are folded in linear time', () => {
    const definition = single({
      Type: 'Map',
      ItemProcessor: processor({ Type: 'Map', ItemProcessor: processorNamed('J') }),
    });
    const ran = run(definition, {
      input: Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({}))),
      limits: { stepsPerTransitionMax: 1_000_000, payloadBytesMax: 10_000_000 },
      handlers: { work: () => 1 },
    });
    const cpu = process.cpuUsage();

    const fold = foldOf(ran);

    const { user } = process.cpuUsage(cpu);
    expect(ran.snapshot.status).toBe('SUCCEEDED');
    expect(fold.tree.visits).toHaveLength(1 + 100 + 10_000);
    expect(fold.tree.visits.every(({ status }) => status === 'SUCCEEDED')).toBe(true);
    expect(user).toBeLessThan(3_000_000);
  });

  function processorNamed(name: string) {
    return { StartAt: name, States: { [name]: { Type: 'Pass', End: true } } };
  }
});

describe('a redriven execution', () => {
  it('a visit that a redrive resumes keeps its earlier tries, with the number of the redrive', () => {
    const ran = run(
      {
        StartAt: 'A',
        States: {
          A: task('first', { Next: 'B' }),
          B: task('second', { End: true }),
        },
      },
      { handlers: { first: () => 1, second: broken } },
    );
    const failed = visitsOf(ran);
    ran.handlers = { second: () => 2 };

    ran.apply({ type: 'redriven' }).finish();

    expect(failed.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
    expect(visitsOf(ran)).toMatchObject([
      { state: 'A', attempt: 0, status: 'SUCCEEDED' },
      { state: 'B', attempt: 1, status: 'SUCCEEDED', error: null },
    ]);
    expect(visitsOf(ran)[1]?.tries.map(({ error }) => error)).toEqual(['Broken', null]);
  });

  it('a redrive runs the iterations again that did not succeed', () => {
    const ran = run(
      single({
        Type: 'Map',
        ItemProcessor: { StartAt: 'I', States: { I: task('work', { End: true }) } },
      }),
      { input: ['fine', 'bad'], handlers: { work: (item) => (item === 'bad' ? broken() : item) } },
    );
    ran.handlers = { work: () => noAnswer };

    ran.apply({ type: 'redriven' });

    const [map] = foldOf(ran).tree.visits;
    expect(map && listIterations(map)).toEqual([
      ['S', 1],
      ['R', 1],
    ]);
    expect(visitsOf(ran, '2.1')).toMatchObject([{ status: 'RUNNING', attempt: 1 }]);
  });
});

describe('links', () => {
  it('a Task that started an execution links to it by machine and name', () => {
    const ExecutionArn = 'arn:aws:states:us-east-1:000000000000:execution:child:c-1';
    const ran = run(
      single(
        task('arn:aws:states:::states:startExecution.sync', {
          Parameters: { StateMachineArn: 'child' },
        }),
      ),
      {
        handlers: {
          'arn:aws:states:::states:startExecution.sync': () =>
            new Accepted({ ExecutionArn, StartDate: 1 }, () => noAnswer),
        },
      },
    );

    expect(visitsOf(ran)).toMatchObject([
      { waitsFor: 'execution', link: { kind: 'execution', id: 'child:c-1' } },
    ]);
  });

  it('a distributed Map links to the batch of its run, and has no iterations of its own', () => {
    const ran = new Run(
      single({
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'I',
          States: { I: { Type: 'Pass', End: true } },
        },
      }),
      { input: [1, 2] },
    );
    ran.apply({ type: 'started' });
    const [effect] = ran.effects;
    const arn = effect?.type === 'mapRun' ? effect.run.mapRunArn : '';

    expect(visitsOf(ran)).toMatchObject([
      {
        type: 'Map',
        status: 'WAITING',
        waitsFor: 'mapRun',
        below: null,
        link: { kind: 'batch', id: arn.slice(arn.lastIndexOf(':') + 1) },
      },
    ]);
  });
});
