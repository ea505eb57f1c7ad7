/**
 * Where executions of the test app stand still until a test lets them go. GATE says for what they
 * wait: '' for nothing, 'signal' for SIGINT or SIGTERM, 'never' for nothing that comes, else for
 * the file of that name. Says `holding` on stderr, once for each that waits, and `abandoned` for
 * each whose handler is aborted meanwhile.
 */
import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

const { GATE: gate = '' } = process.env;

/** Resolves when what GATE names has come, or `abandoned` aborts. */
export async function passGate(abandoned: AbortSignal): Promise<void> {
  if (gate === '') return;
  const opened = openingOf(gate, abandoned);
  process.stderr.write('holding\n');
  await opened;
  if (abandoned.aborted) process.stderr.write('abandoned\n');
}

function openingOf(what: string, abandoned: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    abandoned.addEventListener('abort', () => resolve(), { once: true });
    if (what === 'never') return;
    if (what === 'signal') {
      process.setMaxListeners(0);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      return;
    }
    const watcher = watch(dirname(what), (_, name) => {
      if (name === basename(what)) finish();
    });
    const finish = () => {
      watcher.close();
      resolve();
    };
    if (existsSync(what)) finish();
  });
}
