/** What a test's own process prints, as the JSON lines that it is. */
import { onTestFinished, vi } from 'vitest';

/** Keeps, until the test is over, every line from now on that is one JSON object. */
export function printedLines(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      for (const line of String(chunk).split('\n')) {
        if (line.startsWith('{')) lines.push(JSON.parse(line));
      }
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return lines;
}
