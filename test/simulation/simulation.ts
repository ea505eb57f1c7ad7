/**
 * One simulation, from a seed to a verdict. In the first phase the faults of the seed happen, and
 * no invariant may break. Then the faults end, and every accepted execution must end within a
 * limited number of simulated minutes. Finally the cluster is stopped, and must hold nothing.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import { isChildMachine } from '../../lib/batch/map-run/map-run-batch.ts';
import type { SourceSpec } from '../../lib/batch/source-spec.ts';
import type { BatchRecord } from '../../lib/ports/store/batch-store.ts';
import { activity, type SimulatedItem } from './answers.ts';
import type { Sabotage } from './canaries/canary.ts';
import type { Checker, Evidence } from './checkers/checker.ts';
import { allCheckers } from './checkers.ts';
import { Dice } from './dice.ts';
import { answerMsMax } from './external-services.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Observation } from './observed-store.ts';
import { Operators } from './operators.ts';
import { inVersion, ownTransformer, programVersions } from './program-versions.ts';
import { type DrawnTask, drawTasks } from './queued-tasks.ts';
import { childMachine, type DrawnMachine } from './random-machine.ts';
import { referenceRun } from './reference-run.ts';
import { SimulatedEnvironment } from './simulated-environment.ts';
import { type DrawnBatch, drawChains, drawWorkload, queues } from './workload.ts';

/** What to simulate. */
export interface SimulationOptions {
  readonly seed: number;
  /** @default no part is broken on purpose */
  readonly sabotage?: Sabotage;
  readonly print?: (line: string) => void;
  /** The invariant that is expected to break: the simulation ends when it does. @default none */
  readonly until?: string;
  /** Whether one small batch and a few minutes of faults are enough. @default false */
  readonly isBrief?: boolean;
}

/** A broken invariant. */
export interface Breach {
  readonly invariant: string;
  readonly problem: string;
}

/** The result of a simulation. */
export interface Verdict {
  readonly seed: number;
  /** Hash of everything that happened: the same for two runs of one seed. */
  readonly hash: string;
  readonly breaches: readonly Breach[];
  readonly executions: number;
  /** Number of executions by error, or by status without one. */
  readonly ends: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly simulatedMinutes: number;
}

const minuteMs = 60_000;
/** Longer than any sleep or retry: what has not gone on for so long never does. */
const idleMsMax = 180 * minuteMs;
/** How long two versions of the program go on side by side after the last fault. */
const sideBySideMs = 30 * minuteMs;
/** More tasks than any drawn machine runs in sequence. */
const tasksMax = 30;
/** Maximum number of batches read, map runs included; no simulation has more. */
const batchesMax = 1_000;
/** A broken cluster breaks the same invariant repeatedly: more breaches add nothing. */
const breachesMax = 20;

/** Runs one simulation. */
export function simulate(options: SimulationOptions): Promise<Verdict> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #seed: number;
  readonly #environment: SimulatedEnvironment;
  readonly #dice: Dice;
  readonly #ledger = new Ledger();
  readonly #checkers: readonly Checker[];
  readonly #breaches: Breach[] = [];
  readonly #planned: readonly DrawnBatch[];
  readonly #batches: DrawnBatch[] = [];
  /** The tasks that programs queue, the earliest first. */
  readonly #tasks: DrawnTask[];
  readonly #queued: DrawnTask[] = [];
  readonly #operators: Operators;
  readonly #until: string | undefined;
  readonly #faultSecondsMax: number;
  /** Maximum duration of all work without faults, in milliseconds; it takes a while to compute. */
  #durationMaxMs: number | null = null;
  /** When a checkpoint was written last. */
  #progressAt = 0;

  constructor({ seed, sabotage = {}, print, until, isBrief = false }: SimulationOptions) {
    this.#seed = seed;
    this.#until = until;
    this.#dice = new Dice(seed + 1);
    this.#faultSecondsMax = isBrief ? 240 : 900;
    const drawn = drawWorkload(this.#dice.fork());
    const workload = isBrief ? shorten(drawn) : drawn;
    const tasks = drawTasks(this.#dice.fork(), workload);
    // A canary that chooses its faults needs them to meet, and nothing else beside them.
    const isFocused = sabotage.faults !== undefined;
    this.#environment = new SimulatedEnvironment({
      seed,
      sabotage,
      observe: (observation) => this.#observe(observation),
      ...(print !== undefined && { print }),
    });
    const { store, broker, slackMs, hasVersions, limits } = this.#environment;
    const versions = hasVersions ? new Dice(seed + 7) : null;
    this.#tasks = tasks.map((task) => drawTaskVersion(versions, task));
    const batches = workload.map((batch) => drawBatchVersion(versions, batch));
    this.#planned = isFocused ? batches : [...batches, ...drawChains(new Dice(seed + 2))];
    this.#checkers = allCheckers(slackMs, limits);
    this.#operators = new Operators({
      dice: this.#dice.fork(),
      pauseDice: isFocused ? null : new Dice(seed + 3),
      store,
      broker,
      batches: this.#planned,
      known: () => this.#knownToOperators(),
    });
  }

  async run(): Promise<Verdict> {
    const environment = this.#environment;
    const startedAt = environment.clock.now();
    const { id, definition } = childMachine;
    await environment.actualStore.putMachine(id, 'STANDARD', JSON.stringify(definition));
    environment.startMissing();
    if (this.#usesActivity()) environment.activityWorkers.start();
    for (const phase of [
      () => this.#runWithFaults(),
      () => this.#recover(),
      () => this.#drainQueues(),
      () => this.#verify(),
    ]) {
      if (!this.#isOver) await phase();
    }
    return {
      seed: this.#seed,
      hash: environment.trace.digest(),
      breaches: this.#breaches,
      executions: this.#ledger.entries.size,
      ends: this.#ends(),
      calls: environment.trace.lines,
      simulatedMinutes: Math.round((environment.clock.now() - startedAt) / minuteMs),
    };
  }

  /** Whether the invariant that is expected to break has done so. */
  get #isOver(): boolean {
    return this.#breaches.some(({ invariant }) => invariant === this.#until);
  }

  #usesActivity(): boolean {
    return JSON.stringify([this.#planned, this.#tasks]).includes(activity.arn);
  }

  async #recover(): Promise<void> {
    this.#environment.heal();
    await this.#converge(sideBySideMs);
    this.#environment.endDeploy();
    await this.#converge();
    if (this.#isOver || !this.#dice.chance(0.3)) return;
    await this.#operators.redriveArchive();
    await this.#converge();
  }

  async #verify(): Promise<void> {
    const evidence = await this.#evidence(await this.#stop());
    await this.#runCheckers((checker) => checker.verify?.(evidence));
  }

  #ends(): Record<string, number> {
    const ends: Record<string, number> = {};
    for (const { status, error } of this.#ledger.entries.values()) {
      const end = error ?? status;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    return ends;
  }

  /** The first phase: minutes of faults, second by second. */
  async #runWithFaults(): Promise<void> {
    const { clock } = this.#environment;
    const startedAt = clock.now();
    const seconds = this.#dice.between(60, this.#faultSecondsMax);
    for (let second = 0; second < seconds && !this.#isOver; second += 1) {
      const elapsedMs = clock.now() - startedAt;
      await this.#startBatches(elapsedMs);
      this.#queueTasks(elapsedMs);
      await this.#environment.injectFaults();
      await this.#operators.act(this.#environment.faults);
      await clock.advance(1_000);
      if (second % 10 === 0) await this.#inspect();
    }
    await this.#startBatches(Number.POSITIVE_INFINITY);
    this.#queueTasks(Number.POSITIVE_INFINITY);
  }

  /** The second phase: without faults, every execution ends in time. */
  async #converge(msMax?: number): Promise<void> {
    const { clock } = this.#environment;
    this.#durationMaxMs ??= this.#computeDurationMaxMs();
    const until = clock.now() + (msMax ?? this.#durationMaxMs);
    this.#progressAt = clock.now();
    while (!this.#isOver && !(await this.#isDone()) && clock.now() < until) {
      if (this.#breaches.length > breachesMax) return;
      if (clock.now() - this.#progressAt > idleMsMax) return;
      await this.#operators.resumePaused();
      await clock.advance(minuteMs);
      this.#environment.replaceDead();
      await this.#inspect();
    }
  }

  /** Waits until the duplicates of messages that are not needed any more have expired. */
  async #drainQueues(): Promise<void> {
    await this.#environment.clock.advance(40 * minuteMs);
    await this.#inspect();
  }

  /** Maximum duration of all work without faults, in milliseconds. */
  #computeDurationMaxMs(): number {
    const slackMs = 60 * minuteMs;
    const batches = this.#planned.map(({ machine, items, options }) => {
      const durations = items.map((item) => durationMs(machine, item, options.retriesMax));
      const atOnce = this.#environment.limits === null ? options.maxInFlight : 1;
      const waves = atOnce ? Math.ceil(items.length / atOnce) : 1;
      return waves * Math.max(0, ...durations) + slackMs;
    });
    const tasks = this.#tasks.map(
      ({ machine, item, terms }) =>
        (terms.startInMs ?? 0) + durationMs(machine, item, terms.retriesMax),
    );
    return [...batches, ...tasks].reduce((sum, each) => sum + each, slackMs);
  }

  async #isDone(): Promise<boolean> {
    if (this.#ledger.open.length > 0 || this.#environment.isQueueing) return false;
    return (await this.#allBatches()).every(({ endedAt }) => endedAt !== null);
  }

  /** Returns the batches that were started, and those that distributed Maps run as. */
  async #allBatches(): Promise<BatchRecord[]> {
    return (await this.#environment.actualStore.listBatches({}, { limit: batchesMax })).entries;
  }

  /** Stops every process in an orderly way, and returns what is left afterwards. */
  async #stop(): Promise<string[]> {
    const { clock, nodes, broker, trace, activityWorkers } = this.#environment;
    trace.note('stopping');
    activityWorkers.stop();
    const stats = await broker.stats(Object.keys(queues));
    const messages = stats.filter((s) => s.ready + s.delayed + s.inFlight + s.dead > 0);
    const stopping = new Set(nodes.map(({ process }) => process.name));
    for (const { process, stop } of nodes) {
      void stop().then(() => stopping.delete(process.name));
    }
    for (let second = 0; second < 120 && stopping.size > 0; second += 1) await clock.advance(1_000);
    const running = nodes.filter((node) => node.running() > 0);
    await broker.close();
    return [
      ...messages.map((s) => `messages in the queue ${JSON.stringify(s)}`),
      ...[...stopping].map((name) => `${name} did not stop`),
      ...running.map((node) => `${node.process.name} runs ${node.running()} executions`),
      ...(clock.pendingTimers > 0 ? [`${clock.pendingTimers} timers`] : []),
    ];
  }

  async #startBatches(elapsedMs: number): Promise<void> {
    for (const batch of this.#planned) {
      if (batch.startsInMs > elapsedMs || this.#batches.includes(batch)) continue;
      this.#batches.push(batch);
      await this.#startBatch(batch);
    }
  }

  async #startBatch(batch: DrawnBatch) {
    const { id, name, machineId, machine, options } = batch;
    const { actualStore, messageSenders } = this.#environment;
    messageSenders.plan(batch);
    const definition = JSON.stringify(machine.definition);
    if (machine.type === 'EXPRESS') this.#ledger.expressMachines.add(machineId);
    const { version } = await actualStore.putMachine(machineId, machine.type, definition);
    await actualStore.createBatch({
      id,
      name,
      machineId,
      machineVersion: version,
      source: JSON.stringify(this.#sourceOf(batch)),
      options: JSON.stringify(options),
    });
    await this.#environment.wakeLeader();
  }

  #sourceOf({ id, machineId, items, fromFile, chainOf }: DrawnBatch): SourceSpec {
    if (chainOf !== null) {
      const what = { machineId: chainOf, status: 'SUCCEEDED', targetMachineId: machineId } as const;
      const how = { sourceState: '', transformer: '', unlinkedOnly: true };
      return { kind: 'executions', filter: { ...what, ...how } };
    }
    const path = `${id}.jsonl`;
    this.#environment.files.write(path, items.map((item) => JSON.stringify(item)).join('\n'));
    return fromFile ? { kind: 'jsonLines', path } : { kind: 'items', items };
  }

  #queueTasks(elapsedMs: number): void {
    const due = this.#tasks.filter(
      (task) => task.queuedInMs <= elapsedMs && !this.#queued.includes(task),
    );
    for (const task of due) {
      this.#queued.push(task);
      if (task.machine.type === 'EXPRESS') this.#ledger.expressMachines.add(task.machineId);
      this.#environment.messageSenders.plan({ ...task, items: [task.item] });
      this.#environment.queue(task);
    }
  }

  /** Returns the executions of started batches, and those that programs have queued. */
  #knownToOperators(): LedgerEntry[] {
    const started = new Set(this.#batches.map(({ id }) => id));
    return [...this.#ledger.entries.values()].filter(({ execution: { batchId, replyTo } }) =>
      batchId === undefined ? replyTo === undefined : started.has(batchId),
    );
  }

  #observe(observation: Observation): void {
    for (const { invariant, observe } of this.#checkers) {
      for (const problem of observe?.(observation, this.#ledger) ?? []) {
        this.#report(invariant, problem);
      }
    }
    this.#ledger.record(observation);
    if (observation.kind === 'committed') this.#progressAt = this.#environment.clock.now();
  }

  async #inspect(): Promise<void> {
    const evidence = await this.#evidence([]);
    await this.#runCheckers((checker) => checker.inspect?.(evidence));
  }

  async #runCheckers(check: (checker: Checker) => Promise<string[]> | undefined): Promise<void> {
    for (const checker of this.#checkers) {
      for (const problem of (await check(checker)) ?? []) {
        this.#report(checker.invariant, problem);
      }
    }
  }

  #report(invariant: string, problem: string): void {
    this.#environment.trace.note(`BROKEN: ${invariant}: ${problem}`);
    this.#breaches.push({ invariant, problem });
  }

  async #evidence(leftovers: readonly string[]): Promise<Evidence> {
    const { actualStore: store, settings, clock } = this.#environment;
    const mapRuns = (await this.#allBatches()).filter((batch) => isChildMachine(batch.machineId));
    return {
      mapRuns,
      store,
      ledger: this.#ledger,
      batches: this.#batches,
      leftovers,
      settings,
      tasks: this.#queued,
      isIdle: this.#environment.isIdle,
      now: clock.now(),
    };
  }
}

/** Returns the first batch, with a few of its items. */
function shorten(batches: readonly DrawnBatch[]): DrawnBatch[] {
  return batches.slice(0, 1).map((batch) => ({ ...batch, items: batch.items.slice(0, 8) }));
}

/** Draws the version of the program that queues a task; with dice null, there is only one. */
function drawTaskVersion(dice: Dice | null, task: DrawnTask): DrawnTask {
  if (dice === null || task.machineId.startsWith('task:')) return task;
  return { ...task, machine: inVersion(task.machine, dice.pick(programVersions)) };
}

/** Does the same for a batch, whose items the transformer of the version makes. */
function drawBatchVersion(dice: Dice | null, batch: DrawnBatch): DrawnBatch {
  if (dice === null) return batch;
  const version = dice.pick(programVersions);
  const item = { ...batch.options.item, input: ownTransformer(version) };
  const machine = inVersion(batch.machine, version);
  return { ...batch, machine, options: { ...batch.options, item } };
}

/** Returns the maximum duration of one execution after its first start. */
function durationMs(machine: DrawnMachine, item: SimulatedItem, retriesMax = 0): number {
  const input = JSON.parse(JSON.stringify(item)) as Json;
  const reference = referenceRun(machine, input, retriesMax);
  return reference.durationMs + tasksMax * (item.slowMs + answerMsMax);
}
