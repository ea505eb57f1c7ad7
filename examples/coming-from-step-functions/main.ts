/** Checks a definition of Step Functions, and runs it here: an hour of Wait takes no time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateDefinition } from 'millrace';
import { testMachine } from 'millrace/testing';
import config from './millrace.config.ts';

/** Runs the example. Returns the outputs of two executions. */
export async function run(print: (line: string) => void): Promise<unknown[]> {
  const folder = import.meta.dirname;

  // The same checks, codes and texts as AWS's ValidateStateMachineDefinition, without an account.
  const definition = await readFile(join(folder, 'order.asl.json'), 'utf8');
  const { result, diagnostics } = validateDefinition(definition);
  print(`the definition: ${result}, ${diagnostics.length} diagnostics`);

  // Handlers are called by the names of the functions; SNS is mocked, as there is no account here.
  const machine = await testMachine({ config, folder, realHandlers: true });
  const publish = () => ({ MessageId: 'm-1' });
  const states = { Publish: publish };
  const shipped = await machine.run({ id: 'A-1', cents: 1999 }, { states });
  const cancelled = await machine.run({ id: 'A-2', cents: 250_000 }, { states });
  for (const { path, output } of [shipped, cancelled]) {
    print(`${path.join(' > ')}: ${JSON.stringify(output)}`);
  }
  return [shipped.output, cancelled.output];
}

if (import.meta.main) await run(console.log);
