/**
 * A fresh environment of a function: imports one module and says on stdout, as one JSON document,
 * how long that took, and, when it is given an event, how long the first invocation took.
 */
import { pathToFileURL } from 'node:url';

/** What is printed; milliseconds. */
export interface ColdStart {
  readonly importMs: number;
  /** Null without an event. */
  readonly firstMs: number | null;
}

interface FunctionModule {
  readonly handler?: (event: unknown, context: object) => Promise<unknown>;
}

const [, , file = '', event] = process.argv;
const startedAt = performance.now();
const module: FunctionModule = await import(pathToFileURL(file).href);
const importMs = performance.now() - startedAt;
const result: ColdStart = { importMs, firstMs: await firstInvocation(module, event) };
// The function's own log lines go to stdout, too: this is the last.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));

async function firstInvocation(
  { handler }: FunctionModule,
  text: string | undefined,
): Promise<number | null> {
  if (text === undefined || handler === undefined) return null;
  const invokedAt = performance.now();
  await handler(JSON.parse(text), {
    awsRequestId: 'bench',
    functionName: 'bench',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => 30_000,
  });
  return performance.now() - invokedAt;
}
