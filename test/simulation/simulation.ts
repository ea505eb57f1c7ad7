/**
 * One simulation, from a seed to a verdict. Two phases: first everything goes wrong that the seed
 * has drawn, and nothing untrue may happen; then all is healed, and what was accepted must come to
 * its end within a bounded number of simulated minutes. At last the cluster is stopped, and must
 * hold on to nothing.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import { isChildMachine } from '../../lib/batch/map-run/map-run-batch.ts';
import type { SourceSpec } from '../../lib/batch/source-spec.ts';
import type { BatchRecord } from '../../lib/ports/batch-store.ts';
import type { SimulatedItem } from './answers.ts';
import type { Sabotage } from './canaries.ts';
import type { Checker, Evidence } from './checkers/checker.ts';
import { allCheckers } from './checkers.ts';
import { Dice } from './dice.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Observation } from './observed-store.ts';
import { answerMsMax } from './outsiders.ts';
import { People } from './people.ts';
import { type DrawnTask, drawTasks } from './queued-tasks.ts';
import { childMachine, type DrawnMachine } from './random-machine.ts';
import { referenceRun } from './reference-run.ts';
import { type DrawnBatch, drawWorkload, queues } from './workload.ts';
import { World } from './world.ts';

/** What is to be simulated. */
export interface SimulationOptions {
  readonly seed: number;
  /** @default nothing is broken on purpose */
  readonly sabotage?: Sabotage;
  readonly print?: (line: string) => void;
}

/** A broken invariant. */
export interface Breach {
  readonly invariant: string;
  readonly what: string;
}

/** What a simulation has come to. */
export interface Verdict {
  readonly seed: number;
  /** The same for two runs of one seed. */
  readonly hash: string;
  readonly breaches: readonly Breach[];
  readonly executions: number;
  /** How the executions ended: how many by status, or by error where there was one. */
  readonly ends: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly simulatedMinutes: number;
}

const minuteMs = 60_000;
/** More tasks than any drawn machine runs one after another. */
const tasksMax = 30;
/** More batches than there ever are, map runs among them. */
const batchesMax = 1_000;
/** A cluster that is broken breaks the same rule over and over; so many tell enough. */
const breachesMax = 20;

/** Runs one simulation. */
export function simulate(options: SimulationOptions): Promise<Verdict> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #seed: number;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #ledger = new Ledger();
  readonly #checkers: readonly Checker[];
  readonly #breaches: Breach[] = [];
  readonly #planned: readonly DrawnBatch[];
  readonly #batches: DrawnBatch[] = [];
  /** What programs are yet to queue, the earliest first. */
  readonly #tasks: DrawnTask[];
  readonly #queued: DrawnTask[] = [];
  readonly #people: People;

  constructor({ seed, sabotage = {}, print }: SimulationOptions) {
    this.#seed = seed;
    this.#dice = new Dice(seed + 1);
    this.#planned = drawWorkload(this.#dice.fork());
    this.#tasks = drawTasks(this.#dice.fork(), this.#planned);
    this.#world = new World({
      ...{ seed, sabotage },
      observe: (observation) => this.#observe(observation),
      ...(print !== undefined && { print }),
    });
    const { store, broker, slackMs } = this.#world;
    this.#checkers = allCheckers(slackMs);
    this.#people = new People({
      ...{ dice: this.#dice.fork(), store, broker, batches: this.#planned },
      known: () => this.#knownToPeople(),
    });
  }

  async run(): Promise<Verdict> {
    const world = this.#world;
    const beganAt = world.clock.now();
    const { id, definition } = childMachine;
    await world.truth.putMachine(id, 'STANDARD', JSON.stringify(definition));
    world.startMissing();
    await this.#fail();
    world.heal();
    await this.#converge();
    if (this.#dice.chance(0.3)) {
      await this.#people.redriveArchive();
      await this.#converge();
    }
    await this.#drainQueues();
    const leftovers = await this.#stop();
    const evidence = await this.#evidence(leftovers);
    await this.#ask((checker) => checker.judge?.(evidence));
    return {
      seed: this.#seed,
      hash: world.trace.digest(),
      breaches: this.#breaches,
      executions: this.#ledger.entries.size,
      ends: this.#ends(),
      calls: world.trace.lines,
      simulatedMinutes: Math.round((world.clock.now() - beganAt) / minuteMs),
    };
  }

  #ends(): Record<string, number> {
    const ends: Record<string, number> = {};
    for (const { status, error } of this.#ledger.entries.values()) {
      const end = error ?? status;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    return ends;
  }

  /** The first phase: minutes of faults, a second at a time. */
  async #fail(): Promise<void> {
    const { clock } = this.#world;
    const startedAt = clock.now();
    const seconds = this.#dice.between(60, 900);
    for (let second = 0; second < seconds; second += 1) {
      const elapsedMs = clock.now() - startedAt;
      await this.#startBatches(elapsedMs);
      this.#queueTasks(elapsedMs);
      await this.#world.misfortune();
      await this.#people.act(this.#world.faults);
      await clock.advance(1_000);
      if (second % 10 === 0) await this.#look();
    }
    await this.#startBatches(Number.POSITIVE_INFINITY);
    this.#queueTasks(Number.POSITIVE_INFINITY);
  }

  /** The second phase: all is well, and everything comes to its end in time. */
  async #converge(): Promise<void> {
    const { clock } = this.#world;
    const until = clock.now() + this.#boundMs();
    while (!(await this.#isDone()) && clock.now() < until) {
      if (this.#breaches.length > breachesMax) return;
      await this.#people.resumePaused();
      await clock.advance(minuteMs);
      await this.#look();
    }
  }

  /**
   * Copies of messages that nobody needs any more go away by themselves, the latest in this time.
   */
  async #drainQueues(): Promise<void> {
    await this.#world.clock.advance(40 * minuteMs);
    await this.#look();
  }

  /** How long the work may take at most, once nothing goes wrong any more, in milliseconds. */
  #boundMs(): number {
    const slackMs = 60 * minuteMs;
    const batches = this.#planned.map(({ machine, items, options }) => {
      const durations = items.map((item) => durationMs(machine, item, options.retriesMax));
      const waves = options.maxInFlight ? Math.ceil(items.length / options.maxInFlight) : 1;
      return waves * Math.max(...durations) + slackMs;
    });
    const tasks = this.#tasks.map(({ machine, item, terms }) => {
      return (terms.startInMs ?? 0) + durationMs(machine, item, terms.retriesMax);
    });
    return [...batches, ...tasks].reduce((sum, each) => sum + each, slackMs);
  }

  async #isDone(): Promise<boolean> {
    if (this.#ledger.open.length > 0 || this.#world.isQueueing) return false;
    return (await this.#allBatches()).every(({ endedAt }) => endedAt !== null);
  }

  /** Those that were started, and those that distributed Maps are run as. */
  async #allBatches(): Promise<BatchRecord[]> {
    return (await this.#world.truth.listBatches({}, { limit: batchesMax })).entries;
  }

  /** Stops every process in order; answers what is still there afterwards. */
  async #stop(): Promise<string[]> {
    const { clock, nodes, broker, trace } = this.#world;
    trace.note('stopping');
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
    const { id, machineId, machine, items, options, fromFile } = batch;
    const { truth, files, senders } = this.#world;
    senders.plan(batch);
    const path = `${id}.jsonl`;
    files.write(path, items.map((item) => JSON.stringify(item)).join('\n'));
    const source: SourceSpec = fromFile ? { kind: 'jsonLines', path } : { kind: 'items', items };
    const definition = JSON.stringify(machine.definition);
    if (machine.type === 'EXPRESS') this.#ledger.expressMachines.add(machineId);
    const { version } = await truth.putMachine(machineId, machine.type, definition);
    await truth.createBatch({
      ...{ id, name: id, machineId, machineVersion: version },
      ...{ source: JSON.stringify(source), options: JSON.stringify(options) },
    });
  }

  #queueTasks(elapsedMs: number): void {
    const due = this.#tasks.filter(
      (task) => task.queuedInMs <= elapsedMs && !this.#queued.includes(task),
    );
    for (const task of due) {
      this.#queued.push(task);
      if (task.machine.type === 'EXPRESS') this.#ledger.expressMachines.add(task.machineId);
      this.#world.senders.plan({ ...task, items: [task.item] });
      this.#world.queue(task);
    }
  }

  /** Those of batches that were started, and those that programs have queued. */
  #knownToPeople(): LedgerEntry[] {
    const started = new Set(this.#batches.map(({ id }) => id));
    return [...this.#ledger.entries.values()].filter(({ execution: { batchId, replyTo } }) =>
      batchId === undefined ? replyTo === undefined : started.has(batchId),
    );
  }

  #observe(observation: Observation): void {
    for (const { invariant, seen } of this.#checkers) {
      for (const what of seen?.(observation, this.#ledger) ?? []) this.#report(invariant, what);
    }
    this.#ledger.enter(observation);
  }

  async #look(): Promise<void> {
    const evidence = await this.#evidence([]);
    await this.#ask((checker) => checker.look?.(evidence));
  }

  async #ask(question: (checker: Checker) => Promise<string[]> | undefined): Promise<void> {
    for (const checker of this.#checkers) {
      for (const what of (await question(checker)) ?? []) this.#report(checker.invariant, what);
    }
  }

  #report(invariant: string, what: string): void {
    this.#world.trace.note(`BROKEN: ${invariant}: ${what}`);
    this.#breaches.push({ invariant, what });
  }

  async #evidence(leftovers: readonly string[]): Promise<Evidence> {
    const { truth: store, settings, clock } = this.#world;
    const mapRuns = (await this.#allBatches()).filter((batch) => isChildMachine(batch.machineId));
    return {
      mapRuns,
      ...{ store, ledger: this.#ledger, batches: this.#batches, leftovers, settings },
      tasks: this.#queued,
      isIdle: this.#world.isIdle,
      now: clock.now(),
    };
  }
}

/** How long one execution may take at most, from its first start on. */
function durationMs(machine: DrawnMachine, item: SimulatedItem, retriesMax = 0): number {
  const input = JSON.parse(JSON.stringify(item)) as Json;
  const reference = referenceRun(machine, input, retriesMax);
  return reference.durationMs + tasksMax * (item.slowMs + answerMsMax);
}
