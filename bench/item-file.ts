/** A JSON Lines file of as many items as wanted, written piece by piece. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { inputOf } from './three-tasks.ts';

/** Items written in one piece. */
const pieceItems = 1_000;

/** Writes the inputs of the executions 0 to `count` − 1, one a line. */
export async function writeItems(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += pieceItems) {
    const length = Math.min(pieceItems, count - from);
    const lines = Array.from({ length }, (_, index) => JSON.stringify(inputOf(from + index)));
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
