/**
 * A function of the template: as many processes as are asked of it at once, within its reserved
 * concurrency and what this machine bears. A process that failed by throwing is kept, as Lambda
 * keeps it; one that ended or was killed is replaced by the next invocation.
 */
import { randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.ts';
import { handlerPlace } from './function-definition.ts';
import { FunctionProcess, type FunctionProcessOptions } from './function-process.ts';
import type { FunctionError, InvocationOutcome } from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';
import { lambdaEnvironment } from './lambda-environment.ts';

/** How a function is run here. */
export interface LambdaFunctionOptions {
  readonly definition: FunctionDefinition;
  readonly region: string;
  /** Whom its calls are made by, and where to. */
  readonly accessKeyId: string;
  readonly endpoint: string;
  readonly node: string;
  /** Processes at once that this machine bears; what is asked beyond them waits. */
  readonly processesMax: number;
  readonly onLine: (line: string) => void;
}

/** What has become of a function's invocations. */
export interface FunctionFigures {
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
  /** Milliseconds from the start of a process until its handler could be called, each. */
  readonly initMs: readonly number[];
  /** Milliseconds of the first invocation of each process. */
  readonly firstMs: readonly number[];
  /** The most processes at once. */
  readonly processesPeak: number;
  readonly peakMemoryMb: number;
  /** Milliseconds of the longest invocation. */
  readonly longestMs: number;
}

/** See this file's head. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #options: LambdaFunctionOptions;
  readonly #idle: FunctionProcess[] = [];
  readonly #running = new Set<FunctionProcess>();
  readonly #waiting: (() => void)[] = [];
  readonly #open = new Set<Promise<InvocationOutcome>>();
  #places = 0;
  #stopped = false;
  #figures: FunctionFigures = {
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
    this.definition = options.definition;
    this.#options = options;
  }

  get figures(): FunctionFigures {
    return this.#figures;
  }

  /** How many invocations run now. */
  get running(): number {
    return this.#running.size;
  }

  /** Runs one invocation; waits while this machine bears no further process. */
  async invoke(payload: string): Promise<InvocationOutcome> {
    if (Buffer.byteLength(payload) > payloadBytesMax.synchronous) {
      const errorMessage = 'the event has more than 6 MB: RequestEntityTooLargeException';
      return { kind: 'failed', error: { errorType: 'RequestTooLarge', errorMessage } };
    }
    if (!(await this.#takePlace())) {
      this.#count({ throttles: this.#figures.throttles + 1 });
      return { kind: 'throttled' };
    }
    const work = this.#run(payload);
    this.#open.add(work);
    try {
      return await work;
    } finally {
      this.#open.delete(work);
      this.#places -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Starts a process that waits for its first invocation; the error when it does not come up. */
  async warm(): Promise<FunctionError | null> {
    const started = await FunctionProcess.start(this.#processOptions());
    if (!(started instanceof FunctionProcess)) return started;
    this.#countStart(started);
    this.#idle.push(started);
    return null;
  }

  /** Kills the processes that are in the middle of an invocation, or all; how many. */
  async kill(which: 'running' | 'all'): Promise<number> {
    const doomed = [...this.#running, ...(which === 'all' ? this.#idle.splice(0) : [])];
    await Promise.all(doomed.map((each) => each.kill()));
    return doomed.length;
  }

  /** Ends every process; invocations that wait are throttled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await this.kill('all');
    await Promise.allSettled(this.#open);
  }

  /** Whether there is one; false when the function's own concurrency is used up. */
  async #takePlace(): Promise<boolean> {
    const reserved = this.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY;
    while (!this.#stopped) {
      if (this.#places < Math.min(reserved, this.#options.processesMax)) {
        this.#places += 1;
        return true;
      }
      if (this.#places >= reserved) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return false;
  }

  async #run(payload: string): Promise<InvocationOutcome> {
    const warm = this.#takeIdle();
    const used = warm ?? (await FunctionProcess.start(this.#processOptions()));
    if (!(used instanceof FunctionProcess)) {
      return this.#counted({ kind: 'failed', error: used }, 0);
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
    if (isFirst) this.#count({ firstMs: [...this.#figures.firstMs, ms] });
    this.#count({ peakMemoryMb: Math.max(this.#figures.peakMemoryMb, used.peakMemoryMb) });
    if (this.#stopped) await used.kill();
    else if (used.alive) this.#idle.push(used);
    return this.#counted(outcome, ms);
  }

  /** The one used last: its caches are the warmest, and others may be let go. */
  #takeIdle(): FunctionProcess | undefined {
    let last = this.#idle.pop();
    while (last !== undefined && !last.alive) last = this.#idle.pop();
    return last;
  }

  #countStart({ initMs }: FunctionProcess): void {
    this.#count({
      coldStarts: this.#figures.coldStarts + 1,
      initMs: [...this.#figures.initMs, initMs],
      processesPeak: Math.max(this.#figures.processesPeak, this.#running.size + 1),
    });
  }

  #counted(outcome: InvocationOutcome, ms: number): InvocationOutcome {
    this.#count({
      invocations: this.#figures.invocations + 1,
      errors: this.#figures.errors + (outcome.kind === 'failed' ? 1 : 0),
      longestMs: Math.max(this.#figures.longestMs, ms),
    });
    return outcome;
  }

  #count(changes: Partial<FunctionFigures>): void {
    this.#figures = { ...this.#figures, ...changes };
  }

  #processOptions(): FunctionProcessOptions {
    const { definition, region, accessKeyId, endpoint, node, onLine } = this.#options;
    const { name, arn, handler, runtime, memoryMb, taskRoot, timeoutMs, logGroup } = definition;
    const logStream = `$LATEST/${randomUUID().replaceAll('-', '')}`;
    const facts = { handler, runtime, memoryMb, region, taskRoot, logGroup, logStream };
    return {
      bootstrap: {
        ...handlerPlace(definition),
        functionName: name,
        functionArn: arn,
        memoryMb,
        logGroup,
        logStream,
        jsonLogs: definition.jsonLogs,
      },
      environment: lambdaEnvironment(definition.variables, {
        ...facts,
        functionName: name,
        accessKeyId,
        endpoint,
      }),
      node,
      taskRoot,
      timeoutMs,
      onLine,
    };
  }
}
