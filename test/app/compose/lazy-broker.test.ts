/** A broker that is opened by its first call. */
import { describe, expect, it } from 'vitest';
import { LazyBroker } from '../../../lib/app/compose/lazy-broker.ts';
import { MemoryBroker } from '../../../lib/drivers/memory/memory-broker.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';

const opened = () => new MemoryBroker({ clock: systemClock });

describe('a lazy broker', () => {
  it('a lazy broker is opened once, by its first call', async () => {
    let openings = 0;
    const broker = new LazyBroker(true, async () => {
      openings += 1;
      return opened();
    });
    expect(openings).toBe(0);

    await Promise.all([broker.stats(['a']), broker.send('a', [{ id: '1', body: '1' }])]);
    expect(await broker.stats(['a'])).toMatchObject([{ ready: 1 }]);
    expect(openings).toBe(1);
  });

  it('a lazy broker is opened again after an opening that failed', async () => {
    const outcomes = [Promise.reject(new Error('unreachable')), Promise.resolve(opened())];
    const broker = new LazyBroker(true, () => outcomes.shift() ?? Promise.reject());

    await expect(broker.stats(['a'])).rejects.toThrow('unreachable');
    expect(await broker.stats(['a'])).toMatchObject([{ ready: 0 }]);
  });

  it('a lazy broker is not opened to be closed, and refuses calls after that', async () => {
    const broker = new LazyBroker(true, () => Promise.reject(new Error('must not be opened')));

    await broker.close();

    await expect(broker.stats(['a'])).rejects.toMatchObject({ code: 'STOPPED' });
  });
});
