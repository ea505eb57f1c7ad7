import type { Json } from '../../asl/json/json.ts';
import type { JsonText } from '../../asl/json/json-text.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { MillraceError } from '../../errors.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { AppContext } from '../app-context.ts';
import type { RegisteredMachine } from '../machine-registry.ts';
import { encodePayload } from './encode-payload.ts';
import type { EnqueueTerms } from './enqueue-options.ts';

/** What the caller decides of a new execution. */
export interface ExecutionRequest extends EnqueueTerms {
  readonly input: Json | JsonText;
  /** Unique within the machine. Undefined: the new execution's id. */
  readonly name: string | undefined;
}

/**
 * Returns an execution to record, outside of any batch.
 * @throws INVALID_ARGUMENT for a bad name, or an input that does not match the machine's schema
 * @throws PAYLOAD_TOO_LARGE
 */
export function newExecution(
  { app, entropy, settings }: Pick<AppContext, 'app' | 'entropy' | 'settings'>,
  { record }: Pick<RegisteredMachine, 'record'>,
  { input, name, ...terms }: ExecutionRequest,
): NewExecution {
  const id = entropy.uuid();
  const fault = findNameProblem(name ?? id);
  if (fault !== null) {
    throw new MillraceError('INVALID_ARGUMENT', `the execution's name: ${fault}`);
  }
  const text = encodePayload(input, settings.payloadBytesMax, 'the input');
  const problem = app.inputCheckOf?.(record.id)?.(text) ?? null;
  if (problem !== null) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `the input does not match the schema of the machine '${record.id}': ${problem}`,
      { fields: { machineId: record.id } },
    );
  }
  return {
    id,
    machineId: record.id,
    machineVersion: record.version,
    name: name ?? id,
    input: text,
    ...terms,
  };
}
