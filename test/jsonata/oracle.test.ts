/** JSONata here, held against the library of the version that AWS documents. */
import { describe, expect, it } from 'vitest';
import { compare, runOracle } from './oracle.ts';

describe('JSONata of the version that AWS documents', () => {
  it('random expressions have the same results, except for reasons that are known', async () => {
    const { unexplained, values } = await runOracle(200, 1);

    expect(unexplained).toEqual([]);
    expect(values).toBeGreaterThan(190);
  });

  it('numbers of other bases are numbers, as in version 2', async () => {
    for (const text of ['0x1F', '0b101', '0o17', '0X1f', '0x', '1e400', '12abc', '']) {
      expect(await compare(`$number("${text}")`)).toBeNull();
    }
  });

  it('the operators of version 2.1, which AWS lacks, are refused', async () => {
    for (const expression of ['$i.absent ?? 1', '$i.absent ?: 1']) {
      expect(await compare(expression)).toBeNull();
    }
  });
});
