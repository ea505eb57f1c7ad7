/**
 * Waiting for what a test has caused, instead of sleeping: a signal is given by the code under test
 * and awaited by the test.
 */

/** Gives way to everything that is ready to run: microtasks, immediates, resolved I/O. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Resolves as soon as `condition` holds, looking again after each turn of the event loop; fails
 * after `turnsMax`.
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
  throw new Error(`never came true: ${what}`);
}
