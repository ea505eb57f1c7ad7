import { randomUUID } from 'node:crypto';
import type { AccountConcurrency } from './account-concurrency.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { locateHandler, usesTracingLayer } from './function-definition.ts';
import { FunctionProcess, type FunctionProcessOptions } from './function-process.ts';
import type { FunctionError, InvocationOutcome } from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';
import { createLambdaEnvironment } from './lambda-environment.ts';

/** Options of {@link LambdaFunction}. */
export interface LambdaFunctionOptions {
  readonly definition: FunctionDefinition;
  readonly region: string;
  /** The caller of its calls to AWS. */
  readonly accessKeyId: string;
  /** The URL of AWS for its calls. */
  readonly endpoint: string;
  /** The path of the Node that runs it. */
  readonly node: string;
  /** Where the layer of OpenTelemetry sends spans; null: nothing is traced. */
  readonly tracesUrl: string | null;
  /** Maximum number of processes on this machine; further invocations wait. */
  readonly processesMax: number;
  /** The invocations of the account, of which this function takes its own. */
  readonly account: AccountConcurrency;
  /**
   * How long after its timeout an invocation is killed, in milliseconds: it knows its deadline, but
   * a busy machine may be slower than Lambda.
   */
  readonly overtimeMs: number;
  /** Called with each line that a process writes. */
  readonly onLine: (line: string) => void;
}

/** Statistics of a function's invocations. */
export interface FunctionStats {
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
  /** Time from the start of each process until its handler was imported, in milliseconds. */
  readonly initMs: readonly number[];
  /** Duration of the first invocation of each process, in milliseconds. */
  readonly firstMs: readonly number[];
  /** The largest number of processes at once. */
  readonly processesPeak: number;
  readonly peakMemoryMb: number;
  /** Duration of the longest invocation, in milliseconds. */
  readonly longestMs: number;
}

/**
 * Runs a function of the template in processes, within its reserved concurrency and the limit of
 * this machine. A process whose handler throws is kept, as on Lambda; one that exited or was killed
 * is replaced at the next invocation. An update affects the invocations after it: those that run
 * end with the code that they began with.
 */
export class LambdaFunction {
  readonly #options: LambdaFunctionOptions;
  #definition: FunctionDefinition;
  /** The code that a process has. */
  readonly #codeOf = new WeakMap<FunctionProcess, FunctionDefinition>();
  readonly #idle: FunctionProcess[] = [];
  readonly #running = new Set<FunctionProcess>();
  readonly #waiting: (() => void)[] = [];
  readonly #open = new Set<Promise<InvocationOutcome>>();
  #usedSlots = 0;
  #stopped = false;
  #stats: FunctionStats = {
    invocations: 0,
    errors: 0,
    throttles: 0,
    coldStarts: 0,
    initMs: [],
    firstMs: [],
    processesPeak: 0,
    peakMemoryMb: 0,
    longestMs: 0,
  };

  constructor(options: LambdaFunctionOptions) {
    this.#definition = options.definition;
    this.#options = options;
  }

  get definition(): FunctionDefinition {
    return this.#definition;
  }

  get stats(): FunctionStats {
    return this.#stats;
  }

  /** The number of running invocations. */
  get running(): number {
    return this.#running.size;
  }

  /** Runs one invocation. Waits while the limit of this machine is reached. */
  async invoke(payload: string): Promise<InvocationOutcome> {
    if (Buffer.byteLength(payload) > payloadBytesMax.synchronous) {
      const errorMessage = 'the event has more than 6 MB: RequestEntityTooLargeException';
      return { kind: 'failed', error: { errorType: 'RequestTooLarge', errorMessage } };
    }
    if (!(await this.#acquireSlot())) {
      this.#updateStats({ throttles: this.#stats.throttles + 1 });
      return { kind: 'throttled' };
    }
    const work = this.#run(payload);
    this.#open.add(work);
    try {
      return await work;
    } finally {
      this.#open.delete(work);
      this.#releaseSlot();
    }
  }

  /** Gives the function new code or settings, as UpdateFunctionCode does. */
  async update(definition: FunctionDefinition): Promise<void> {
    this.#definition = definition;
    await Promise.all(this.#idle.splice(0).map((each) => each.kill()));
  }

  /** Starts a process before its first invocation. Returns the error if it does not start. */
  async warm(): Promise<FunctionError | null> {
    const started = await this.#start();
    if (!(started instanceof FunctionProcess)) return started;
    this.#countStart(started);
    this.#idle.push(started);
    return null;
  }

  /** Kills the processes that run an invocation, or all processes. Returns their number. */
  async kill(which: 'running' | 'all'): Promise<number> {
    const victims = [...this.#running, ...(which === 'all' ? this.#idle.splice(0) : [])];
    await Promise.all(victims.map((each) => each.kill()));
    return victims.length;
  }

  /** Stops when the invocations that run have ended, once callers reach another version. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.#open);
    await this.stop();
  }

  /** Kills every process; waiting invocations are throttled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await this.kill('all');
    await Promise.allSettled(this.#open);
  }

  /**
   * Waits for a slot. Returns false when the function's reserved concurrency is used up, or that of
   * the account, if the function reserves none.
   */
  async #acquireSlot(): Promise<boolean> {
    const reserved = this.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY;
    while (!this.#stopped) {
      if (this.#usedSlots < Math.min(reserved, this.#options.processesMax)) {
        if (this.#sharesQuota && !this.#options.account.take()) {
          this.#waiting.shift()?.();
          return false;
        }
        this.#usedSlots += 1;
        return true;
      }
      if (this.#usedSlots >= reserved) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return false;
  }

  get #sharesQuota(): boolean {
    return this.definition.reservedConcurrency === null;
  }

  #releaseSlot(): void {
    this.#usedSlots -= 1;
    if (this.#sharesQuota) this.#options.account.release();
    this.#waiting.shift()?.();
  }

  async #run(payload: string): Promise<InvocationOutcome> {
    const warm = this.#takeIdle();
    const used = warm ?? (await this.#start());
    if (!(used instanceof FunctionProcess)) {
      return this.#countOutcome({ kind: 'failed', error: used }, 0);
    }
    if (warm === undefined) this.#countStart(used);
    if (this.#stopped) {
      await used.kill();
      return { kind: 'throttled' };
    }
    this.#running.add(used);
    const isFirst = !used.used;
    const startedAt = performance.now();
    const outcome = await used.invoke({ payload, requestId: randomUUID() });
    const ms = performance.now() - startedAt;
    this.#running.delete(used);
    if (isFirst) this.#updateStats({ firstMs: [...this.#stats.firstMs, ms] });
    this.#updateStats({ peakMemoryMb: Math.max(this.#stats.peakMemoryMb, used.peakMemoryMb) });
    if (this.#stopped || this.#codeOf.get(used) !== this.#definition) await used.kill();
    else if (used.alive) this.#idle.push(used);
    return this.#countOutcome(outcome, ms);
  }

  /** Takes the process that was used last, whose caches are the warmest. */
  #takeIdle(): FunctionProcess | undefined {
    let last = this.#idle.pop();
    while (last !== undefined && !last.alive) last = this.#idle.pop();
    return last;
  }

  async #start(): Promise<FunctionProcess | FunctionError> {
    const definition = this.#definition;
    const started = await FunctionProcess.start(this.#processOptions(definition));
    if (started instanceof FunctionProcess) this.#codeOf.set(started, definition);
    return started;
  }

  #countStart({ initMs }: FunctionProcess): void {
    this.#updateStats({
      coldStarts: this.#stats.coldStarts + 1,
      initMs: [...this.#stats.initMs, initMs],
      processesPeak: Math.max(this.#stats.processesPeak, this.#running.size + 1),
    });
  }

  #countOutcome(outcome: InvocationOutcome, ms: number): InvocationOutcome {
    this.#updateStats({
      invocations: this.#stats.invocations + 1,
      errors: this.#stats.errors + (outcome.kind === 'failed' ? 1 : 0),
      longestMs: Math.max(this.#stats.longestMs, ms),
    });
    return outcome;
  }

  #updateStats(changes: Partial<FunctionStats>): void {
    this.#stats = { ...this.#stats, ...changes };
  }

  #processOptions(definition: FunctionDefinition): FunctionProcessOptions {
    const { region, accessKeyId, endpoint, node, tracesUrl, overtimeMs, onLine } = this.#options;
    const { name, arn, handler, runtime, memoryMb, taskRoot, timeoutMs, logGroup } = definition;
    const { version } = definition;
    const logStream = `${version}/${randomUUID().replaceAll('-', '')}`;
    return {
      bootstrap: {
        ...locateHandler(definition),
        functionName: name,
        functionArn: arn,
        functionVersion: version,
        tracesUrl: usesTracingLayer(definition) ? tracesUrl : null,
        memoryMb,
        logGroup,
        logStream,
        jsonLogs: definition.jsonLogs,
      },
      environment: createLambdaEnvironment(definition.variables, {
        functionName: name,
        version,
        handler,
        runtime,
        memoryMb,
        region,
        taskRoot,
        logGroup,
        logStream,
        accessKeyId,
        endpoint,
      }),
      node,
      taskRoot,
      timeoutMs,
      overtimeMs,
      onLine,
    };
  }
}
