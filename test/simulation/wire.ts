/**
 * The way of a process's calls to a service and back. Calls take time, fail before or after they
 * take effect, and the caller may die on either side; what is already on its way when the caller
 * dies still arrives.
 */
import { type ErrorCode, MillraceError } from '../../lib/errors.ts';
import { type Clock, pause } from '../../lib/ports/clock.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

/** What a wire knows of the world around it. */
export interface WireOptions {
  readonly service: 'store' | 'broker';
  readonly process: SimulatedProcess;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly trace: Trace;
  /** What goes wrong now. */
  readonly faults: () => FaultPlan;
  /** Whether the service is out of reach now. */
  readonly isDown: () => boolean;
}

/**
 * When a caller dies: before its call leaves it, while it is on its way, or after it took effect.
 */
const crashes = ['before', 'onTheWay', 'after'] as const;

/** See this file's head. */
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

  /** Makes one call; a dead process gets no answer, ever. */
  call<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    const { process } = this.#options;
    if (process.isDead) return never();
    return process.receive(this.#carry(name, act));
  }

  /** The same, of a call that may come there, or be answered, a good while later. */
  callLate<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    return this.call(name, async () => {
      await this.#dawdle();
      const answer = await act();
      await this.#dawdle();
      return answer;
    });
  }

  async #carry<Answer>(name: string, act: () => Promise<Answer>): Promise<Answer> {
    const { process, dice, trace, isDown } = this.#options;
    const crash = dice.chance(this.faults.crashAtCall) ? dice.pick(crashes) : null;
    if (crash === 'before' || crash === 'onTheWay') this.#die(name);
    if (crash === 'before') return never();
    await this.#travel();
    if (isDown() || dice.chance(this.faults.callFails)) {
      trace.note(`${process.name} ${name} fails`);
      throw this.#unavailable(name, 'it had no effect');
    }
    const answer = await act();
    trace.note(`${process.name} ${name} → ${JSON.stringify(answer)?.length ?? 0}`);
    // Not any more when the world was healed meanwhile: some calls wait long for their answer.
    if (crash === 'after' && this.faults.crashAtCall > 0) this.#die(name);
    await this.#travel();
    if (isDown() || dice.chance(this.faults.answerLost)) {
      trace.note(`${process.name} ${name} is not answered`);
      throw this.#unavailable(name, 'it took effect');
    }
    return answer;
  }

  #die(name: string): void {
    this.#options.trace.note(`${this.#options.process.name} dies at ${name}`);
    this.#options.process.crash();
  }

  async #travel(): Promise<void> {
    const { clock, dice } = this.#options;
    const { latencyMsMax } = this.faults;
    if (latencyMsMax > 0) await pause(clock, dice.between(0, latencyMsMax));
  }

  async #dawdle(): Promise<void> {
    const { clock, dice } = this.#options;
    const { settlesLate, settlesLateMsMax } = this.faults;
    if (dice.chance(settlesLate)) await pause(clock, dice.below(settlesLateMsMax));
  }

  #unavailable(name: string, truth: string): MillraceError {
    const { service } = this.#options;
    const code: ErrorCode = service === 'store' ? 'STORE_UNAVAILABLE' : 'BROKER_UNAVAILABLE';
    return new MillraceError(code, `${name}: the ${service} did not answer (${truth})`, {
      retryable: true,
    });
  }
}

function never<Answer>(): Promise<Answer> {
  return new Promise(() => {});
}
