/** The roles over the memory store and broker, a simulated clock and the test's handlers. */
import type { MachineType } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import type { Handler, Handlers } from '../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../lib/drivers/handlers/handler-invoker.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { decodeHistory } from '../../lib/engine/history/decode-history.ts';
import type { HistoryEvent } from '../../lib/engine/history-event.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Checkpoint } from '../../lib/ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../lib/ports/store/claim-store.ts';
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { MapRunStarter } from '../../lib/roles/batch/map-run-starter.ts';
import { SignalRouter } from '../../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import { UnhandledTaskTypes } from '../../lib/roles/delivery/unhandled-task-types.ts';
import { Committer } from '../../lib/roles/execution/committer.ts';
import { noExecutionEnds } from '../../lib/roles/execution/execution-ends.ts';
import { Executor, type ExecutorDeps } from '../../lib/roles/execution/executor.ts';
import { FinishPolicy, type FinishPolicyDeps } from '../../lib/roles/execution/finish-policy.ts';
import { MachineCatalog } from '../../lib/roles/execution/machine-catalog.ts';
import { RunFactory, type RunFactoryOptions } from '../../lib/roles/execution/run-factory.ts';
import type { Role } from '../../lib/roles/role.ts';
import { Sweeper, type SweeperOptions } from '../../lib/roles/sweeper.ts';
import { Worker, type WorkerOptions } from '../../lib/roles/worker.ts';
import { CountingMetrics } from './counting-metrics.ts';
import { QuietLogger } from './quiet-logger.ts';
import { RecordingBus } from './recording-bus.ts';
import { SeededEntropy } from './seeded-entropy.ts';
import { settle } from './signal.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** Options of {@link RoleHarness}. */
export interface RoleHarnessOptions {
  /** @default {} */
  readonly handlers?: Handlers;
  /** Wraps the store that the roles use. @default the store itself */
  readonly store?: (real: Store) => Store;
  /** Wraps the broker that the roles use. @default the broker itself */
  readonly broker?: (real: Broker) => Broker;
  readonly seed?: number;
}

/** Options of {@link RoleHarness.executor}: they replace what the executor is constructed from. */
export type ExecutorHarnessOptions = Partial<
  Omit<RunFactoryOptions, 'finishPolicy'> &
    Omit<FinishPolicyDeps, 'entropy'> &
    Pick<ExecutorDeps, 'signalRouter'>
>;

/** Creates roles over the memory store and broker, and executions for them to run. */
export class RoleHarness {
  readonly clock = new SimulatedClock();
  readonly logger = new QuietLogger();
  readonly metrics = new CountingMetrics();
  readonly events = new RecordingBus();
  readonly entropy: SeededEntropy;
  readonly store: Store;
  readonly broker: Broker;
  readonly invoker: HandlerInvoker;
  readonly dispatcher: Dispatcher;
  readonly signalRouter: SignalRouter;
  readonly random = () => 0;

  constructor(options: RoleHarnessOptions = {}) {
    const same = <Port>(port: Port) => port;
    this.entropy = new SeededEntropy(options.seed);
    this.store = (options.store ?? same)(openMemoryStore({ now: () => this.clock.now() }));
    this.broker = (options.broker ?? same)(new MemoryBroker({ clock: this.clock }));
    this.invoker = new HandlerInvoker(options.handlers ?? {}, this.logger);
    this.dispatcher = new Dispatcher(this);
    this.signalRouter = new SignalRouter(this);
  }

  /** Registers `definition` as the machine `id`. */
  async register(
    definition: object,
    id = 'machine',
    type: MachineType = 'STANDARD',
  ): Promise<void> {
    const text = JSON.stringify(parseDefinition(JSON.stringify(definition), { type }));
    await this.store.putMachine(id, type, text);
  }

  /** Records an execution of the machine's first version; returns its id. */
  async record(input: Json = {}, changes: Partial<NewExecution> = {}): Promise<string> {
    const id = this.entropy.uuid();
    const execution: NewExecution = {
      id,
      machineId: 'machine',
      machineVersion: 1,
      name: id,
      input: JSON.stringify(input),
      queue: 'default',
      retriesMax: 0,
      ...changes,
    };
    await this.store.createExecutions([execution], true);
    return id;
  }

  /** Records an execution and sends its task; returns its id. */
  async submit(input: Json = {}, changes: Partial<NewExecution> = {}): Promise<string> {
    const id = await this.record(input, changes);
    const { queue = 'default', batchId = null } = changes;
    await this.dispatcher.dispatch([{ executionId: id, queue, batchId }]);
    return id;
  }

  /** Claims one execution for `workerId`. */
  async claim(id: string, workerId = 'w', leaseMs = 30_000): Promise<ClaimedExecution> {
    const { claimed, refused } = await this.store.claim(workerId, leaseMs, [id]);
    const [execution] = claimed;
    if (execution === undefined) throw new Error(`not claimed: ${JSON.stringify(refused)}`);
    return execution;
  }

  executor(changes: ExecutorHarnessOptions = {}): Executor {
    const deps = {
      ...this,
      machines: new MachineCatalog(this.store),
      committer: this.committer(),
      mapRuns: new MapRunStarter({ ...this, onStarted: () => {} }),
      retryDelay: () => 1_000,
      nonRetryable: () => new Set<string>(),
      executionLogger: { write: () => {} },
      ends: noExecutionEnds,
      ...changes,
    };
    return new Executor({
      ...deps,
      unhandledTaskTypes: new UnhandledTaskTypes(deps),
      runs: new RunFactory({ ...deps, finishPolicy: new FinishPolicy(deps) }),
    });
  }

  committer(): Committer {
    return new Committer({ ...this, retryMsMax: 30_000 });
  }

  worker(changes: Partial<WorkerOptions> = {}): Worker {
    return new Worker({
      ...this,
      executor: this.executor(),
      picker: new PriorityPicker({ random: () => this.entropy.random() }),
      ...changes,
    });
  }

  sweeper(changes: Partial<SweeperOptions> = {}): Sweeper {
    return new Sweeper({ ...this, ...changes });
  }

  /** Stops a role while simulated time passes. */
  async stop(role: Role): Promise<void> {
    let stopped = false;
    const ended = role.stop().then(() => {
      stopped = true;
    });
    await this.pass(() => stopped, `the stop of the ${role.name}`);
    await ended;
  }

  async readStatus(id: string): Promise<string | undefined> {
    return (await this.store.getExecution(id))?.status;
  }

  /** Returns how many messages a queue holds, by state. */
  async depth(queue = 'default') {
    const [stats] = await this.broker.stats([queue]);
    return { ready: stats?.ready, delayed: stats?.delayed, inFlight: stats?.inFlight };
  }

  /** Reads the whole history of an execution. */
  async readHistory(id: string): Promise<HistoryEvent[]> {
    const chunks = await this.store.readHistory(id, 0, 10_000);
    return chunks.flatMap(decodeHistory);
  }

  /** Reads the types of the events in an execution's history. */
  async readEventTypes(id: string): Promise<string[]> {
    return (await this.readHistory(id)).map(({ type }) => type);
  }

  /** Advances the clock step by step until `condition` is true. */
  async pass(
    condition: () => boolean | Promise<boolean>,
    what: string,
    stepMs = 500,
    stepsMax = 2_000,
  ): Promise<void> {
    for (let steps = 0; steps < stepsMax; steps += 1) {
      for (let turns = 0; turns < 20; turns += 1) {
        if (await condition()) return;
        await settle();
      }
      await this.clock.advance(stepMs);
    }
    throw new Error(`this never happened: ${what}`);
  }
}

/** A handler whose calls are answered by the test. */
export class HeldHandler {
  /** The inputs and contexts of all calls so far. */
  readonly calls: { readonly input: Json; readonly context: Parameters<Handler>[1] }[] = [];
  readonly #answers: ((output: Json) => void)[] = [];

  readonly handler: Handler = (input: Json, context) => {
    this.calls.push({ input, context });
    return new Promise<Json>((resolve) => this.#answers.push(resolve));
  };

  /** Answers call number `index`. */
  answer(index: number, output: Json = {}): void {
    this.#answers[index]?.(output);
  }
}

/** Replaces the broker's `send` by one that may call the original. */
export function withSend(
  real: Broker,
  send: (real: Broker['send'], ...asked: Parameters<Broker['send']>) => ReturnType<Broker['send']>,
): Broker {
  const realSend = real.send.bind(real);
  return Object.assign(real, {
    send: (...asked: Parameters<Broker['send']>) => send(realSend, ...asked),
  });
}

/** The depth of a queue that holds no messages. */
export const emptyQueue = Object.freeze({ ready: 0, delayed: 0, inFlight: 0 });

/** The error that drivers throw when the service does not answer. */
export function unavailable(): MillraceError {
  return new MillraceError('STORE_UNAVAILABLE', 'no answer', { retryable: true });
}

/** A machine of one Task, `Work`, that calls the handler `work`. */
export const oneTask = Object.freeze({
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
});

/** Returns the types of the events that a checkpoint writes; none without a checkpoint. */
export function typesOfEvents(checkpoint: Checkpoint | undefined): string[] {
  return decodeHistory(checkpoint?.events ?? '[]').map(({ type }) => type);
}
