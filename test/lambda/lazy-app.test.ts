/** An app is opened when it is first needed. */
import { describe, expect, it, vi } from 'vitest';
import { LazyApp } from '../../lib/lambda/lazy-app.ts';

describe('LazyApp', () => {
  it('concurrent first calls of a lazy app open it once', async () => {
    const open = vi.fn(async () => ({ name: 'app' }));
    const lazy = new LazyApp(open);

    const [first, second] = await Promise.all([lazy.get(), lazy.get()]);

    expect(first).toBe(second);
    expect(open).toHaveBeenCalledOnce();
  });

  it('a lazy app counts as opened only after it was opened', async () => {
    const lazy = new LazyApp(async () => 'app');

    const before = lazy.opened;
    await lazy.get();

    expect([before, lazy.opened]).toEqual([null, 'app']);
  });

  it('a lazy app that failed to open is opened by the next call', async () => {
    const open = vi.fn<() => Promise<string>>();
    open.mockRejectedValueOnce(new Error('asleep')).mockResolvedValueOnce('app');
    const lazy = new LazyApp(open);

    await expect(lazy.get()).rejects.toThrow('asleep');

    expect(lazy.opened).toBeNull();
    expect(await lazy.get()).toBe('app');
  });
});
