/**
 * The process of a function: imports the handler from the unpacked asset and runs one invocation at
 * a time, as Lambda's runtime does. It gets its input from the command line and the channel to its
 * parent, so that its environment is the function's alone. It exits when the parent does.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type { TraceSdk } from '../../lib/drivers/opentelemetry/start-trace-sdk.ts';
import type { BootstrapSpec, FunctionError, InvokeMessage, ProcessReport } from './invocation.ts';

type Handler = (event: unknown, context: object) => unknown;

const spec: BootstrapSpec = JSON.parse(process.argv[2] ?? '{}');

let currentRequest: string | undefined;

// A terminal sends it to all processes in the foreground; the parent decides when this one ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));

if (spec.jsonLogs) writeJsonLogs();

try {
  // The layer registers its SDK before the handler is imported.
  const traces = spec.tracesUrl === null ? null : await startTraces(spec.tracesUrl);
  const handler = await importHandler();
  process.on('message', (message: InvokeMessage) => void run(handler, message, traces));
  report({ kind: 'ready' });
} catch (error) {
  report({ kind: 'broken', error: describe(error) });
}

async function importHandler(): Promise<Handler> {
  const found = ['.mjs', '.js', '.cjs'].map((end) => spec.module + end).find(existsSync);
  if (found === undefined) {
    throw namedError('Runtime.ImportModuleError', `Cannot find module '${spec.module}'`);
  }
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(found).href);
  // The names that CommonJS exports at run time are only in its default export.
  const handler = module[spec.exportName] ?? Object(module.default)[spec.exportName];
  if (typeof handler === 'function') return (event, context) => handler(event, context);
  const message = `${spec.exportName} is undefined or not exported`;
  throw namedError('Runtime.HandlerNotFound', message);
}

/** Stands in for the layer, which sends what is recorded at the end of each invocation. */
async function startTraces(url: string): Promise<TraceSdk> {
  const { startTraceSdk } = await import('../../lib/drivers/opentelemetry/start-trace-sdk.ts');
  return await startTraceSdk({
    url,
    serviceName: spec.functionName,
    version: spec.functionVersion,
  });
}

async function run(
  handler: Handler,
  invoke: InvokeMessage,
  traces: TraceSdk | null,
): Promise<void> {
  currentRequest = invoke.requestId;
  try {
    const result = await handler(JSON.parse(invoke.payload), createContext(invoke));
    await traces?.flush();
    report({ kind: 'answered', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    report({ kind: 'failed', error: describe(error) });
  }
}

function createContext({ requestId, deadlineMs }: InvokeMessage): object {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: spec.functionName,
    functionVersion: spec.functionVersion,
    invokedFunctionArn: spec.functionArn,
    memoryLimitInMB: String(spec.memoryMb),
    logGroupName: spec.logGroup,
    logStreamName: spec.logStream,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

/** With the JSON log format, Lambda writes every console message as a line of JSON. */
function writeJsonLogs(): void {
  const levels = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(levels)) {
    const write = (...values: readonly unknown[]) => {
      const timestamp = new Date().toISOString();
      const message = format(...values);
      const line = JSON.stringify({ timestamp, level, requestId: currentRequest, message });
      process.stdout.write(`${line}\n`);
    };
    Object.defineProperty(console, method, { value: write });
  }
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error) };
  const trace = error.stack?.split('\n').map((line) => line.trim()) ?? [];
  return { errorType: error.name, errorMessage: error.message, trace };
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function report(message: ProcessReport): void {
  process.send?.(message);
}
