import { scheduleWakingStore } from '../../lib/app/compose/schedule-waking-store.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { type Broker, brokerLimits } from '../../lib/ports/broker.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { janitorDefaults } from '../../lib/roles/janitor.ts';
import type { ConfiguredLimits } from '../../lib/roles/limits/limit-catalog.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import type { ActivityWorkers } from './activity-workers.ts';
import type { Sabotage } from './canaries/canary.ts';
import { queueTask } from './clients.ts';
import {
  type ClusterSettings,
  type Node,
  type NodeDeps,
  startFunction,
  startLeader,
  startWorker,
} from './cluster.ts';
import { Dice } from './dice.ts';
import { drawLimits } from './drawn-limits.ts';
import { ExternalServices } from './external-services.ts';
import { drawFaults, type FaultPlan, noFaults } from './fault-plan.ts';
import { faultyBroker } from './faulty-broker.ts';
import { faultyStore } from './faulty-store.ts';
import { LeaderCalls } from './leader-calls.ts';
import { startLeaderFunction } from './leader-function.ts';
import type { MessageSenders } from './message-senders.ts';
import { type Observation, observedStore } from './observed-store.ts';
import { createOutsiders } from './outsiders.ts';
import { newerBroker, type ProgramVersion, programVersions } from './program-versions.ts';
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
  /** The store with observation, as what is no process of the cluster reaches it. */
  readonly store: Store;
  readonly broker: Broker;
  readonly externalServices: ExternalServices;
  readonly messageSenders: MessageSenders;
  readonly activityWorkers: ActivityWorkers;
  /** Null without limits. */
  readonly limits: ConfiguredLimits | null;
  /** Whether two versions of the program run side by side. */
  readonly hasVersions: boolean;
  /** The store with observation, which the wires of leaders and workers lead to. */
  readonly #observedStore: Store;
  /** What calls the leader function; null when leaders are processes. */
  readonly #leaderCalls: LeaderCalls | null;
  /** The versions of the program that new processes run; empty without versions. */
  #versions: readonly ProgramVersion[] = [];
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
    this.#observedStore = observedStore(broken, this.actualStore, observe, () => this.clock.now());
    this.#leaderCalls = this.#createLeaderCalls(seed);
    const waking = {
      turnOn: async () => (sabotage.forgetsSchedule ? undefined : this.wakeLeader()),
      turnOff: async () => {},
    };
    this.store =
      this.#leaderCalls === null
        ? this.#observedStore
        : scheduleWakingStore(this.#observedStore, waking, this.trace.createLogger('programs'));
    const shuffleDice = dice.fork();
    this.broker = new MemoryBroker({
      clock: this.clock,
      ...(this.#faults.reordered && { shuffle: () => shuffleDice.entropy.random() }),
    });
    const externalServices = new ExternalServices({ ...this.#reach(), dice: dice.fork() });
    this.externalServices = externalServices;
    const outsiders = createOutsiders({ ...this.#reach(), externalServices, dice: dice.fork() });
    this.messageSenders = outsiders.messageSenders;
    this.activityWorkers = outsiders.activityWorkers;
    // Separate dice, so that this draw does not change the course of other seeds.
    const isFocused = sabotage.faults !== undefined;
    this.#usesFunctions = !isFocused && new Dice(seed + 2).chance(0.3);
    this.hasVersions = sabotage.hasVersions ?? (!isFocused && new Dice(seed + 4).chance(0.3));
    const hasLimits = sabotage.hasLimits ?? (!isFocused && new Dice(seed + 8).chance(0.3));
    this.limits = hasLimits ? drawLimits(new Dice(seed + 9)) : null;
    const leaseMs = dice.pick([20_000, 30_000, 60_000]);
    this.settings = {
      leaseMs: this.#usesFunctions ? functionLeaseMs : leaseMs,
      concurrency: dice.pick([1, 3, 50]),
      holdMs: dice.pick([0, 100, 2_000]),
      stallsMax: dice.pick([3, 1_000]),
      retentionMs: dice.pick([600_000, janitorDefaults.retentionMs]),
      // A message of the newer version costs a delivery at each worker of the older one.
      spendsDeliveries: spendsDeliveries(this.#faults) || this.hasVersions,
    };
    if (this.hasVersions) this.#versions = programVersions;
    const leastCount = Math.max(1, this.#versions.length);
    this.#processCounts = {
      leader: Math.max(leastCount, dice.between(1, 2)),
      worker: Math.max(leastCount, dice.between(1, 4)),
    };
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

  /** Turns the leader schedule on, as a program does that has recorded work. */
  async wakeLeader(): Promise<void> {
    await this.#leaderCalls?.turnOn();
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
      for (let count = alive; count < this.#processCounts[kind]; count += 1) {
        this.#start(kind, this.#drawVersion());
      }
      if (this.#faults !== noFaults) continue;
      const running = this.#nodes.filter((node) => node.kind === kind);
      for (const version of this.#versions) {
        if (!running.some((node) => node.version === version)) this.#start(kind, version);
      }
    }
  }

  /** Starts processes in place of those that are dead: a call that takes too long kills its own. */
  replaceDead(): void {
    this.#nodes = this.#nodes.filter(({ process }) => !process.isDead);
    this.startMissing();
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
    if (faults.clockStep > 0 && dice.chance(faults.clockStep)) this.#stepClock();
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
    for (const { process } of this.#nodes) process.thaw();
    this.replaceDead();
  }

  /** Ends the deploy: the older version stops in an orderly way, and the newer one goes on. */
  endDeploy(): void {
    if (!this.hasVersions) return;
    this.trace.note('the deploy ends');
    this.#versions = ['newer'];
    for (const node of this.#nodes.filter(({ version }) => version === 'older')) this.#retire(node);
    this.startMissing();
  }

  /** What programs outside of the cluster reach. */
  #reach() {
    const { clock, trace, store, broker } = this;
    return { clock, trace, store, broker };
  }

  #createLeaderCalls(seed: number): LeaderCalls | null {
    const { clock, trace } = this;
    const isDrawn = this.#sabotage.faults === undefined && new Dice(seed + 5).chance(0.3);
    if (!(this.#sabotage.usesLeaderFunctions ?? isDrawn)) return null;
    return new LeaderCalls({ clock, trace, dice: new Dice(seed + 6), faults: () => this.#faults });
  }

  #drawVersion(): ProgramVersion | null {
    const [version, ...others] = this.#versions;
    return version === undefined ? null : this.dice.pick([version, ...others]);
  }

  #start(kind: Node['kind'], version: ProgramVersion | null): void {
    const process = this.#createProcess(kind);
    const handlesAllTypes =
      !this.#nodes.some((node) => node.handlesAllTypes) || this.dice.chance(0.5);
    const leaderStore = this.#sabotage.leaderStore?.(this.#observedStore) ?? this.#observedStore;
    const reached = kind === 'leader' ? leaderStore : this.#observedStore;
    const store = faultyStore(reached, this.#createWire('store', process));
    const wire = this.#createWire('broker', process);
    const broker = faultyBroker(this.broker, wire);
    this.#nodes.push(
      this.#startNode(kind, {
        process,
        store,
        broker: version === 'newer' ? newerBroker(broker) : broker,
        version,
        sabotage: this.#sabotage,
        schedule: this.#reachSchedule(wire),
        objects: this.files,
        trace: this.trace,
        settings: this.settings,
        limits: this.limits,
        externalServices: this.externalServices,
        handlesAllTypes,
        isPoison: (id) => shareOf(id) < this.#faults.poison,
        observe: (call) => this.#observe({ ...call, at: this.clock.now() }),
      }),
    );
  }

  #startNode(kind: Node['kind'], deps: NodeDeps): Node {
    if (kind === 'worker') return this.#usesFunctions ? startFunction(deps) : startWorker(deps);
    const calls = this.#leaderCalls;
    return calls === null ? startLeader(deps) : startLeaderFunction(deps, calls);
  }

  /** The schedule and the queue of the leader, as a process reaches them over its wire. */
  #reachSchedule(wire: Wire): NodeDeps['schedule'] {
    const calls = this.#leaderCalls;
    return {
      turnOn: () => wire.call('turnOn', async () => calls?.turnOn()),
      turnOff: (nextMs) => wire.call('turnOff', async () => calls?.turnOff(nextMs)),
      continueLater: (predecessor, pausedMs) =>
        wire.call('continueLater', async () => calls?.continueLater(predecessor, pausedMs)),
    };
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

  #stepClock(): void {
    const ms = this.dice.pick([-hourMs, hourMs]);
    this.#hitRandomNode(`clock steps ${ms}`, ({ process }) => process.jumpClock(ms));
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
      this.#retire(node);
      this.startMissing();
    });
  }

  #retire(node: Node): void {
    this.#nodes = this.#nodes.filter((other) => other !== node);
    node.stop().catch((error: unknown) => {
      this.trace.note(`${node.process.name} did not stop in an orderly way: ${String(error)}`);
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
