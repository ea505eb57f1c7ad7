/** Which errors of PostgreSQL blame a document, and which the server. */
import { describe, expect, it } from 'vitest';
import { classifySqlFault, type SqlFault } from '../../../lib/drivers/sql/sql-faults.ts';

describe('classifySqlFault', () => {
  it.each<[SqlFault, string[]]>([
    ['document', ['22P02', '22P05', '22003', '23505', '23514', '54000', '54001']],
    ['conflict', ['40001', '40P01']],
    ['access', ['28P01', '28000', '3D000', '42501']],
    ['starting', ['57P03']],
    ['connections', ['53300']],
    ['wrongServer', ['25006', '08006', '57P01', '57P02', '57P04', '57P05']],
    ['statement', ['42P01', '42703', '3F000', '26000', '0A000']],
    [
      'server',
      ['57014', '55P03', '53100', '53200', '25P03', '58030', 'XX000', 'XX001', '40003', '08P01'],
    ],
  ])('the SQLSTATEs whose fault is "%s" are recognized', (fault, states) => {
    expect(states.map((state) => classifySqlFault(state, 'no'))).toEqual(states.map(() => fault));
  });

  it('an error without an SQLSTATE is the fault of the server', () => {
    expect(classifySqlFault(null, 'socket hang up')).toBe('server');
  });

  it('a value beyond what PostgreSQL can hold is the fault of the document', () => {
    expect(classifySqlFault('XX000', 'invalid memory alloc request size 1073741824')).toBe(
      'document',
    );
  });

  it('a pooler without a free connection is recognized by its words', () => {
    expect(classifySqlFault('08P01', 'no more connections allowed (max_client_conn)')).toBe(
      'connections',
    );
  });
});
