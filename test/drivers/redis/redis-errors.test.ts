/** Errors of Redis and its clients. */
import { describe, expect, it } from 'vitest';
import { isOutOfMemory, toRedisError } from '../../../lib/drivers/redis/redis-errors.ts';

const where = 'Redis at here';

describe('an error of Redis', () => {
  it.each([
    ['LOADING Redis is loading the dataset in memory', 'cannot serve now'],
    ["READONLY You can't write against a read only replica.", 'cannot serve now'],
    ['CLUSTERDOWN The cluster is down', 'cannot serve now'],
    ['MISCONF Redis is configured to save RDB snapshots, but …', 'cannot serve now'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'no memory left'],
    ['Socket closed unexpectedly', 'did not answer'],
    ['no answer in 15000 ms', 'did not answer'],
  ])('an error is retryable: %s', (message, meaning) => {
    const error = toRedisError(new Error(message), where);

    expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
    expect(error.message).toContain(`${where} `);
    expect(error.message).toContain(meaning);
    expect(isOutOfMemory(error)).toBe(message.startsWith('OOM'));
  });

  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'Check user and password'],
    ['NOAUTH Authentication required.', 'Check user and password'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'Check user'],
    ['ERR DB index is out of range', 'no such database'],
    ['unable to verify the first certificate', 'rediss:// with it'],
    ['ERR wrong number of arguments', 'refused a command'],
  ])('an error is not retryable: %s', (message, meaning) => {
    const error = toRedisError(new Error(message), where);

    expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: false });
    expect(error.message).toContain(meaning);
  });

  it('the message of an error does not contain the command', () => {
    const text = 'ERR no, command was: ["EVALSHA","…","a secret body"]';

    expect(toRedisError(new Error(text), where).message).not.toContain('secret');
  });

  it('an error of several addresses, or of a fetch, names its reasons', () => {
    const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`);
    const several = new AggregateError([refused('::1'), refused('127.0.0.1')]);
    const fetched = new TypeError('fetch failed', { cause: refused('127.0.0.1') });

    expect(toRedisError(several, where).message).toContain('ECONNREFUSED ::1; connect ECONN');
    expect(toRedisError(fetched, where).message).toContain('ECONNREFUSED 127.0.0.1');
  });
});
