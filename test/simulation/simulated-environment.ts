import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import { type Broker, brokerLimits } from '../../lib/ports/broker.ts';
import type { NewMessage } from '../../lib/ports/store/message-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { SignalRouter } from '../../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { janitorDefaults } from '../../lib/roles/janitor.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import type { Sabotage } from './canaries.ts';
import { queueTask } from './clients.ts';
import {
  type ClusterSettings,
  type Node,
  startFunction,
  startLeader,
  startWorker,
} from './cluster.ts';
import { Dice } from './dice.ts';
import { ExternalServices } from './external-services.ts';
import { drawFaults, type FaultPlan, noFaults } from './fault-plan.ts';
import { faultyBroker } from './faulty-broker.ts';
import { faultyStore } from './faulty-store.ts';
import { MessageSenders } from './message-senders.ts';
import { type Observation, observedStore } from './observed-store.ts';
import type { DrawnTask } from './queued-tasks.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { Trace } from './trace.ts';
import { Wire } from './wire.ts';
import { queues } from './workload.ts';

/** Options of {@link SimulatedEnvironment}. */
export interface SimulatedEnvironmentOptions {
  readonly seed: number;
  readonly observe: (observation: Observation) => void;
  /** The parts that a canary has broken. */
  readonly sabotage: Sabotage;
  readonly print?: (line: string) => void;
}

/** Longer than any handler takes, in milliseconds, so that one invocation finishes its batch. */
const functionLeaseMs = 1_205_000;

const hourMs = 3_600_000;

function spendsDeliveries({ settlesLate, answerLost, callFails, silent }: FaultPlan): boolean {
  return settlesLate + answerLost + callFails + silent > 0;
}

/** Returns a number in [0, 1) that depends only on the id of an execution. */
function shareOf(executionId: string): number {
  return Number.parseInt(executionId.slice(-4), 16) / 0x10000;
}

/**
 * The environment of one simulation: one clock, one store and broker, and the processes that use
 * them, which crash, freeze and are replaced. Its seed decides everything random.
 */
export class SimulatedEnvironment {
  readonly dice: Dice;
  readonly clock = new SimulatedClock();
  readonly trace: Trace;
  readonly files = new MemoryFiles(100);
  readonly settings: ClusterSettings;
  /** The actual store, without observation or faults. */
  readonly actualStore: Store;
  /** The store with observation, which wires lead to. */
  readonly store: Store;
  readonly broker: Broker;
  readonly externalServices: ExternalServices;
  readonly messageSenders: MessageSenders;
  readonly #sabotage: Sabotage;
  readonly #observe: (observation: Observation) => void;
  readonly #downUntil = { store: 0, broker: 0 };
  #readOnlyUntil = 0;
  #faults: FaultPlan;
  #nodes: Node[] = [];
  readonly #clients = new Set<SimulatedProcess>();
  #processCounts: Readonly<Record<Node['kind'], number>>;
  /** Whether the workers are functions. */
  readonly #usesFunctions: boolean;
  #started = 0;

  constructor({ seed, observe, sabotage, print }: SimulatedEnvironmentOptions) {
    const dice = new Dice(seed);
    this.dice = dice;
    this.trace = new Trace(() => this.clock.now(), print);
    this.#faults = { ...drawFaults(dice.fork()), ...sabotage.faults };
    this.#sabotage = sabotage;
    this.#observe = observe;
    this.actualStore = openMemoryStore({ now: () => this.clock.now() });
    const broken = sabotage.store?.(this.actualStore) ?? this.actualStore;
    this.store = observedStore(broken, this.actualStore, observe, () => this.clock.now());
    const shuffleDice = dice.fork();
    this.broker = new MemoryBroker({
      clock: this.clock,
      ...(this.#faults.reordered && { shuffle: () => shuffleDice.entropy.random() }),
    });
    this.externalServices = new ExternalServices({
      clock: this.clock,
      dice: dice.fork(),
      trace: this.trace,
      store: this.store,
      broker: this.broker,
    });
    this.messageSenders = this.#createMessageSenders();
    // Separate dice, so that this draw does not change the course of other seeds.
    this.#usesFunctions = sabotage.faults === undefined && new Dice(seed + 2).chance(0.3);
    const leaseMs = dice.pick([20_000, 30_000, 60_000]);
    this.settings = {
      leaseMs: this.#usesFunctions ? functionLeaseMs : leaseMs,
      concurrency: dice.pick([1, 3, 50]),
      holdMs: dice.pick([0, 100, 2_000]),
      stallsMax: dice.pick([3, 1_000]),
      retentionMs: dice.pick([600_000, janitorDefaults.retentionMs]),
      spendsDeliveries: spendsDeliveries(this.#faults),
    };
    this.#processCounts = { leader: dice.between(1, 2), worker: dice.between(1, 4) };
    this.trace.note(JSON.stringify([this.#faults, this.settings, this.#processCounts]));
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  get faults(): FaultPlan {
    return this.#faults;
  }

  /** Maximum time that an execution may run after its deadline, for `timeLimitsKept`. */
  get slackMs(): number {
    const { freeze, freezeMsMax, clockJump, clockJumpMsMax, latencyMsMax } = this.#faults;
    const frozenMs = freeze > 0 ? freezeMsMax : 0;
    const jumpsMs = clockJump > 0 ? 10 * clockJumpMsMax : 0;
    return this.settings.leaseMs + frozenMs + jumpsMs + 2 * latencyMsMax;
  }

  /** Whether the faults have ended, and no worker runs an execution. */
  get isIdle(): boolean {
    return this.#faults === noFaults && this.#nodes.every((node) => node.running() === 0);
  }

  /** Whether a program is still queueing a task. */
  get isQueueing(): boolean {
    return [...this.#clients].some(({ isDead }) => !isDead);
  }

  /** Starts a program that queues a task. */
  queue(task: DrawnTask): void {
    const process = this.#createProcess('client');
    this.#clients.add(process);
    const store = faultyStore(this.store, this.#createWire('store', process));
    const broker = faultyBroker(this.broker, this.#createWire('broker', process));
    void queueTask({ process, store, broker, trace: this.trace }, task).then(() =>
      this.#clients.delete(process),
    );
  }

  /** Starts the processes that are missing. */
  startMissing(): void {
    for (const kind of ['leader', 'worker'] as const) {
      const alive = this.#nodes.filter((node) => node.kind === kind).length;
      for (let count = alive; count < this.#processCounts[kind]; count += 1) this.#start(kind);
    }
  }

  /** Applies the faults of one second. */
  async injectFaults(): Promise<void> {
    const { dice } = this;
    const faults = this.#faults;
    this.#nodes = this.#nodes.filter(({ process }) => !process.isDead);
    if (dice.chance(0.2)) this.startMissing();
    if (dice.chance(faults.crash)) this.#hitRandomNode('crashes', ({ process }) => process.crash());
    if (dice.chance(faults.freeze)) this.#freezeOne();
    if (dice.chance(faults.deploy)) this.#replaceOne();
    if (dice.chance(faults.clockJump)) {
      const ms = dice.between(-faults.clockJumpMsMax, faults.clockJumpMsMax);
      this.#hitRandomNode(`clock jumps ${ms}`, ({ process }) => process.jumpClock(ms));
    }
    if (faults.clockStep > 0 && dice.chance(faults.clockStep)) this.#stepLeaderClock();
    if (faults.readOnly > 0 && dice.chance(faults.readOnly)) this.#makeReadOnly();
    if (dice.chance(faults.outage)) this.#takeDown(dice.pick(['store', 'broker']));
    if (dice.chance(faults.purge)) await this.#purge();
  }

  /** Ends all faults: services are up again, and processes resume. */
  heal(): void {
    this.trace.note('healed');
    this.#faults = noFaults;
    this.#downUntil.store = 0;
    this.#downUntil.broker = 0;
    this.#readOnlyUntil = 0;
    this.#nodes = this.#nodes.filter(({ process }) => !process.isDead);
    for (const { process } of this.#nodes) process.thaw();
    this.startMissing();
  }

  #createMessageSenders(): MessageSenders {
    const { clock, store, broker, trace } = this;
    const logger = trace.createLogger('senders');
    const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
    const signalRouter = new SignalRouter({ store, dispatcher, logger });
    const messageTasks = new MessageTasks({ store, signalRouter, clock, logger });
    const put = (message: NewMessage) => store.putMessage(message);
    return new MessageSenders({ clock, trace, messageTasks, put, dice: this.dice.fork() });
  }

  #start(kind: Node['kind']): void {
    const process = this.#createProcess(kind);
    const handlesAllTypes =
      !this.#nodes.some((node) => node.handlesAllTypes) || this.dice.chance(0.5);
    const start =
      kind === 'leader' ? startLeader : this.#usesFunctions ? startFunction : startWorker;
    const store = this.#sabotage.leaderStore?.(this.store) ?? this.store;
    this.#nodes.push(
      start({
        process,
        store: faultyStore(
          kind === 'leader' ? store : this.store,
          this.#createWire('store', process),
        ),
        broker: faultyBroker(this.broker, this.#createWire('broker', process)),
        objects: this.files,
        trace: this.trace,
        settings: this.settings,
        externalServices: this.externalServices,
        handlesAllTypes,
        isPoison: (id) => shareOf(id) < this.#faults.poison,
        observe: (call) => this.#observe({ ...call, at: this.clock.now() }),
      }),
    );
  }

  #createProcess(kind: string): SimulatedProcess {
    this.#started += 1;
    const name = `${kind}-${this.#started}`;
    this.trace.note(`${name} starts`);
    const clock = this.#sabotage.clock?.(this.clock) ?? this.clock;
    return new SimulatedProcess(name, clock, this.dice.fork(), this.#sabotage.processClock);
  }

  #createWire(service: 'store' | 'broker', process: SimulatedProcess): Wire {
    const { clock, trace } = this;
    return new Wire({
      service,
      process,
      clock,
      trace,
      dice: this.dice.fork(),
      faults: () => this.#faults,
      isDown: () => this.#downUntil[service] > clock.now(),
      isReadOnly: () => service === 'store' && this.#readOnlyUntil > clock.now(),
    });
  }

  #hitRandomNode(fault: string, hit: (node: Node) => void): void {
    const [first, ...others] = this.#nodes;
    if (first === undefined) return;
    const node = this.dice.pick([first, ...others]);
    this.trace.note(`${node.process.name} ${fault}`);
    hit(node);
  }

  /** Only of leaders: deadlines and stored times of executions follow the clocks of workers. */
  #stepLeaderClock(): void {
    const leaders = this.#nodes.filter(({ kind }) => kind === 'leader');
    const [first, ...others] = leaders;
    if (first === undefined) return;
    const { process } = this.dice.pick([first, ...others]);
    const ms = this.dice.pick([-hourMs, hourMs]);
    this.trace.note(`${process.name} clock steps ${ms}`);
    process.jumpClock(ms);
  }

  #makeReadOnly(): void {
    const ms = this.dice.below(this.#faults.outageMsMax);
    this.trace.note(`store is read-only for ${ms}`);
    this.#readOnlyUntil = this.clock.now() + ms;
  }

  #freezeOne(): void {
    const ms = this.dice.below(this.#faults.freezeMsMax);
    this.#hitRandomNode(`freezes for ${ms}`, ({ process }) => {
      process.freeze();
      this.clock.after(ms, () => process.thaw());
    });
  }

  /** A rolling deploy: the old process drains while the new one already works. */
  #replaceOne(): void {
    this.#hitRandomNode('is replaced', (node) => {
      this.#nodes = this.#nodes.filter((other) => other !== node);
      node.stop().catch((error: unknown) => {
        this.trace.note(`${node.process.name} did not stop in an orderly way: ${String(error)}`);
      });
      this.startMissing();
    });
  }

  #takeDown(service: 'store' | 'broker'): void {
    const ms = this.dice.below(this.#faults.outageMsMax);
    this.trace.note(`${service} is down for ${ms}`);
    this.#downUntil[service] = this.clock.now() + ms;
  }

  async #purge(): Promise<void> {
    this.trace.note('the broker loses everything');
    for (const queue of Object.keys(queues)) {
      await this.broker.purge(queue);
      const dead = await this.broker.receiveDead(queue, brokerLimits.receiveMax, 1);
      await this.broker.acknowledge(dead);
    }
  }
}
