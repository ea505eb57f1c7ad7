/** How the benchmark counts the commands that an idle worker sends. */
import { describe, expect, it } from 'vitest';
import { countSent } from '../../bench/bench-redis.ts';

describe('countSent', () => {
  it('adds up what clients sent, without commands of scripts and the reading of statistics', () => {
    const reply = [
      '# Commandstats',
      'cmdstat_evalsha:calls=12,usec=7,usec_per_call=7.00,rejected_calls=0,failed_calls=0',
      'cmdstat_bzpopmin:calls=3,usec=7,usec_per_call=7.00,rejected_calls=0,failed_calls=0',
      'cmdstat_client|setname:calls=2,usec=7,usec_per_call=7.00,rejected_calls=0,failed_calls=0',
      'cmdstat_zrange:calls=36,usec=7,usec_per_call=7.00,rejected_calls=0,failed_calls=0',
      'cmdstat_info:calls=4,usec=7,usec_per_call=7.00,rejected_calls=0,failed_calls=0',
      '',
    ].join('\r\n');

    expect(countSent(reply)).toBe(17);
  });
});
