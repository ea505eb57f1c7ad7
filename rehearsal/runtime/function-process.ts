import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  BootstrapSpec,
  FunctionError,
  InvocationOutcome,
  InvocationRequest,
  ProcessReport,
} from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';

/** Options of {@link FunctionProcess}. */
export interface FunctionProcessOptions {
  readonly bootstrap: BootstrapSpec;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** The path of the Node that runs it. */
  readonly node: string;
  readonly taskRoot: string;
  readonly timeoutMs: number;
  /** How long after its timeout an invocation is killed, in milliseconds. */
  readonly overtimeMs: number;
  /** Called with each line that the process writes. */
  readonly onLine: (line: string) => void;
}

/**
 * Timeout of an initialization, in milliseconds. Lambda's is 10 s; a busy machine takes longer for
 * the same work.
 */
const initTimeoutMs = 60_000;

/** Time between two checks of the memory of a running process, in milliseconds. */
const memoryCheckMs = 100;

/** The running processes. They are killed when this process exits, unless it is killed itself. */
const runningChildren = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of runningChildren) child.kill('SIGKILL');
});

/**
 * One execution environment of a function: a process that is initialized once, runs one invocation
 * at a time and is frozen between two, as on Lambda. A process that exceeds its time or its memory
 * is killed, and the invocation fails with Lambda's error. A process that has exited is not used
 * again.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  readonly #exited: Promise<void>;
  #report: (report: ProcessReport) => void = () => {};
  #killedFor: FunctionError | null = null;
  #alive = true;
  /** Time from the start of the process until its handler was imported, in milliseconds. */
  initMs = 0;
  /** The largest memory usage that was observed, in MB. */
  peakMemoryMb = 0;
  /** Whether the process has run an invocation. */
  used = false;

  private constructor(options: FunctionProcessOptions) {
    this.#options = options;
    this.#child = launch(options);
    runningChildren.add(this.#child);
    this.#child.on('message', (message: ProcessReport) => this.#report(message));
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', () => {
        runningChildren.delete(this.#child);
        this.#alive = false;
        resolve();
      });
    });
    collectLines(this.#child, options.onLine);
  }

  /** Whether the process can run another invocation. */
  get alive(): boolean {
    return this.#alive && this.#killedFor === null;
  }

  /** Starts a process and waits until its handler is imported. Returns the error if that fails. */
  static async start(options: FunctionProcessOptions): Promise<FunctionProcess | FunctionError> {
    const started = new FunctionProcess(options);
    const timedOut = timeoutError('', initTimeoutMs, 'initialization');
    const report = await started.#wait(initTimeoutMs, '', timedOut);
    if (report.kind === 'ready') {
      started.initMs = performance.now() - started.#startedAt;
      started.#signal('SIGSTOP');
      return started;
    }
    await started.kill();
    return report.kind === 'answered' ? unexpected : report.error;
  }

  /** Runs one invocation. The caller must not start a second one before it has ended. */
  async invoke({ payload, requestId }: InvocationRequest): Promise<InvocationOutcome> {
    const { timeoutMs, overtimeMs } = this.#options;
    this.used = true;
    this.#signal('SIGCONT');
    const deadlineMs = Date.now() + timeoutMs;
    this.#child.send({ kind: 'invoke', payload, requestId, deadlineMs }, () => {});
    const timedOut = timeoutError(requestId, timeoutMs, 'invocation');
    const report = await this.#wait(timeoutMs + overtimeMs, requestId, timedOut);
    if (this.alive) this.#signal('SIGSTOP');
    if (report.kind === 'answered') return checkSize(report.payload);
    return { kind: 'failed', error: report.kind === 'ready' ? unexpected : report.error };
  }

  /** Kills the process. Resolves when it has exited. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#exited;
  }

  /** Waits for the next report of the process, or for its exit. */
  async #wait(ms: number, requestId: string, timedOut: FunctionError): Promise<ProcessReport> {
    const reported = new Promise<ProcessReport>((resolve) => {
      this.#report = resolve;
    });
    const timer = setTimeout(() => this.#killFor(timedOut), ms);
    const looking = setInterval(() => this.#checkMemory(requestId), memoryCheckMs);
    const ended = this.#exited.then(
      (): ProcessReport => ({ kind: 'failed', error: this.#exitError(requestId) }),
    );
    const first = await Promise.race([reported, ended]);
    clearTimeout(timer);
    clearInterval(looking);
    this.#checkMemory(requestId);
    return first;
  }

  #checkMemory(requestId: string): void {
    const usedMb = residentMb(this.#child.pid);
    this.peakMemoryMb = Math.max(this.peakMemoryMb, usedMb);
    if (this.#alive && usedMb > this.#options.bootstrap.memoryMb) {
      this.#killFor(exitError(requestId, `signal: killed (${Math.ceil(usedMb)} MB used)`));
    }
  }

  #killFor(reason: FunctionError): void {
    this.#killedFor ??= reason;
    this.#signal('SIGKILL');
  }

  #exitError(requestId: string): FunctionError {
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
  errorMessage: 'the process sent an unexpected report',
};

function launch({ bootstrap, environment, node, taskRoot }: FunctionProcessOptions): ChildProcess {
  // The extension differs between the sources and a build.
  const program = new URL(`./bootstrap${extname(import.meta.url)}`, import.meta.url);
  // V8 needs memory besides its heap, which Lambda's runtime reserves, too.
  const heapMb = Math.max(64, Math.floor(bootstrap.memoryMb * 0.9));
  const args = [
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${heapMb}`,
    fileURLToPath(program),
    JSON.stringify(bootstrap),
  ];
  return spawn(node, args, {
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

function checkSize(payload: string): InvocationOutcome {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= payloadBytesMax.synchronous) return { kind: 'answered', payload };
  const errorMessage =
    'Response payload size exceeded maximum allowed payload size ' +
    `(${payloadBytesMax.synchronous} bytes).`;
  return { kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function timeoutError(requestId: string, ms: number, what: string): FunctionError {
  const errorMessage =
    what === 'initialization'
      ? `Error: initialization timed out after ${seconds(ms)} seconds`
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

/** Returns the memory that a process uses now; 0 where the system does not report it. */
function residentMb(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    // The process has exited, which `#wait` reports.
    return 0;
  }
}
