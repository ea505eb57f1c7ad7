/** Tasks that are answered from outside, and the credentials of tasks. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { dueAt } from '../../../lib/engine/due-at.ts';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../lib/engine/snapshot.ts';
import {
  noAnswer,
  Run,
  type RunOptions,
  run,
  single,
  startOfRun,
} from '../../support/run-machine.ts';

const send = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const activity = 'arn:aws:states:eu-west-1:111111111111:activity:weigh';

function started(Resource: string, fields: object = {}): Run {
  const handlers: RunOptions['handlers'] = { [Resource]: () => noAnswer };
  return run(single({ Type: 'Task', Resource, ...fields }), { input: { id: 7 }, handlers });
}

describe('a task with a token', () => {
  const Parameters = { 'Token.$': '$$.Task.Token' };

  it('a task token is visible to the parameters, and sent with the command', () => {
    const [call] = started(send, { Parameters }).calls;

    expect(call?.taskToken).toMatch(/^[\w-]+\.2-0\.[0-9a-f]{32}$/);
    expect(call?.parameters).toEqual({ Token: call?.taskToken });
    expect(call?.pattern).toBe('token');
  });

  it('each retry has its own task token', () => {
    const Retry = [{ ErrorEquals: ['Again'], MaxAttempts: 1 }];
    const ran = started(send, { Retry });
    ran.apply({ type: 'commandFailed', command: '2:0', error: 'Again', cause: '' }).finish();

    const tokens = ran.calls.map(({ taskToken }) => taskToken);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(2);
  });

  it('a task with a token waits after its request was accepted, and ends with the answer from outside', () => {
    const ran = started(send);
    ran.apply({ type: 'commandSubmitted', command: '2:0', output: { MessageId: 'm' } });
    expect(ran.snapshot.status).toBe('RUNNING');

    ran.apply({ type: 'commandSucceeded', command: '2:0', result: 'done' });
    expect(ran.output).toBe('done');
    expect(ran.types.slice(2, -2)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
  });

  it('an answer that arrives before the reply to the request ends the task', () => {
    const ran = started(send);
    ran.apply({ type: 'commandSucceeded', command: '2:0', result: 1 });
    ran.apply({ type: 'commandSubmitted', command: '2:0', output: {} });

    expect(ran.output).toBe(1);
    expect(ran.types).not.toContain('TaskSubmitted');
  });

  it('a task whose request was accepted is not sent again', () => {
    const ran = started(send, { Parameters });
    expect(findOpenCommands(ran.machine, ran.identity, ran.snapshot)).toEqual(ran.calls);

    ran.apply({ type: 'commandSubmitted', command: '2:0', output: {} });
    const kept = decodeSnapshot(encodeSnapshot(ran.snapshot));
    expect(findOpenCommands(ran.machine, ran.identity, kept)).toEqual([]);
  });

  it('a second report that the request was accepted changes nothing', () => {
    const ran = started(send);
    ran.apply({ type: 'commandSubmitted', command: '2:0', output: {} });
    const { snapshot } = ran;
    ran.apply({ type: 'commandSubmitted', command: '2:0', output: {} });

    expect(ran.snapshot).toBe(snapshot);
  });

  it('a task with a token times out without heartbeats, and each heartbeat extends its time', () => {
    const ran = started(send, { HeartbeatSeconds: 5 });
    expect(ran.snapshot.outcome).toEqual({ error: 'States.Timeout' });

    const alive = new Run(single({ Type: 'Task', Resource: send, HeartbeatSeconds: 5 }));
    alive.apply({ type: 'started' });
    alive.now += 3_000;
    alive.apply({ type: 'heartbeatReceived', command: '2:0' });
    expect(dueAt(alive.snapshot)).toBe(startOfRun + 8_000);
  });
});

describe('a task that waits for a job', () => {
  it.each(['states:startExecution.sync', 'states:startExecution.sync:2'])(
    'a task that waits for a job has its complete resource in the history: %s',
    (api) => {
      const ran = started(`arn:aws:states:::${api}`);
      const details = ran.history.find(({ type }) => type === 'TaskScheduled');

      expect(ran.calls[0]?.pattern).toBe('sync');
      expect(details?.taskScheduledEventDetails).toMatchObject({
        resourceType: 'states',
        resource: api.slice('states:'.length),
      });
    },
  );
});

describe('an activity', () => {
  it('an activity is started by the worker that takes it, and the event names the worker', () => {
    const ran = started(activity);
    expect(ran.types).not.toContain('ActivityStarted');

    ran.apply({ type: 'commandStarted', command: '2:0', workerName: 'scale 3' });
    expect(ran.history.at(-1)?.activityStartedEventDetails).toEqual({ workerName: 'scale 3' });
  });

  it('the heartbeats of an activity are due from its start', () => {
    const ran = new Run(
      single({ Type: 'Task', Resource: activity, TimeoutSeconds: 60, HeartbeatSeconds: 5 }),
    );
    ran.apply({ type: 'started' });
    expect(dueAt(ran.snapshot)).toBe(startOfRun + 60_000);

    ran.now += 10_000;
    ran.apply({ type: 'commandStarted', command: '2:0' });
    expect(dueAt(ran.snapshot)).toBe(startOfRun + 15_000);
  });
});

describe('credentials', () => {
  const call = 'arn:aws:states:::lambda:invoke';

  it.each([
    ['JSONPath', { 'RoleArn.$': '$.role' }],
    ['JSONata', { RoleArn: '{% $states.input.role %}' }],
  ])('credentials in %s are evaluated, recorded and sent', (QueryLanguage, Credentials) => {
    const state = { Type: 'Task', Resource: call, QueryLanguage, Credentials };
    const ran = run(single(state), {
      input: { role: 'arn:aws:iam::1:role/r' },
      handlers: { [call]: (): Json => 1 },
    });

    expect(ran.calls[0]?.credentials).toEqual({ RoleArn: 'arn:aws:iam::1:role/r' });
    expect(ran.history[2]?.taskScheduledEventDetails?.taskCredentials).toEqual({
      roleArn: 'arn:aws:iam::1:role/r',
    });
  });

  it.each([
    ['JSONPath', { 'RoleArn.$': 'States.UUID()' }],
    ['JSONata', { RoleArn: '{% $uuid() & $string($millis()) %}' }],
  ])(
    'credentials in %s are the same after a crash, although they depend on random numbers',
    (QueryLanguage, odd) => {
      const state = { Type: 'Task', Resource: call, QueryLanguage, Credentials: odd };
      const ran = run(single(state), { handlers: { [call]: () => noAnswer } });

      expect(findOpenCommands(ran.machine, ran.identity, ran.snapshot)).toEqual(ran.calls);
    },
  );

  it('credentials without a role fail the state', () => {
    const state = { Type: 'Task', Resource: call, Credentials: { 'RoleArn.$': '$.role' } };

    expect(run(single(state), { input: { role: 5 } }).end).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('{"RoleArn":5}'),
    });
  });
});
