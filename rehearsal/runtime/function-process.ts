/**
 * One environment of a function: a process that is initialised once, runs one invocation at a time
 * and is frozen between two, as Lambda does it. A process that exceeds its time or its memory is
 * killed, and the invocation fails in Lambda's words; one that ended is used no more. No process
 * outlives this one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  BootstrapOrder,
  FunctionError,
  InvocationOutcome,
  InvocationRequest,
  ProcessReport,
} from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';

/** What a process is started with. */
export interface FunctionProcessOptions {
  readonly bootstrap: BootstrapOrder;
  /** Everything that the process sees of an environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The Node that runs it. */
  readonly node: string;
  readonly taskRoot: string;
  readonly timeoutMs: number;
  /** Given each line that the process writes. */
  readonly onLine: (line: string) => void;
}

/** Lambda's own bound of an initialisation, in milliseconds. */
const initTimeoutMs = 10_000;

/** How often the memory of a running process is looked at, in milliseconds. */
const memoryLookMs = 100;

/** Those that live; ended with this process however it ends, short of being killed. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** See this file's head. */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  readonly #exited: Promise<void>;
  #report: (report: ProcessReport) => void = () => {};
  #killedFor: FunctionError | null = null;
  #alive = true;
  /** How long it took until the handler could be called, in milliseconds. */
  initMs = 0;
  /** The most memory that it was seen to use, in MB. */
  peakMemoryMb = 0;
  /** Whether it has run an invocation. */
  used = false;

  private constructor(options: FunctionProcessOptions) {
    this.#options = options;
    this.#child = launch(options);
    living.add(this.#child);
    this.#child.on('message', (message: ProcessReport) => this.#report(message));
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', () => {
        living.delete(this.#child);
        this.#alive = false;
        resolve();
      });
    });
    collectLines(this.#child, options.onLine);
  }

  /** Whether it can run another invocation. */
  get alive(): boolean {
    return this.#alive && this.#killedFor === null;
  }

  /** Starts one and waits until its handler is imported; or the error of its initialisation. */
  static async start(options: FunctionProcessOptions): Promise<FunctionProcess | FunctionError> {
    const started = new FunctionProcess(options);
    const report = await started.#wait(initTimeoutMs, '', 'initialisation');
    if (report.kind === 'ready') {
      started.initMs = performance.now() - started.#startedAt;
      started.#signal('SIGSTOP');
      return started;
    }
    await started.kill();
    return report.kind === 'answered' ? unexpected : report.error;
  }

  /** Runs one invocation; a second one before its end is a bug of the caller's. */
  async invoke({ payload, requestId }: InvocationRequest): Promise<InvocationOutcome> {
    const { timeoutMs } = this.#options;
    this.used = true;
    this.#signal('SIGCONT');
    const deadlineMs = Date.now() + timeoutMs;
    this.#child.send({ kind: 'invoke', payload, requestId, deadlineMs }, () => {});
    const report = await this.#wait(timeoutMs, requestId, 'invocation');
    if (this.alive) this.#signal('SIGSTOP');
    if (report.kind === 'answered') return sized(report.payload);
    return { kind: 'failed', error: report.kind === 'ready' ? unexpected : report.error };
  }

  /** Ends it at once, whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#exited;
  }

  /** What the process reports next, or how it ended instead. */
  async #wait(ms: number, requestId: string, what: string): Promise<ProcessReport> {
    const reported = new Promise<ProcessReport>((resolve) => {
      this.#report = resolve;
    });
    const timer = setTimeout(() => this.#end(timeoutError(requestId, ms, what)), ms);
    const looking = setInterval(() => this.#watchMemory(requestId), memoryLookMs);
    const ended = this.#exited.then(
      (): ProcessReport => ({ kind: 'failed', error: this.#endError(requestId) }),
    );
    const first = await Promise.race([reported, ended]);
    clearTimeout(timer);
    clearInterval(looking);
    this.#watchMemory(requestId);
    return first;
  }

  #watchMemory(requestId: string): void {
    const usedMb = residentMb(this.#child.pid);
    this.peakMemoryMb = Math.max(this.peakMemoryMb, usedMb);
    if (this.#alive && usedMb > this.#options.bootstrap.memoryMb) {
      this.#end(exitError(requestId, `signal: killed (${Math.ceil(usedMb)} MB used)`));
    }
  }

  #end(reason: FunctionError): void {
    this.#killedFor ??= reason;
    this.#signal('SIGKILL');
  }

  #endError(requestId: string): FunctionError {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `exit status ${exitCode}` : `signal: ${signalCode}`;
    return this.#killedFor ?? exitError(requestId, how);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#alive) this.#child.kill(signal);
  }
}

const unexpected: FunctionError = {
  errorType: 'Runtime.InvalidReport',
  errorMessage: 'the process reported something out of turn',
};

function launch({ bootstrap, environment, node, taskRoot }: FunctionProcessOptions): ChildProcess {
  // The same file in the sources and in what is built of them.
  const program = new URL(`./bootstrap${extname(import.meta.url)}`, import.meta.url);
  // V8 needs room beside its heap, as Lambda's runtime leaves it.
  const heapMb = Math.max(64, Math.floor(bootstrap.memoryMb * 0.9));
  const words = [
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${heapMb}`,
    fileURLToPath(program),
    JSON.stringify(bootstrap),
  ];
  return spawn(node, words, {
    cwd: taskRoot,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function collectLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line);
    });
    stream?.on('end', () => {
      if (rest !== '') onLine(rest);
    });
  }
}

function sized(payload: string): InvocationOutcome {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= payloadBytesMax.synchronous) return { kind: 'answered', payload };
  const errorMessage =
    'Response payload size exceeded maximum allowed payload size ' +
    `(${payloadBytesMax.synchronous} bytes).`;
  return { kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function timeoutError(requestId: string, ms: number, what: string): FunctionError {
  const errorMessage =
    what === 'initialisation'
      ? `Error: initialisation timed out after ${seconds(ms)} seconds`
      : `RequestId: ${requestId} Error: Task timed out after ${seconds(ms)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function exitError(requestId: string, how: string): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return { errorType: 'Runtime.ExitError', errorMessage };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}

/** The memory that a process uses now, where the system tells it; else 0. */
function residentMb(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    // It is gone: whoever waits for it learns that.
    return 0;
  }
}
