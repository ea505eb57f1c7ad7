/**
 * One execution on its way into the store, outside of any batch: refused here is what no store
 * could keep.
 */

import type { Json } from '../asl/json/json.ts';
import { nameFault } from '../batch/execution-name.ts';
import { MillraceError } from '../errors.ts';
import type { NewExecution } from '../ports/execution-store.ts';
import type { AppContext } from './app-context.ts';
import type { EnqueueTerms } from './enqueue-options.ts';
import type { RegisteredMachine } from './machine-registry.ts';
import { encodePayload } from './payload.ts';

/** What its caller says about it. */
export interface ExecutionRequest extends EnqueueTerms {
  readonly input: Json;
  /** Unique within the machine. Undefined: the new execution's id. */
  readonly name: string | undefined;
}

/**
 * The execution to record.
 * @throws INVALID_ARGUMENT for a name that cannot be
 * @throws PAYLOAD_TOO_LARGE
 */
export function newExecution(
  { entropy, settings }: Pick<AppContext, 'entropy' | 'settings'>,
  { record }: RegisteredMachine,
  { input, name, ...terms }: ExecutionRequest,
): NewExecution {
  const id = entropy.uuid();
  const fault = nameFault(name ?? id);
  if (fault !== null) {
    throw new MillraceError('INVALID_ARGUMENT', `the execution's name: ${fault}`);
  }
  return {
    id,
    machineId: record.id,
    machineVersion: record.version,
    name: name ?? id,
    input: encodePayload(input, settings.payloadBytesMax, 'the input'),
    ...terms,
  };
}
