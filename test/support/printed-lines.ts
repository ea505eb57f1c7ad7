import { onTestFinished, vi } from 'vitest';

/** Captures the JSON lines that this process prints until the test ends. */
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
