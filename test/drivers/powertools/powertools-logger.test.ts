/** Log lines of functions. */
import { describe, expect, it, vi } from 'vitest';
import { PowertoolsLogger } from '../../../lib/drivers/powertools/powertools-logger.ts';

describe('the logger of a function', () => {
  it('a line of a function has no control characters, raw, in its message and its fields', () => {
    const lines: string[] = [];
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(line));
    const evil = '\u001b[2J\u009b31m\n\u2028\u202egnp.exe';

    new PowertoolsLogger('warn').warn(evil, { reason: evil, count: 3 });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();

    const [line = ''] = lines;
    expect(JSON.parse(line)).toMatchObject({ level: 'WARN', count: 3 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be written
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  });
});
