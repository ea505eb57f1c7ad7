/**
 * A program that starts one Lambda function from cold: imports its module and, when given an event,
 * invokes it once. Prints how long both took, as one JSON document.
 */
import { pathToFileURL } from 'node:url';

/** The JSON document that the program prints; all times in milliseconds. */
export interface ColdStart {
  readonly importMs: number;
  /** Duration of the first invocation; null without an event. */
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
// The function logs to stdout too: the result is the last line.
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
