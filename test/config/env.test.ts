/** The environment: what is read, and what is refused. */
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../lib/config/env.ts';

describe('the environment', () => {
  it('says nothing where it holds nothing, or an empty text', () => {
    expect(readEnv({})).toEqual({});
    expect(readEnv({ POSTGRES_URL: '', WORKER_CONCURRENCY: '', LOG_LEVEL: '' })).toEqual({});
  });

  it('is read by its documented names', () => {
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
    it(`refuses ${name}=${value} with what it must be`, () => {
      expect(() => readEnv({ [name]: value })).toThrow(
        expect.objectContaining({
          code: 'INVALID_CONFIGURATION',
          message: `the environment variable ${name} must be ${expected}; found '${value}': change or unset it`,
          fields: { variable: name },
        }),
      );
    });
  }
});
