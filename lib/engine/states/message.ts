/**
 * Message, Millrace's own: waits for a message with a key and a value, at most `TimeoutSeconds`. It
 * is compiled into a Task whose work is the waiting, so that retriers, catchers, time-outs and the
 * history are those of tasks; each visit and each try waits anew.
 */
import type { MessageState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { type DataFlow, type QueryLanguage, read } from '../language/query-language.ts';
import { compileRecovery } from '../recovery.ts';
import type { Visit } from '../visit.ts';
import type { TaskNode } from './task.ts';

/** The `Resource` that the waiting is asked for under. */
const messageResource = 'arn:aws:states:::millrace:receiveMessage';

/** Compiles a Message state. */
export function compileMessage(
  name: string,
  state: MessageState,
  language: QueryLanguage,
): TaskNode {
  const { TimeoutSeconds, TimeoutSecondsPath } = state;
  return {
    type: 'Task',
    name,
    next: state.Next ?? null,
    resource: messageResource,
    kind: { kind: 'service', resourceType: 'millrace', resource: 'receiveMessage' },
    pattern: 'message',
    formats: undefined,
    credentials: undefined,
    flow: messageFlow(state, language),
    recovery: compileRecovery(state, language),
    timeout: language.integer({
      name: 'TimeoutSeconds',
      value: TimeoutSeconds,
      path: TimeoutSecondsPath,
      least: 1,
    }),
    heartbeat: undefined,
  };
}

/** The way of data through a Task, but for what its work is given: the correlation. */
function messageFlow(state: MessageState, language: QueryLanguage): DataFlow {
  const flow = language.flow(state);
  const key = language.text({
    name: 'CorrelationKey',
    value: state.CorrelationKey,
    path: undefined,
  });
  const value = correlationValue(state, language);
  return {
    effective: (visit) => flow.effective(visit),
    given: (visit, effective, once) => {
      // kept, so that it waits for the same whatever its expressions would give later
      once();
      return {
        CorrelationKey: read(key, visit, effective) ?? '',
        CorrelationValue: value(visit, effective),
      };
    },
    passOn: (visit, effective) => flow.passOn(visit, effective),
    settle: (visit, result) => flow.settle(visit, result),
  };
}

function correlationValue(
  { CorrelationValue, CorrelationValuePath }: MessageState,
  language: QueryLanguage,
): (visit: Visit, effective: Json) => Json {
  if (CorrelationValue !== undefined) return language.payload(CorrelationValue, 'CorrelationValue');
  if (CorrelationValuePath === undefined) return (_, effective) => effective;
  const payload = language.payload({ 'Value.$': CorrelationValuePath }, 'CorrelationValuePath');
  return (visit, effective) => {
    const found = payload(visit, effective);
    return Object.values(found ?? {})[0] ?? null;
  };
}
