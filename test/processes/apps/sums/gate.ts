/**
 * The gate at which executions of the test app wait. GATE says what opens it: '' (always open),
 * 'signal' (SIGINT or SIGTERM), 'never', or the path of a file that is created.
 */
import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

const { GATE: gate = '' } = process.env;

/**
 * Resolves when the gate opens or `abandoned` aborts. Prints `holding` on stderr for each execution
 * that waits, and `abandoned` for each whose handler is aborted meanwhile.
 */
export async function passGate(abandoned: AbortSignal): Promise<void> {
  if (gate === '') return;
  const opened = waitForOpening(gate, abandoned);
  process.stderr.write('holding\n');
  await opened;
  if (abandoned.aborted) process.stderr.write('abandoned\n');
}

function waitForOpening(opener: string, abandoned: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    abandoned.addEventListener('abort', () => resolve(), { once: true });
    if (opener === 'never') return;
    if (opener === 'signal') {
      process.setMaxListeners(0);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      return;
    }
    const watcher = watch(dirname(opener), (_, name) => {
      if (name === basename(opener)) finish();
    });
    const finish = () => {
      watcher.close();
      resolve();
    };
    if (existsSync(opener)) finish();
  });
}
