/** Apps in memory, closed after their tests. */
import { onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { QuietLogger } from './quiet-logger.ts';
import { settle } from './signal.ts';

/** Opens the app of `config` with a store in memory. */
export async function openApp(config: MillraceConfig, folder?: string): Promise<Millrace> {
  const app = await openMillrace({
    config,
    flags: { store: 'memory' },
    logger: new QuietLogger(),
    ...(folder !== undefined && { folder }),
  });
  onTestFinished(() => app.close());
  return app;
}

/** Waits until the batch is not RUNNING, and returns it. */
export async function batchEnd(app: Millrace, batchId: string) {
  for (;;) {
    const batch = await app.drivers.store.getBatch(batchId);
    if (batch !== null && batch.status !== 'RUNNING') return batch;
    await settle();
  }
}
