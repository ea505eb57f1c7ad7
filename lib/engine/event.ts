/** The events that `transition` applies to an execution. Plain JSON. */
import type { Json } from '../asl/json/json.ts';

/** 128 random bits as four unsigned 32-bit integers: all the randomness of one transition. */
export type Seed = readonly [number, number, number, number];

interface EventFields {
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  readonly seed: Seed;
}

/** One event. `command` is the name in the effect that it answers. */
export type EngineEvent =
  | (EventFields & { readonly type: 'started' })
  | (EventFields & {
      readonly type: 'commandSucceeded';
      readonly command: string;
      readonly result: Json;
    })
  | (EventFields & {
      readonly type: 'commandFailed';
      readonly command: string;
      /** Absent when the reporter gave none, like the cause. */
      readonly error?: string;
      readonly cause?: string;
    })
  /**
   * The request of `command` was accepted with the reply `output`; its answer comes later, from
   * outside.
   */
  | (EventFields & {
      readonly type: 'commandSubmitted';
      readonly command: string;
      readonly output: Json;
    })
  /** A worker of an activity started the work of `command`; its heartbeats are due from now on. */
  | (EventFields & {
      readonly type: 'commandStarted';
      readonly command: string;
      readonly workerName?: string;
    })
  /** The call of `command` waits for a permit: its time limits stop. */
  | (EventFields & { readonly type: 'commandHeld'; readonly command: string })
  /** The call of `command` has waited, and begins: its time limits go on. */
  | (EventFields & { readonly type: 'commandPermitted'; readonly command: string })
  /** The handler of `command` is alive: moves its heartbeat deadline. */
  | (EventFields & { readonly type: 'heartbeatReceived'; readonly command: string })
  /**
   * Fires every timer due at or before `at`: waits, backoffs, timeouts, heartbeats, and the timeout
   * of the machine.
   */
  | (EventFields & { readonly type: 'timersDue' })
  | (EventFields & { readonly type: 'aborted'; readonly error?: string; readonly cause?: string })
  /** Fails the execution from outside the language (too many stalls, an unknown handler …). */
  | (EventFields & { readonly type: 'failed'; readonly error: string; readonly cause: string })
  /** Runs a failed, timed-out or aborted execution again from the states that did not succeed. */
  | (EventFields & { readonly type: 'redriven' });

/** An event without its time and seed, which are set when it is applied. */
export type UntimedEvent<Event = EngineEvent> = Event extends unknown
  ? Omit<Event, 'at' | 'seed'>
  : never;
