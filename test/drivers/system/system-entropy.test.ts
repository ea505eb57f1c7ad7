/** Randomness and ids of this machine. */
import { describe, expect, it } from 'vitest';
import { SystemEntropy } from '../../../lib/drivers/system/system-entropy.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function uuids(count: number, now: () => number): string[] {
  const entropy = new SystemEntropy(now);
  return Array.from({ length: count }, () => entropy.uuid());
}

describe('uuid', () => {
  it('100,000 UUIDs of version 7 are unique and sort in the order of creation', () => {
    const made = uuids(100_000, Date.now);

    expect(made.every((uuid) => version7.test(uuid))).toBe(true);
    expect(new Set(made).size).toBe(made.length);
    expect(made).toEqual([...made].sort());
  });

  it('UUIDs keep their order within one millisecond, and when the clock goes back', () => {
    let now = Date.UTC(2026, 0, 1);
    const still = uuids(20_000, () => now);
    const backwards = uuids(5_000, () => {
      now -= 10;
      return now;
    });

    for (const made of [still, backwards]) {
      expect(made).toEqual([...made].sort());
      expect(new Set(made).size).toBe(made.length);
    }
  });

  it('a UUID begins with the time', () => {
    const now = Date.UTC(2026, 6, 1);
    const [uuid = ''] = uuids(1, () => now);

    expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBe(now);
  });

  it('UUIDs of two processes differ even in the same millisecond', () => {
    const now = () => Date.UTC(2026, 0, 1);
    const made = Array.from({ length: 200 }, () => uuids(100, now)).flat();

    expect(new Set(made).size).toBe(20_000);
  });
});

describe('random numbers', () => {
  it('random numbers are in [0, 1) and evenly distributed', () => {
    const entropy = new SystemEntropy(Date.now);
    const tenths = new Array<number>(10).fill(0);
    for (let draws = 0; draws < 50_000; draws += 1) {
      const tenth = Math.floor(entropy.random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }

    expect(tenths).toHaveLength(10);
    // Expected: 5,000 with a standard deviation of 67; the tolerance is ten of them.
    for (const count of tenths) expect(Math.abs(count - 5_000)).toBeLessThan(670);
  });

  it('seeds have four unsigned 32-bit numbers and all differ', () => {
    const entropy = new SystemEntropy(Date.now);
    const seeds = Array.from({ length: 5_000 }, () => entropy.seed());

    for (const part of seeds.flat()) expect(part).toBe(part >>> 0);
    expect(new Set(seeds.map(String)).size).toBe(5_000);
  });
});
