/** The child that a `states:startExecution` Task wants. */
import type { MachineType } from '../../asl/definition.ts';
import type { JsonObject } from '../../asl/json/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import { retry } from '../../retry/retry.ts';
import { taskStoreRetries } from '../../retry/task-store-retries.ts';
import { toChildId } from './child-id.ts';
import {
  type MachineRoute,
  type NamedMachine,
  type RouteStore,
  routeMachine,
} from './machine-route.ts';
import { encodeReplyTo } from './reply.ts';
import {
  parseExecutionInput,
  parseExecutionName,
  parseMachineId,
  parseMachineQualifier,
  startExecutionFailure,
  toReplyTo,
} from './start-execution-parameters.ts';

/** What {@link createWantedChild} works with. */
export interface WantedChildDeps {
  readonly store: RouteStore;
  readonly entropy: Entropy;
  readonly clock: Clock;
  /**
   * Returns the check of a machine's inputs, which returns why a JSON text does not match.
   * @default any JSON is accepted
   */
  readonly inputCheckOf?: (machineId: string) => ((input: string) => string | null) | null;
}

/** A child to record, and the type of its machine. */
export interface WantedChild {
  readonly child: NewExecution;
  readonly type: MachineType;
}

/** A machine whose executions can be started. */
export interface OfferedMachine {
  readonly version: number;
  readonly type: MachineType;
}

/** Returns the child to record. It goes to the queue of its parent. */
export async function createWantedChild(
  deps: WantedChildDeps,
  own: ReadonlyMap<string, OfferedMachine>,
  invocation: Invocation,
  parameters: JsonObject,
): Promise<WantedChild> {
  const machine = parseMachineId(parameters) ?? '';
  const input = parseExecutionInput(parameters);
  const problem = deps.inputCheckOf?.(machine)?.(input) ?? null;
  if (problem !== null) {
    const cause = `the input does not match the schema of the machine '${machine}': ${problem}`;
    throw startExecutionFailure('ValidationException', cause);
  }
  const replyTo = toReplyTo(invocation);
  const id =
    replyTo === null ? deps.entropy.uuid() : toChildId(replyTo.executionId, replyTo.command);
  const qualifier = parseMachineQualifier(parameters);
  const { type, ...route } = await routeChild(
    { deps, own },
    { name: machine, qualifier },
    id,
    invocation.signal,
  );
  const child = {
    id,
    ...route,
    name: parseExecutionName(invocation, parameters),
    input,
    queue: invocation.queue,
    retriesMax: 0,
    ...(replyTo !== null && { replyTo: encodeReplyTo(replyTo) }),
    ...(invocation.traceparent !== undefined && { traceparent: invocation.traceparent }),
  };
  return { child, type };
}

/** A machine of this app runs in the version that this program has. */
async function routeChild(
  { deps, own }: { deps: WantedChildDeps; own: ReadonlyMap<string, OfferedMachine> },
  machine: NamedMachine,
  executionId: string,
  signal: AbortSignal,
): Promise<MachineRoute> {
  const offered = machine.qualifier === null ? own.get(machine.name) : undefined;
  if (offered !== undefined) {
    return { machineId: machine.name, machineVersion: offered.version, type: offered.type };
  }
  const { clock, store } = deps;
  const find = () => routeMachine(store, machine, executionId);
  return retry(find, { clock, signal, policyFor: taskStoreRetries });
}
