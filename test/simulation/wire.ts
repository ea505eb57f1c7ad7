import { type ErrorCode, MillraceError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

/** What a wire connects, and how. */
export interface WireOptions {
  readonly service: 'store' | 'broker';
  readonly process: SimulatedProcess;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly trace: Trace;
  /** The current faults. */
  readonly faults: () => FaultPlan;
  /** Whether the service is unreachable now. */
  readonly isDown: () => boolean;
  /** Whether the service takes no writes now. */
  readonly isReadOnly: () => boolean;
}

/** When a caller crashes: before it sends the call, while it is in flight, or after its effect. */
const crashTimes = ['before', 'inFlight', 'after'] as const;

/** How long a driver waits for an answer, in milliseconds: much less than any lease. */
const deadlineMs = 10_000;

/** The calls that write nothing. */
const readings = /^(get|list|read|count|find|next|select|search|inspect|workAhead)/;

/**
 * The connection of a process to a service. Calls take time, fail before or after their effect, and
 * the caller may crash at either end; a call in flight still arrives when its caller crashes.
 */
export class Wire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  get dice(): Dice {
    return this.#options.dice;
  }

  get faults(): FaultPlan {
    return this.#options.faults();
  }

  /** Makes one call; a dead process never gets an answer. */
  call<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    const { process } = this.#options;
    if (process.isDead) return never();
    return process.receive(this.#perform(name, act));
  }

  /** Like `call`, and the call and its answer may be delayed for a long time. */
  callLate<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    return this.call(name, async () => {
      await this.#delaySettlement();
      const answer = await act();
      await this.#delaySettlement();
      return answer;
    });
  }

  async #perform<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    const { process, dice, trace, isDown, isReadOnly } = this.#options;
    const crash = dice.chance(this.faults.crashAtCall) ? dice.pick(crashTimes) : null;
    if (crash === 'before' || crash === 'inFlight') this.#crash(name);
    if (crash === 'before') return never();
    await this.#delay();
    if (isDown() || dice.chance(this.faults.callFails)) {
      trace.note(`${process.name} ${name} fails`);
      throw this.#unavailable(name, 'it had no effect');
    }
    if (isReadOnly() && !readings.test(name)) throw this.#unavailable(name, 'it takes no writes');
    const { silent } = this.faults;
    if (silent > 0 && dice.chance(silent)) return await this.#waitInVain(name, act);
    const answer = await act();
    trace.note(`${process.name} ${name} → ${describeAnswer(answer)}`);
    // Not after the faults have ended: some calls wait long for their answer.
    if (crash === 'after' && this.faults.crashAtCall > 0) this.#crash(name);
    await this.#delay();
    if (isDown() || dice.chance(this.faults.answerLost)) {
      trace.note(`${process.name} ${name} is not answered`);
      throw this.#unavailable(name, 'it took effect');
    }
    return answer;
  }

  /** The service is silent: the call may have taken effect, and the driver gives up on it. */
  async #waitInVain(name: string, act: () => Promise<unknown>): Promise<never> {
    const { process, clock, dice, trace } = this.#options;
    const hasEffect = dice.chance(0.5);
    trace.note(`${process.name} ${name} is never answered`);
    if (hasEffect) await act();
    await pause(clock, deadlineMs);
    throw this.#unavailable(name, hasEffect ? 'it took effect' : 'it had no effect');
  }

  #crash(name: string): void {
    this.#options.trace.note(`${this.#options.process.name} crashes at ${name}`);
    this.#options.process.crash();
  }

  async #delay(): Promise<void> {
    const { clock, dice } = this.#options;
    const { latencyMsMax } = this.faults;
    if (latencyMsMax > 0) await pause(clock, dice.between(0, latencyMsMax));
  }

  async #delaySettlement(): Promise<void> {
    const { clock, dice } = this.#options;
    const { settlesLate, settlesLateMsMax } = this.faults;
    if (dice.chance(settlesLate)) await pause(clock, dice.below(settlesLateMsMax));
  }

  #unavailable(name: string, effect: string): MillraceError {
    const { service } = this.#options;
    const code: ErrorCode = service === 'store' ? 'STORE_UNAVAILABLE' : 'BROKER_UNAVAILABLE';
    return new MillraceError(code, `${name}: the ${service} did not answer (${effect})`, {
      retryable: true,
    });
  }
}

/** Returns a short text: whole answers would take most of the time of a simulation. */
function describeAnswer(answer: unknown): string {
  if (Array.isArray(answer)) return String(answer.length);
  if (answer instanceof Set || answer instanceof Map) return String(answer.size);
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const sizes = Object.values(answer).map((each) => (Array.isArray(each) ? each.length : ''));
  return sizes.join();
}

function never<Answer>(): Promise<Answer> {
  return new Promise(() => {});
}
