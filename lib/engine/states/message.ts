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
    flow: createMessageFlow(state, language),
    recovery: compileRecovery(state, language),
    timeout: language.compileInteger({
      name: 'TimeoutSeconds',
      value: TimeoutSeconds,
      path: TimeoutSecondsPath,
      min: 1,
    }),
    heartbeat: undefined,
  };
}

/** The data flow of a Task whose parameters are the key and value of the message. */
function createMessageFlow(state: MessageState, language: QueryLanguage): DataFlow {
  const flow = language.compileFlow(state);
  const key = language.compileText({
    name: 'CorrelationKey',
    value: state.CorrelationKey,
    path: undefined,
  });
  const value = compileCorrelationValue(state, language);
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

function compileCorrelationValue(
  { CorrelationValue, CorrelationValuePath }: MessageState,
  language: QueryLanguage,
): Reader<Json> {
  if (CorrelationValue !== undefined)
    return language.compilePayload(CorrelationValue, 'CorrelationValue');
  if (CorrelationValuePath === undefined) return (_, effective) => effective;
  const payload = language.compilePayload(
    { 'Value.$': CorrelationValuePath },
    'CorrelationValuePath',
  );
  return (scope, effective) => {
    const found = payload(scope, effective);
    return Object.values(found ?? {})[0] ?? null;
  };
}
