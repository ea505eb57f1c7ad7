import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createInput } from './three-tasks.ts';

/** Items written at once. */
const itemsPerWrite = 1_000;

/**
 * Writes the inputs of executions 0 to `count` − 1 into a JSON Lines file.
 *
 * @param payloadBytes bytes that are added to each input
 */
export async function writeItems(path: string, count: number, payloadBytes = 0): Promise<void> {
  const more = payloadBytes > 0 ? { payload: 'x'.repeat(payloadBytes) } : {};
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += itemsPerWrite) {
    const length = Math.min(itemsPerWrite, count - from);
    const lines = Array.from({ length }, (_, index) =>
      JSON.stringify({ ...createInput(from + index), ...more }),
    );
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
