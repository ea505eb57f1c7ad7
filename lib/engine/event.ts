/** What can happen to an execution: the third argument of `transition`. Plain JSON. */
import type { Json } from '../asl/json/json.ts';

/** 128 random bits as four unsigned 32-bit integers: all the randomness one transition may use. */
export type Seed = readonly [number, number, number, number];

interface Happened {
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  readonly seed: Seed;
}

/** One thing that happened. `command` names the effect that it answers. */
export type EngineEvent =
  | (Happened & { readonly type: 'started' })
  | (Happened & {
      readonly type: 'commandSucceeded';
      readonly command: string;
      readonly result: Json;
    })
  | (Happened & {
      readonly type: 'commandFailed';
      readonly command: string;
      readonly error: string;
      readonly cause: string;
    })
  /**
   * The request of `command` was accepted, and `output` was the reply; its answer comes later, from
   * outside.
   */
  | (Happened & {
      readonly type: 'commandSubmitted';
      readonly command: string;
      readonly output: Json;
    })
  /** A worker of an activity took `command` up; its heartbeats count from now on. */
  | (Happened & {
      readonly type: 'commandStarted';
      readonly command: string;
      readonly workerName?: string;
    })
  /** The handler of `command` is alive; moves its heartbeat's deadline. */
  | (Happened & { readonly type: 'heartbeatReceived'; readonly command: string })
  /**
   * Fires every timer due at or before `at`: waits, back-offs, time-outs, heartbeats, the machine's
   * own time-out.
   */
  | (Happened & { readonly type: 'timersDue' })
  | (Happened & { readonly type: 'aborted'; readonly error?: string; readonly cause?: string })
  /**
   * Ends the execution FAILED from outside the language (too many stalls, an unknown handler …).
   */
  | (Happened & { readonly type: 'failed'; readonly error: string; readonly cause: string })
  /** Runs a failed, timed-out or aborted execution again from the states that did not succeed. */
  | (Happened & { readonly type: 'redriven' });
