/**
 * A leader that is called, over the reference store: schedule, queue and callers are the test's, so
 * that messages come twice, late or never, and calls die at any step of theirs.
 */
import { OnDemandLeader } from '../../lib/roles/on-demand-leader.ts';
import { Sweeper } from '../../lib/roles/sweeper.ts';
import { ending, leaseMs, sleeping } from '../contracts/store/store-harness.ts';
import { LeaderHarness } from './leader-harness.ts';
import { oneTask } from './role-harness.ts';

const minuteMs = 60_000;

/** What may go wrong, as chances between 0 and 1. */
export interface Chances {
  readonly crash: number;
  readonly twice: number;
  readonly lost: number;
  readonly late: number;
}

/** Nothing goes wrong. */
export const noChances: Chances = { crash: 0, twice: 0, lost: 0, late: 0 };

/** A message of the leader's queue, or a call of a schedule. */
interface Arrival {
  readonly at: number;
  readonly predecessor: string | null;
  readonly pausedMs: number;
}

/** See this file's head; made by {@link openOnDemandLeaderHarness}. */
export class OnDemandLeaderHarness extends LeaderHarness {
  chances: Chances;
  readonly queue: Arrival[] = [];
  /** Calls that found batches, by whether they were continuations. */
  readonly led = { ticks: 0, continuations: 0 };
  /** Most messages that were ever on their way. */
  queuedMost = 0;
  sweepsEveryMinute = true;
  nextCallAt: number | null = null;
  #tickAt = this.clock.now() + minuteMs;

  constructor(seed: number, chances: Chances) {
    super({ seed });
    this.chances = chances;
  }

  /** True as often as `chance` says. */
  happens(chance: number): boolean {
    return this.entropy.random() < chance;
  }

  /** Goes to what comes next, at most a minute ahead, and lets it happen. */
  async step(): Promise<void> {
    const due = [this.#tickAt, this.nextCallAt ?? Infinity, ...this.queue.map(({ at }) => at)];
    const { clock } = this;
    await clock.advance(Math.max(0, Math.min(...due, clock.now() + minuteMs) - clock.now()));
    const calls = [...this.#ticksDue(), ...this.#messagesDue()];
    await Promise.all(calls.map((arrival) => this.call(arrival)));
    this.queuedMost = Math.max(this.queuedMost, this.queue.length);
    await this.#work();
  }

  /** Calls the leader once; a tick that fails is made again, as Lambda does. */
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
      leader: (lease) => this.leader({ store, lease, leaseMs: 90_000, turnMs: 1 }),
      helpers: [new Sweeper({ ...this, store })],
      leaderSchedule: {
        turnOn: () => step(async () => this.#turnOn()),
        rest: (nextMs) => step(async () => this.#rest(nextMs)),
      },
      continueLater: (id, ms) => step(async () => this.#send(id, ms)),
    });
    const call = { predecessor, pausedMs, mayRest: predecessor === null, leftMs: 30_000 };
    const led = await leader.call(call).catch((error: unknown) => {
      this.logger.error(String(error));
      const at = this.clock.now() + minuteMs;
      if (predecessor === null) this.queue.push({ at, predecessor, pausedMs });
      return 0;
    });
    if (led > 0) this.led[predecessor === null ? 'ticks' : 'continuations'] += 1;
  }

  /** Records a batch over so many numbers, as a program does: then the schedule is turned on. */
  async start(count: number, maxInFlight: number): Promise<string> {
    const id = await this.batch(count, { chunkSize: 5, maxInFlight });
    this.#turnOn();
    return id;
  }

  /** Runs each step of a process, which may be its last: before it is done, or just after. */
  #stepsOfProcess() {
    let isDead = false;
    return async <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (isDead) throw new Error('this process is dead');
      isDead = this.happens(this.chances.crash);
      if (isDead && this.happens(0.5)) throw new Error('died before');
      const result = await work();
      if (isDead) throw new Error('died after');
      return result;
    };
  }

  #turnOn(): void {
    if (!this.sweepsEveryMinute) this.#tickAt = this.clock.now() + minuteMs;
    this.sweepsEveryMinute = true;
  }

  #rest(nextMs: number | null): void {
    this.sweepsEveryMinute = false;
    this.#tickAt = Infinity;
    if (nextMs !== null) this.nextCallAt = this.clock.now() + nextMs;
  }

  #send(predecessor: string, pausedMs: number): void {
    const { twice, lost, late } = this.chances;
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
    return this.happens(this.chances.twice) ? [tick, tick] : [tick];
  }

  #messagesDue(): Arrival[] {
    const due = this.queue.filter(({ at }) => at <= this.clock.now());
    for (const arrival of due) this.queue.splice(this.queue.indexOf(arrival), 1);
    return due;
  }

  /** Workers: most of what they are given ends, some of it sleeps for long first. */
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

/** A world whose machine is recorded. */
export async function openOnDemandLeaderHarness(seed: number, chances = noChances) {
  const harness = new OnDemandLeaderHarness(seed, chances);
  await harness.register(oneTask);
  return harness;
}
