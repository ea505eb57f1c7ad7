/**
 * Every limit of the engine, with its unit and the source of the number. Nothing in the engine
 * grows without a limit.
 */

import { stateWorkMax } from '../asl/budget.ts';

/** The limits of a compiled machine. */
export interface EngineLimits {
  /**
   * Maximum length of the JSON text of a state's input, output or result, in UTF-8 bytes; more
   * fails the state with `States.DataLimitExceeded`. AWS quota: 262,144 (256 KiB).
   */
  readonly payloadBytesMax: number;
  /**
   * Maximum number of states entered in one transition; a branch that would enter one more waits
   * for a timer that is due at once, so that the caller makes a checkpoint in between. Not an AWS
   * quota: a loop of states that do no work must not hang a worker.
   */
  readonly stepsPerTransitionMax: number;
  /**
   * Maximum number of events in a history, at least 2; an execution that would exceed it, or reach
   * it without an end, fails with `States.Runtime`. AWS quota: 25,000; 40 times as many here, as an
   * inline Map may have 100,000 items.
   */
  readonly historyEventsMax: number;
  /**
   * Maximum size of a history, in bytes: its documents, and 200 for each event. An execution that
   * exceeds it fails with `States.Runtime`. Not an AWS quota: a loop of states without a Task
   * writes 100 MB a second.
   */
  readonly historyBytesMax: number;
  /**
   * Maximum work of one state, in the units of `Budget`; more fails the state with
   * `States.DataLimitExceeded` or `States.QueryEvaluationError`. Not an AWS quota.
   */
  readonly stateWorkMax: number;
  /**
   * Work after which a transition enters no more states, in the units of `Budget`: by default about
   * 40 ms. A state that has begun may do `stateWorkMax` in addition. Not an AWS quota.
   */
  readonly transitionWorkMax: number;
  /** Maximum duration of an EXPRESS execution, in milliseconds. AWS quota: 5 minutes. */
  readonly expressMsMax: number;
}

/** The limits that `compileMachine` uses by default. */
export const engineLimitDefaults: EngineLimits = Object.freeze({
  payloadBytesMax: 262_144,
  stepsPerTransitionMax: 1_000,
  historyEventsMax: 1_000_000,
  historyBytesMax: 536_870_912,
  stateWorkMax,
  transitionWorkMax: 1_000_000,
  expressMsMax: 300_000,
});

/**
 * Maximum nesting of arrays and objects in a document. Not an AWS quota: `JSON.stringify` overflows
 * the stack at several thousand.
 */
export const documentDepthMax = 1_000;

/**
 * Maximum length of the JSON text of one variable, and of all that one `Assign` sets, in UTF-8
 * bytes. AWS quota: 262,144 (256 KiB).
 */
export const assignedBytesMax = 262_144;

/**
 * Maximum length of the JSON texts of all variables of one branch, in characters. AWS quota: 10 MiB
 * for an execution.
 */
export const variableCharsMax = 10_485_760;

/** Maximum wait, backoff or timeout, in milliseconds. AWS quota: 99,999,999 seconds. */
export const durationMsMax = 99_999_999_000;

/** Maximum number of items that an `ItemReader` reads, and AWS's quota. */
export const itemsReadMax = 100_000_000;

/** Maximum length of an error name, in characters; longer ones are truncated. AWS quota: 256. */
export const errorCharsMax = 256;

/** Maximum length of a cause, in characters; longer ones are truncated. AWS quota: 32,768. */
export const causeCharsMax = 32_768;

/**
 * Whether `text` takes more than `bytesMax` bytes in UTF-8. Counts bytes only when the length of
 * the text leaves it open.
 */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  if (text.length * 3 <= bytesMax) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes > bytesMax;
}

/** Whether the JSON text nests arrays and objects deeper than `depthMax`. */
export function exceedsDepth(text: string, depthMax: number): boolean {
  if (text.length <= depthMax * 2) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x22) inString = !inString;
    else if (inString) index += unit === 0x5c ? 1 : 0;
    else if (unit === 0x5b || unit === 0x7b) depth++;
    else if (unit === 0x5d || unit === 0x7d) depth--;
    if (depth > depthMax) return true;
  }
  return false;
}
