/**
 * One execution on its way into the store, outside of any batch: refused here is what no worker
 * could ever run or no store could keep.
 */
import type { Json } from '../asl/json.ts';
import { nameFault } from '../batch/execution-name.ts';
import { MillraceError } from '../errors.ts';
import type { NewExecution } from '../ports/execution-store.ts';
import type { World } from './compose.ts';
import { encodePayload } from './payload.ts';
import type { RegisteredMachine } from './registry.ts';

/** What its caller says about it. */
export interface ExecutionRequest {
  readonly input: Json;
  /** Unique within the machine. Undefined: the new execution's id. */
  readonly name: string | undefined;
  /** A queue that workers serve. */
  readonly queue: string;
  /** Times that it is run again after a failure. */
  readonly retriesMax: number;
}

/**
 * The execution to record.
 * @throws INVALID_ARGUMENT for a name, a queue or a number that cannot be
 * @throws PAYLOAD_TOO_LARGE
 */
export function newExecution(
  { entropy, settings }: Pick<World, 'entropy' | 'settings'>,
  { record }: RegisteredMachine,
  { input, name, queue, retriesMax }: ExecutionRequest,
): NewExecution {
  const id = entropy.uuid();
  const fault = nameFault(name ?? id);
  if (fault !== null) throw invalid(`the execution's name: ${fault}`);
  const queues = Object.keys(settings.queues);
  if (!queues.includes(queue)) {
    throw invalid(`the priority must be one of the queues ${queues.join(', ')}; found '${queue}'`);
  }
  if (!Number.isInteger(retriesMax) || retriesMax < 0) {
    throw invalid(`retriesMax must be a whole number of at least 0; found ${retriesMax}`);
  }
  return {
    id,
    machineId: record.id,
    machineVersion: record.version,
    name: name ?? id,
    input: encodePayload(input, settings.payloadBytesMax, 'the input'),
    queue,
    retriesMax,
  };
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
