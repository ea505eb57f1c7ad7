/** Addresses of screens. */
import { describe, expect, it } from 'vitest';
import { hitPath } from '../../../dashboard/src/find/hits.ts';
import { isWithin, navEntries, pathTo } from '../../../dashboard/src/router/routes.ts';
import { objectPath } from '../../../dashboard/src/screens/orders/object-path.ts';

describe('pathTo', () => {
  it('parameters are encoded, and empty values leave no trace', () => {
    expect(pathTo('queue', { queue: 'a/b c' }, { tab: 'retry', from: undefined, by: '' })).toBe(
      '/queues/a%2Fb%20c?tab=retry',
    );
  });

  it('commas and colons stay readable in a query', () => {
    expect(pathTo('executions', {}, { status: 'FAILED,TIMED_OUT' })).toBe(
      '/executions?status=FAILED,TIMED_OUT',
    );
  });
});

describe('navigation', () => {
  it('each entry has a key of its own', () => {
    expect(new Set(navEntries.map(({ key }) => key)).size).toBe(navEntries.length);
  });

  it('a path belongs to the entry of its screen only', () => {
    const within = (path: string) =>
      navEntries.filter((entry) => isWithin(path, entry)).map(({ screen }) => screen);

    expect(within('/')).toEqual(['overview']);
    expect(within('/batches/7')).toEqual(['batches']);
    expect(within('/batchesque')).toEqual([]);
  });
});

describe('links to objects', () => {
  it('a hit leads to its screen, and an error to the executions that failed with it', () => {
    expect(hitPath({ kind: 'batch', id: 'b 1' })).toBe('/batches/b%201');
    expect(hitPath({ kind: 'machine', id: 'order' })).toBe('/machines/order');
    expect(hitPath({ kind: 'error', id: 'CardServiceBusy' })).toBe(
      '/executions?error=CardServiceBusy',
    );
  });

  it('the object of an order leads to its screen if it has one', () => {
    expect(objectPath('queue:low')).toBe('/queues/low');
    expect(objectPath('execution:order:A-77')).toBe('/executions/order%3AA-77');
    expect(objectPath('message:7')).toBeNull();
    expect(objectPath('queue:')).toBeNull();
    expect(objectPath('low')).toBeNull();
  });
});
