/** Opening the embedded database while it is locked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../lib/app/compose/open-store.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a locked database', () => {
  it('a locked database is waited for, and that is logged once', async () => {
    const clock = new SimulatedClock();
    const logger = new QuietLogger();
    const settings = { driver: 'pglite', folder } as const;
    const first = await openStore(settings, { clock, logger, waitMs: 0 });

    const second = openStore(settings, { clock, logger, waitMs: 60_000 });
    await until(() => logger.entries.length > 0, 'the wait is logged');
    await clock.advance(1_000);
    await first.close();
    await clock.advance(1_000);

    await (await second).close();
    expect(logger.entries).toHaveLength(1);
  });

  it('a locked database is refused at once without a wait, and after the wait with one', async () => {
    const clock = new SimulatedClock();
    const logger = new QuietLogger();
    const settings = { driver: 'pglite', folder } as const;
    const first = await openStore(settings, { clock, logger, waitMs: 0 });

    const locked = expect.objectContaining({ code: 'STORE_LOCKED' });
    await expect(openStore(settings, { clock, logger, waitMs: 0 })).rejects.toEqual(locked);
    const opening = openStore(settings, { clock, logger, waitMs: 1_000 });
    const late = expect(opening).rejects.toEqual(locked);
    await until(() => logger.entries.length > 0, 'the wait is logged');
    await clock.advance(1_500);

    await late;
    await first.close();
  });
});
