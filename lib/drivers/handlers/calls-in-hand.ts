import { AsyncLocalStorage } from 'node:async_hooks';
import type { Invocation } from '../../ports/task-invoker.ts';

/** A call of a handler, from its start until it has an outcome. */
export interface CallInHand {
  readonly executionId: string;
  readonly machineId: string;
  readonly batchId: string | null;
  readonly stateName: string;
  readonly handler: string;
  /** How long the handler's first synchronous part took, in milliseconds; 0 while it runs. */
  readonly beganForMs: number;
  /** Whether the call has no outcome yet. */
  readonly isOpen: boolean;
  /** Fails the call, if it is open: as if its handler had thrown `reason`. */
  fail(reason: unknown): void;
}

/**
 * The calls of handlers that run in this process. The asynchronous context of each call leads back
 * to it, so that an error which no `await` sees, a stray rejection or a throw in a timer, finds the
 * call whose code it is from.
 */
export class CallsInHand {
  readonly #context = new AsyncLocalStorage<CallInHand>();
  readonly #open = new Set<CallInHand>();
  /** Calls that had an outcome since the last {@link takeRecent}. */
  #ended: CallInHand[] = [];

  /** The call whose code runs now; null outside of handlers. */
  get current(): CallInHand | null {
    return this.#context.getStore() ?? null;
  }

  /** The calls without an outcome, the oldest first. */
  get open(): readonly CallInHand[] {
    return [...this.#open];
  }

  /** The calls that ran at any time since the last call of this method; of ended ones the last. */
  takeRecent(): readonly CallInHand[] {
    const recent = [...this.#ended, ...this.#open];
    this.#ended = [];
    return recent;
  }

  /** Runs the handler of `invocation`. Rejects when it throws, and when its call is failed. */
  run<Result>(
    { execution, machineId, batchId, stateName }: Invocation,
    handler: string,
    work: () => Result | PromiseLike<Result>,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const open = this.#open;
      const end = (): boolean => this.#end(call);
      const call: CallInHand & { beganForMs: number } = {
        beganForMs: 0,
        executionId: execution.id,
        machineId,
        batchId,
        stateName,
        handler,
        get isOpen() {
          return open.has(call);
        },
        fail: (reason) => {
          if (end()) reject(reason);
        },
      };
      open.add(call);
      const settle = async () => {
        try {
          const beganAtMs = performance.now();
          const working = work();
          call.beganForMs = performance.now() - beganAtMs;
          const result = await working;
          if (end()) resolve(result);
        } catch (error) {
          call.fail(error);
        }
      };
      void this.#context.run(call, settle);
    });
  }

  /** Returns false when the call has an outcome already. */
  #end(call: CallInHand): boolean {
    if (!this.#open.delete(call)) return false;
    this.#ended.push(call);
    if (this.#ended.length > 2 * endedMax) this.#ended = this.#ended.slice(-endedMax);
    return true;
  }
}

/** Maximum number of ended calls that are remembered. */
const endedMax = 50;

/** The calls of this process: stray errors are events of a process, not of an app. */
export const callsInHand = new CallsInHand();
