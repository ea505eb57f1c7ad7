/** Log lines in JSON and in readable text. */
import { describe, expect, it } from 'vitest';
import {
  createLineLogger,
  type LineLoggerOptions,
} from '../../../lib/drivers/system/line-logger.ts';

function setUp(options: Partial<LineLoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLineLogger({
    level: 'debug',
    format: 'json',
    write: (line) => lines.push(line),
    now: () => Date.UTC(2026, 0, 1),
    ...options,
  });
  return { lines, logger };
}

describe('line logger', () => {
  it('the JSON format writes one document per line', () => {
    const { lines, logger } = setUp();

    logger.warn('tasks were\nnot sent', { queue: 'low', tasks: 3, gone: undefined });

    expect(lines).toHaveLength(1);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'tasks were\nnot sent',
      queue: 'low',
      tasks: 3,
    });
  });

  it('the text format writes one readable line per entry', () => {
    const { lines, logger } = setUp({ format: 'text' });

    logger.info('batch SUCCEEDED', { batchId: 'b-1', reason: 'two\nlines' });

    expect(lines).toEqual([
      '2026-01-01T00:00:00.000Z info  batch SUCCEEDED batchId="b-1" reason="two\\nlines"\n',
    ]);
  });

  it('no control character of a message or a field reaches a line, and JSON keeps its value', () => {
    const evil = '\u001b[2J\u009b31m\n2026 info forged\u2028\u202egnp.exe';
    const text = setUp({ format: 'text' });
    const json = setUp();

    text.logger.warn(evil, { [evil]: evil });
    json.logger.warn(evil, { [evil]: evil });

    for (const [line = ''] of [text.lines, json.lines]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be written
      expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
    }
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ message: evil, [evil]: evil });
  });

  it('the logger writes nothing below its level, and nothing when silent', () => {
    for (const [level, expected] of [
      ['debug', 4],
      ['info', 3],
      ['warn', 2],
      ['error', 1],
      ['silent', 0],
    ] as const) {
      const { lines, logger } = setUp({ level });
      logger.debug('d');
      logger.info('i');
      logger.warn('w');
      logger.error('e');
      expect(lines).toHaveLength(expected);
    }
  });
});
