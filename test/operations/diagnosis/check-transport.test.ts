/** Warnings of connections that others could read. */
import { describe, expect, it } from 'vitest';
import { checkTransport } from '../../../lib/operations/diagnosis/check-transport.ts';

const memory = { driver: 'memory' } as const;

describe('checkTransport', () => {
  it.each([
    'postgres://ada@db.example.com/orders',
    'postgres://ada@10.0.0.7/orders?sslmode=disable',
    'postgres://ada@db.example.com/orders?sslmode=no-verify',
  ])('a PostgreSQL over the network without a checked certificate is warned of: %s', (url) => {
    const found = checkTransport({ store: { driver: 'postgres', url }, broker: memory });

    expect(found).toMatchObject([
      { check: 'encryption', verdict: 'warning', fix: expect.stringContaining('verify-full') },
    ]);
  });

  it.each([
    'postgres://ada@localhost/orders',
    'postgres://ada@[::1]/orders',
    'postgres://ada@postgres:5432/orders',
    'postgres:///orders?host=/var/run/postgresql',
    'postgres://ada@db.example.com/orders?sslmode=require',
  ])('a PostgreSQL that is near, or encrypts, is not warned of: %s', (url) => {
    expect(checkTransport({ store: { driver: 'postgres', url }, broker: memory })).toEqual([]);
  });

  it.each([
    ['redis://:secret@cache.example.com:6379/0', 1],
    ['redis+sentinel://:secret@s1:26379,s2.example.com:26379/main', 1],
    ['rediss://:secret@cache.example.com:6379/0', 0],
    ['redis://127.0.0.1:6379/0', 0],
    ['redis://redis:6379/0', 0],
    ['https://eu1.example.com', 0],
  ])('a Redis over the network without TLS is warned of: %s', (url, warnings) => {
    const broker = { driver: 'redis', url, token: null, namespace: 'millrace' } as const;

    const found = checkTransport({ store: memory, broker });

    expect(found).toHaveLength(warnings);
    expect(JSON.stringify(found)).not.toContain('secret');
  });
});
