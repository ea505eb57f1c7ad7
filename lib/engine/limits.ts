/**
 * Every bound of the machine, with its unit and where the number comes from. Nothing in the engine
 * grows without one.
 */

/** Bounds that hold for a compiled machine; see each field. */
export interface EngineLimits {
  /**
   * Longest JSON text, in UTF-8 bytes, of a state's input, output or result; more fails the state
   * with `States.DataLimitExceeded`. AWS quota: 262,144 (256 KiB).
   */
  readonly payloadBytesMax: number;
  /**
   * States entered in one transition; the branch that would enter one more waits for a timer that
   * is due at once, so that the caller checkpoints between. Ours: a loop of states that do no work
   * must not hang a worker.
   */
  readonly stepsPerTransitionMax: number;
  /**
   * Events of a history; an execution that would have more, or as many without an end, fails with
   * `States.Runtime`. At least 2. AWS quota: 25,000, which is off here.
   */
  readonly historyEventsMax: number;
  /** Longest execution of an EXPRESS machine, in milliseconds. AWS quota: 5 minutes. */
  readonly expressMsMax: number;
}

/** What holds unless `compileMachine` is told otherwise. */
export const engineLimitDefaults: EngineLimits = Object.freeze({
  payloadBytesMax: 262_144,
  stepsPerTransitionMax: 1_000,
  historyEventsMax: Number.POSITIVE_INFINITY,
  expressMsMax: 300_000,
});

/**
 * Arrays and objects inside one another in a document. Ours: `JSON.stringify` overflows the stack
 * at several thousand.
 */
export const documentDepthMax = 1_000;

/**
 * Longest JSON text of one variable, and of all that one `Assign` sets, in UTF-8 bytes. AWS quota:
 * 262,144 (256 KiB).
 */
export const assignedBytesMax = 262_144;

/**
 * Longest JSON text of all variables of one branch, in characters. AWS quota: 10 MiB for an
 * execution.
 */
export const variableCharsMax = 10_485_760;

/** Longest wait, back-off or time-out, in milliseconds. AWS quota: 99,999,999 seconds. */
export const durationMsMax = 99_999_999_000;

/** Items that an `ItemReader` reads at most, whatever its `MaxItems`. AWS quota: 100,000,000. */
export const itemsReadMax = 100_000_000;

/** Longest error name that is kept, in characters; what is longer is cut. AWS quota: 256. */
export const errorCharsMax = 256;

/** Longest cause that is kept, in characters; what is longer is cut. AWS quota: 32,768. */
export const causeCharsMax = 32_768;

/**
 * Whether `text` takes more than `bytesMax` bytes in UTF-8; counts only when the answer is not
 * plain from its length.
 */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  if (text.length * 3 <= bytesMax) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // each half of a surrogate pair accounts for two of its four bytes
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
