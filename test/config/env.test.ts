/** The environment variables. */
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../lib/config/env.ts';

describe('readEnv', () => {
  it('an empty environment variable counts as unset', () => {
    expect(readEnv({})).toEqual({});
    expect(readEnv({ POSTGRES_URL: '', WORKER_CONCURRENCY: '', LOG_LEVEL: '' })).toEqual({});
  });

  it('environment variables are read by their documented names', () => {
    expect(
      readEnv({
        STORE_DRIVER: 'postgres',
        POSTGRES_URL: 'postgres://h/d',
        MILLRACE_DATA: './data',
        QUEUE_DRIVER: 'memory',
        WORKER_CONCURRENCY: '250',
        LOG_LEVEL: 'debug',
        LOG_FORMAT: 'json',
        UNRELATED: 'x',
      }),
    ).toEqual({
      store: 'postgres',
      postgresUrl: 'postgres://h/d',
      data: './data',
      broker: 'memory',
      concurrency: 250,
      logLevel: 'debug',
      logFormat: 'json',
    });
  });

  for (const [name, value, expected] of [
    ['WORKER_CONCURRENCY', '0', 'a whole number of at least 1'],
    ['WORKER_CONCURRENCY', '1.5', 'a whole number of at least 1'],
    ['WORKER_CONCURRENCY', 'ten', 'a whole number of at least 1'],
    ['WORKER_CONCURRENCY', '-3', 'a whole number of at least 1'],
    ['LOG_LEVEL', 'loud', 'one of debug, info, warn, error, silent'],
    ['LOG_FORMAT', 'xml', 'one of json, text'],
  ] as const) {
    it(`the environment variable ${name}=${value} is refused with what was expected`, () => {
      expect(() => readEnv({ [name]: value })).toThrow(
        expect.objectContaining({
          code: 'INVALID_CONFIGURATION',
          message: `the environment variable ${name} must be ${expected}; found a text of ${value.length} characters: change or unset it`,
          fields: { variable: name },
        }),
      );
    });
  }
});
