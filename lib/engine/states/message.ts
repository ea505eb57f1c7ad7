/**
 * Message, an extension of Millrace: waits for a message with a key and a value, at most
 * `TimeoutSeconds`. It is compiled into a Task whose work is to wait, so that it has the retriers,
 * catchers, timeouts and history of a Task. Each visit and each retry waits again.
 */
import type { MessageState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import {
  type DataFlow,
  type QueryLanguage,
  type Reader,
  read,
} from '../language/query-language.ts';
import type { TaskNode } from '../node.ts';
import { compileRecovery } from '../recovery.ts';

/** The `Resource` of the Task that waits. */
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

/** The data flow of a Task whose parameters are the key and value of the message. */
function messageFlow(state: MessageState, language: QueryLanguage): DataFlow {
  const flow = language.flow(state);
  const key = language.text({
    name: 'CorrelationKey',
    value: state.CorrelationKey,
    path: undefined,
  });
  const value = correlationValue(state, language);
  return {
    effectiveInput: (scope) => flow.effectiveInput(scope),
    parameters: (scope, effective, onVolatile) => {
      // Kept in the snapshot, so that it waits for the same message whatever happens later.
      onVolatile();
      return {
        CorrelationKey: read(key, scope, effective) ?? '',
        CorrelationValue: value(scope, effective),
      };
    },
    passThrough: (scope, effective) => flow.passThrough(scope, effective),
    applyResult: (scope, result) => flow.applyResult(scope, result),
  };
}

function correlationValue(
  { CorrelationValue, CorrelationValuePath }: MessageState,
  language: QueryLanguage,
): Reader<Json> {
  if (CorrelationValue !== undefined) return language.payload(CorrelationValue, 'CorrelationValue');
  if (CorrelationValuePath === undefined) return (_, effective) => effective;
  const payload = language.payload({ 'Value.$': CorrelationValuePath }, 'CorrelationValuePath');
  return (scope, effective) => {
    const found = payload(scope, effective);
    return Object.values(found ?? {})[0] ?? null;
  };
}
