import { OnDemandLeader } from '../../lib/roles/on-demand-leader.ts';
import { Sweeper } from '../../lib/roles/sweeper.ts';
import { ending, leaseMs, sleeping } from '../contracts/store/store-harness.ts';
import { LeaderHarness } from './leader-harness.ts';
import { oneTask } from './role-harness.ts';

const minuteMs = 60_000;

/** The probabilities of faults, from 0 to 1. */
export interface FaultRates {
  readonly crash: number;
  readonly twice: number;
  readonly lost: number;
  readonly late: number;
}

/** No faults. */
export const noFaults: FaultRates = { crash: 0, twice: 0, lost: 0, late: 0 };

/** A message of the leader's queue, or a call of the schedule. */
interface Arrival {
  readonly at: number;
  readonly predecessor: string | null;
  readonly pausedMs: number;
}

/**
 * An on-demand leader over the reference store. The harness simulates its schedule, its queue and
 * its calls: messages are duplicated, late or lost, and calls crash at any step.
 */
export class OnDemandLeaderHarness extends LeaderHarness {
  rates: FaultRates;
  readonly queue: Arrival[] = [];
  /** Number of calls that found batches. */
  readonly led = { ticks: 0, continuations: 0 };
  /** Maximum number of messages that were in the queue at once. */
  queuedMost = 0;
  isScheduleOn = true;
  nextCallAt: number | null = null;
  #tickAt = this.clock.now() + minuteMs;

  constructor(seed: number, rates: FaultRates) {
    super({ seed });
    this.rates = rates;
  }

  /** Returns true with this probability. */
  happens(rate: number): boolean {
    return this.entropy.random() < rate;
  }

  /** Advances the clock to the next arrival, at most a minute, and handles what is due. */
  async step(): Promise<void> {
    const due = [this.#tickAt, this.nextCallAt ?? Infinity, ...this.queue.map(({ at }) => at)];
    const { clock } = this;
    await clock.advance(Math.max(0, Math.min(...due, clock.now() + minuteMs) - clock.now()));
    const calls = [...this.#ticksDue(), ...this.#messagesDue()];
    await Promise.all(calls.map((arrival) => this.call(arrival)));
    this.queuedMost = Math.max(this.queuedMost, this.queue.length);
    await this.#work();
  }

  /** Calls the leader once. A scheduled call that fails is repeated, as Lambda does. */
  async call({ predecessor, pausedMs }: Arrival): Promise<void> {
    const step = this.#stepsOfProcess();
    const store = new Proxy(this.store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) =>
          step<unknown>(async () => await Reflect.apply(member, target, given));
      },
    });
    const leader = new OnDemandLeader({
      ...this,
      store,
      createLeader: (scope) => this.leader({ store, scope, leaseMs: 90_000, turnMs: 1 }),
      helpers: [new Sweeper({ ...this, store })],
      leaderSchedule: {
        turnOn: () => step(async () => this.#turnOn()),
        turnOff: (nextMs) => step(async () => this.#rest(nextMs)),
      },
      continueLater: (id, ms) => step(async () => this.#send(id, ms)),
    });
    const call = { predecessor, pausedMs, mayRest: predecessor === null, remainingMs: 30_000 };
    const led = await leader.call(call).catch((error: unknown) => {
      this.logger.error(String(error));
      const at = this.clock.now() + minuteMs;
      if (predecessor === null) this.queue.push({ at, predecessor, pausedMs });
      return 0;
    });
    if (led > 0) this.led[predecessor === null ? 'ticks' : 'continuations'] += 1;
  }

  /** Records a batch over as many numbers, and turns the schedule on, as a program does. */
  async start(count: number, maxInFlight: number): Promise<string> {
    const id = await this.batch(count, { chunkSize: 5, maxInFlight });
    this.#turnOn();
    return id;
  }

  /** Runs the steps of one process; any of them can crash it, before or after its effect. */
  #stepsOfProcess() {
    let hasCrashed = false;
    return async <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (hasCrashed) throw new Error('the process has crashed');
      hasCrashed = this.happens(this.rates.crash);
      if (hasCrashed && this.happens(0.5)) throw new Error('crashed before the step');
      const result = await work();
      if (hasCrashed) throw new Error('crashed after the step');
      return result;
    };
  }

  #turnOn(): void {
    if (!this.isScheduleOn) this.#tickAt = this.clock.now() + minuteMs;
    this.isScheduleOn = true;
  }

  #rest(nextMs: number | null): void {
    this.isScheduleOn = false;
    this.#tickAt = Infinity;
    if (nextMs !== null) this.nextCallAt = this.clock.now() + nextMs;
  }

  #send(predecessor: string, pausedMs: number): void {
    const { twice, lost, late } = this.rates;
    const copies = this.happens(lost) ? 0 : this.happens(twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const lateMs = this.happens(late) ? this.entropy.random() * 2 * minuteMs : 0;
      this.queue.push({ at: this.clock.now() + pausedMs + lateMs, predecessor, pausedMs });
    }
  }

  #ticksDue(): Arrival[] {
    const now = this.clock.now();
    const tick: Arrival = { at: now, predecessor: null, pausedMs: 0 };
    const isDue = this.#tickAt <= now;
    const isNextDue = this.nextCallAt !== null && this.nextCallAt <= now;
    if (isDue) this.#tickAt = now + minuteMs;
    if (isNextDue) this.nextCallAt = null;
    if (!isDue && !isNextDue) return [];
    return this.happens(this.rates.twice) ? [tick, tick] : [tick];
  }

  #messagesDue(): Arrival[] {
    const due = this.queue.filter(({ at }) => at <= this.clock.now());
    for (const arrival of due) this.queue.splice(this.queue.indexOf(arrival), 1);
    return due;
  }

  /** Acts as the workers: most executions end, and some sleep for long first. */
  async #work(): Promise<void> {
    const { broker, store } = this;
    const request = { queues: ['default'], max: 10, visibilityMs: minuteMs, waitMs: 0 };
    const deliveries = await broker.receive(request);
    const { claimed } = await store.claim(
      'worker',
      leaseMs,
      deliveries.map(({ id }) => id),
    );
    await store.commit(
      claimed.map((each) =>
        each.snapshot === null && this.happens(0.1) ? sleeping(each, 1_200_000) : ending(each),
      ),
    );
    await broker.acknowledge(deliveries);
  }
}

/** Opens a harness with a machine. */
export async function openOnDemandLeaderHarness(seed: number, rates = noFaults) {
  const harness = new OnDemandLeaderHarness(seed, rates);
  await harness.register(oneTask);
  return harness;
}
