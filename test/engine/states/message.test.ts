/** The Message state: what it waits for, and how it ends. */
import { describe, expect, it } from 'vitest';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import { noAnswer, type Run, run, single } from '../../support/run-machine.ts';

const resource = 'arn:aws:states:::millrace:receiveMessage';

function waiting(fields: object, input = { order: { id: 7 } }): Run {
  const state = { Type: 'Message', CorrelationKey: 'paid', ...fields };
  return run(single(state), { input, handlers: { [resource]: () => noAnswer } });
}

describe('Message', () => {
  it('a Message waits for its key and, without a value, for its whole input', () => {
    const [call] = waiting({}).calls;

    expect(call).toMatchObject({
      resource,
      pattern: 'message',
      parameters: { CorrelationKey: 'paid', CorrelationValue: { order: { id: 7 } } },
    });
    expect(call?.taskToken).toBeUndefined();
  });

  it('a Message waits for the value that a path finds', () => {
    const [call] = waiting({ CorrelationValuePath: '$.order.id' }).calls;

    expect(call?.parameters).toEqual({ CorrelationKey: 'paid', CorrelationValue: 7 });
  });

  it('a Message evaluates its key and value', () => {
    const [call] = waiting({
      QueryLanguage: 'JSONata',
      CorrelationKey: "{% 'paid-' & $states.input.order.id %}",
      CorrelationValue: { id: '{% $states.input.order.id %}' },
    }).calls;

    expect(call?.parameters).toEqual({ CorrelationKey: 'paid-7', CorrelationValue: { id: 7 } });
  });

  it('a Message waits for the same value after a crash, although it depends on random numbers', () => {
    const ran = waiting({ QueryLanguage: 'JSONata', CorrelationValue: '{% $uuid() %}' });

    expect(findOpenCommands(ran.machine, ran.identity, ran.snapshot)).toEqual(ran.calls);
  });

  it('the result of a Message is the message', () => {
    const ran = waiting({ ResultPath: '$.payment' });
    ran.apply({ type: 'commandSucceeded', command: '2:0', result: { cents: 5 } });

    expect(ran.output).toEqual({ order: { id: 7 }, payment: { cents: 5 } });
  });

  it('a Message fails when its time limit passes, which a catcher may handle', () => {
    expect(waiting({ TimeoutSeconds: 60 }).end).toMatchObject({ error: 'States.Timeout' });

    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }];
    const machine = {
      StartAt: 'S',
      States: {
        S: { Type: 'Message', CorrelationKey: 'k', TimeoutSeconds: 60, Catch, End: true },
        Late: { Type: 'Pass', Result: 'late', End: true },
      },
    };
    expect(run(machine, { handlers: { [resource]: () => noAnswer } }).output).toBe('late');
  });

  it('each retry of a Message waits again', () => {
    const ran = waiting({ TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.ALL'] }] });

    expect(ran.calls.map(({ command }) => command)).toEqual(['2:0', '2:1', '2:2', '2:3']);
  });
});
