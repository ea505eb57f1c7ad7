/** Runs an execution of an EXPRESS machine for a caller that waits for its end. */
import { cached } from '../asl/bounded-cache.ts';
import type { MachineDefinition } from '../asl/definition.ts';
import { JsonText } from '../asl/json/json-text.ts';
import { parseJson, parseWrittenJson } from '../asl/json/parse-json.ts';
import { compileMachine } from '../engine/compile-machine.ts';
import type { Machine } from '../engine/machine.ts';
import { messageOf } from '../errors.ts';
import type { MockCase } from '../mocks/mock-file.ts';
import { createExecutionLogger } from '../operations/create-executor.ts';
import { newExecution } from '../operations/enqueue/new-execution.ts';
import type { MachineRevision } from '../ports/store/machines/state-machine-store.ts';
import { runSync, type SyncExecution } from '../roles/execution/sync-run.ts';
import { invalidInput } from './errors.ts';
import { MockedCalls } from './mocked-calls.ts';
import type { OperationContext } from './operation-context.ts';
import { protocolLimits } from './step-functions-limits.ts';

/** An execution to run. */
export interface SyncStart {
  readonly name: string;
  /** A JSON text. */
  readonly input: string;
  /** The answers of mocked states; null for none. */
  readonly mockCase: MockCase | null;
}

/**
 * Runs one execution of a revision to its end, which is at most five minutes away. Nothing is
 * stored. Throws InvalidExecutionInput, or STOPPED when the caller's connection ends first.
 */
export async function runSyncExecution(
  { context, signal }: OperationContext,
  revision: MachineRevision,
  { name, input, mockCase }: SyncStart,
): Promise<SyncExecution> {
  const execution = newExecution(
    context,
    { record: revision },
    { ...terms, input: readInput(input), name },
  );
  const deps = {
    ...context,
    executionLogger: createExecutionLogger(context),
    ...(mockCase !== null && { invoker: new MockedCalls(mockCase, context.invoker) }),
  };
  const compiled = compile(`${context.settings.payloadBytesMax} ${revision.definition}`);
  return await runSync(deps, compiled, execution, signal);
}

/** Nothing is queued: the process that is called runs it. */
const terms = Object.freeze({
  queue: 'default',
  retriesMax: 0,
  timeoutMs: protocolLimits.syncExecutionMs,
});

/** Compiles the definition after a first word, which is the limit of its payloads. */
const compile = cached<Machine>((key) => {
  const space = key.indexOf(' ');
  const definition = parseWrittenJson(key.slice(space + 1)) as object as MachineDefinition;
  return compileMachine(definition, { payloadBytesMax: Number(key.slice(0, space)) }, 'EXPRESS');
});

function readInput(input: string): JsonText {
  try {
    parseJson(input);
  } catch (error) {
    throw invalidInput(messageOf(error));
  }
  return new JsonText(input);
}
