/** Waiting for the effects of a test, instead of sleeping. */

/** Lets everything run that is ready: microtasks, immediates, resolved I/O. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Resolves as soon as `condition` is true, which is checked after each turn of the event loop;
 * rejects after `turnsMax` turns.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  turnsMax = 10_000,
): Promise<void> {
  for (let turns = 0; turns < turnsMax; turns += 1) {
    if (await condition()) return;
    await settle();
  }
  throw new Error(`this never happened: ${what}`);
}
