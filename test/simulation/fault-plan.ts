/**
 * The faults of a simulation, and their probabilities. The seed draws the mix itself, so that some
 * seeds have one frequent fault, and others many faults at once.
 */
import type { Dice } from './dice.ts';

/** Probabilities of faults, per call, per message or per simulated second. */
export interface FaultPlan {
  /** Per call: it fails and has no effect. */
  readonly callFails: number;
  /** Per call: it takes effect, and fails for the caller. */
  readonly answerLost: number;
  /** Maximum latency of a call, and of its answer, in milliseconds. */
  readonly latencyMsMax: number;
  /** Per call: the caller crashes before or after its effect. */
  readonly crashAtCall: number;
  readonly messageLost: number;
  readonly messageDuplicated: number;
  readonly messageDelayed: number;
  /** Per message: the broker refuses it with an error. */
  readonly messageRefused: number;
  /** Whether messages are received in any order. */
  readonly reordered: boolean;
  /** Per second: one process crashes, freezes, or is replaced in an orderly way. */
  readonly crash: number;
  readonly freeze: number;
  readonly deploy: number;
  readonly freezeMsMax: number;
  /** Per second: the clock of one process jumps, by `clockJumpMsMax` at most, either way. */
  readonly clockJump: number;
  readonly clockJumpMsMax: number;
  /** Per second: the store or the broker is unreachable, for `outageMsMax` at most. */
  readonly outage: number;
  readonly outageMsMax: number;
  /** Per call: no answer comes until the driver's deadline, and then the call fails. */
  readonly silent: number;
  /** Per second: the store takes no writes, for `outageMsMax` at most. */
  readonly readOnly: number;
  /** Per second: the clock of one process steps by an hour, either way. */
  readonly clockStep: number;
  /** Share of executions whose handlers end their process, for as long as there are faults. */
  readonly poison: number;
  /** Per second: the broker loses everything it holds. */
  readonly purge: number;
  /** Per call that settles deliveries: the call or its answer is late, by `settlesLateMsMax`. */
  readonly settlesLate: number;
  readonly settlesLateMsMax: number;
  /** Per second: an operator aborts an execution, or cancels some before their start. */
  readonly abort: number;
  readonly cancel: number;
  /** Per second: an operator makes tasks due, or redrives archived executions. */
  readonly hurry: number;
  readonly redrive: number;
}

/** The plan without faults. */
export const noFaults: FaultPlan = Object.freeze({
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
  outage: 0,
  outageMsMax: 0,
  silent: 0,
  readOnly: 0,
  clockStep: 0,
  poison: 0,
  purge: 0,
  settlesLate: 0,
  settlesLateMsMax: 0,
  abort: 0,
  cancel: 0,
  hurry: 0,
  redrive: 0,
});

/** Draws a mix: each kind of fault happens never, rarely or often. */
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
    outage: maybe([0.003, 0.02]),
    outageMsMax: dice.pick([2_000, 20_000, 150_000]),
    purge: maybe([0.003, 0.02]),
    settlesLate: maybe([0.02, 0.3]),
    settlesLateMsMax: dice.pick([5_000, 90_000]),
    abort: maybe([0.01]),
    cancel: maybe([0.01, 0.1]),
    hurry: maybe([0.01]),
    redrive: maybe([0.01]),
    silent: maybe([0.002, 0.01]),
    readOnly: maybe([0.003, 0.02]),
    clockStep: maybe([0.005, 0.02]),
    poison: maybe([0.02, 0.1]),
  };
}
