/**
 * The process of a function: imports the handler from the unpacked asset and runs one invocation at
 * a time, as Lambda's own runtime does. It is told everything over its command line and its channel
 * to the parent, so that its environment is the function's alone; it ends when the parent does.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type { BootstrapOrder, FunctionError, InvokeOrder, ProcessReport } from './invocation.ts';

type Handler = (event: unknown, context: object) => unknown;

const order: BootstrapOrder = JSON.parse(process.argv[2] ?? '{}');

let currentRequest: string | undefined;

// The terminal sends it to everybody in front of it; the parent decides what becomes of us.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));

if (order.jsonLogs) writeJsonLogs();

try {
  const handler = await importHandler();
  process.on('message', (message: InvokeOrder) => void run(handler, message));
  report({ kind: 'ready' });
} catch (error) {
  report({ kind: 'broken', error: describe(error) });
}

async function importHandler(): Promise<Handler> {
  const found = ['.mjs', '.js', '.cjs'].map((end) => order.module + end).find(existsSync);
  if (found === undefined) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${order.module}'`);
  }
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(found).href);
  const handler = module[order.exportName];
  if (typeof handler === 'function') return (event, context) => handler(event, context);
  const message = `${order.exportName} is undefined or not exported`;
  throw named('Runtime.HandlerNotFound', message);
}

async function run(handler: Handler, invoke: InvokeOrder): Promise<void> {
  currentRequest = invoke.requestId;
  try {
    const result = await handler(JSON.parse(invoke.payload), contextOf(invoke));
    report({ kind: 'answered', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    report({ kind: 'failed', error: describe(error) });
  }
}

function contextOf({ requestId, deadlineMs }: InvokeOrder): object {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: order.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: order.functionArn,
    memoryLimitInMB: String(order.memoryMb),
    logGroupName: order.logGroup,
    logStreamName: order.logStream,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

/** With the logging format JSON, Lambda makes a line of JSON of whatever goes to the console. */
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

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function report(message: ProcessReport): void {
  process.send?.(message);
}
