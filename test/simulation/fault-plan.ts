/**
 * What goes wrong in a simulation, and how often. The seed draws the mix itself, so that some seeds
 * meet one fault alone and often, and others many at once.
 */
import type { Dice } from './dice.ts';

/** Probabilities are per call, per message or per simulated second, as each says. */
export interface FaultPlan {
  /** Per call: it fails and has no effect. */
  readonly callFails: number;
  /** Per call: it takes effect, and the caller is told that it failed. */
  readonly answerLost: number;
  /** Longest way of a call to its service, and of its answer back, in milliseconds. */
  readonly latencyMsMax: number;
  /** Per call: the caller dies before or after it takes effect. */
  readonly crashAtCall: number;
  readonly messageLost: number;
  readonly messageDuplicated: number;
  readonly messageDelayed: number;
  /** Per message: the broker refuses it, and says so. */
  readonly messageRefused: number;
  /** Whether messages come in any order. */
  readonly reordered: boolean;
  /** Per second: one process dies; one stands still; one is replaced in an orderly way. */
  readonly crash: number;
  readonly freeze: number;
  readonly deploy: number;
  readonly freezeMsMax: number;
  /** Per second: the clock of one process jumps by up to so many milliseconds, either way. */
  readonly clockJump: number;
  readonly clockJumpMsMax: number;
  /** Per second: the store or the broker is out of reach for up to so many milliseconds. */
  readonly backoff: number;
  readonly outageMsMax: number;
  /** Per second: the broker loses everything it holds. */
  readonly purge: number;
  /** Per call that settles deliveries: it comes there, or is answered, up to so much later. */
  readonly settlesLate: number;
  readonly settlesLateMsMax: number;
  /** Per second: a person aborts an execution, or cancels some that may not have started. */
  readonly abort: number;
  readonly cancel: number;
  /** Per second: a person has some begin at once, or has those run again that were given up. */
  readonly hurry: number;
  readonly redrive: number;
}

/** Nothing goes wrong any more. */
export const calm: FaultPlan = Object.freeze({
  callFails: 0,
  answerLost: 0,
  latencyMsMax: 0,
  crashAtCall: 0,
  messageLost: 0,
  messageDuplicated: 0,
  messageDelayed: 0,
  messageRefused: 0,
  reordered: false,
  crash: 0,
  freeze: 0,
  deploy: 0,
  freezeMsMax: 0,
  clockJump: 0,
  clockJumpMsMax: 0,
  backoff: 0,
  outageMsMax: 0,
  purge: 0,
  settlesLate: 0,
  settlesLateMsMax: 0,
  abort: 0,
  cancel: 0,
  hurry: 0,
  redrive: 0,
});

/** Draws a mix: each kind of fault is there or not, seldom or often. */
export function drawFaults(dice: Dice): FaultPlan {
  const maybe = (rates: readonly [number, ...number[]]) =>
    dice.chance(0.5) ? dice.pick(rates) : 0;
  return {
    callFails: maybe([0.01, 0.05, 0.2]),
    answerLost: maybe([0.01, 0.05, 0.2]),
    latencyMsMax: maybe([10, 200, 2_000]),
    crashAtCall: maybe([0.001, 0.005]),
    messageLost: maybe([0.01, 0.1, 0.5]),
    messageDuplicated: maybe([0.05, 0.5]),
    messageDelayed: maybe([0.05, 0.5]),
    messageRefused: maybe([0.05, 0.3]),
    reordered: dice.chance(0.5),
    crash: maybe([0.005, 0.02]),
    freeze: maybe([0.005, 0.02]),
    deploy: maybe([0.005, 0.02]),
    freezeMsMax: dice.pick([5_000, 60_000, 120_000]),
    clockJump: maybe([0.01, 0.1]),
    clockJumpMsMax: dice.pick([50, 2_000]),
    backoff: maybe([0.003, 0.02]),
    outageMsMax: dice.pick([2_000, 20_000, 150_000]),
    purge: maybe([0.003, 0.02]),
    settlesLate: maybe([0.02, 0.3]),
    settlesLateMsMax: dice.pick([5_000, 90_000]),
    abort: maybe([0.01]),
    cancel: maybe([0.01, 0.1]),
    hurry: maybe([0.01]),
    redrive: maybe([0.01]),
  };
}
