/** The Pass state, and the data flow that all states share. */
import { describe, expect, it } from 'vitest';
import { run, single } from '../../support/run-machine.ts';

const pass = (fields: object) => single({ Type: 'Pass', ...fields });

describe('Pass', () => {
  it('a Pass outputs its input', () => {
    expect(run(pass({}), { input: { a: 1 } }).output).toEqual({ a: 1 });
  });

  it('a Pass outputs its Result in place of its input', () => {
    expect(run(pass({ Result: { b: 2 } }), { input: { a: 1 } }).output).toEqual({ b: 2 });
  });

  it('a null Result of a Pass is a result', () => {
    expect(run(pass({ Result: null }), { input: { a: 1 } }).output).toBeNull();
  });
  it('a Pass expands the paths in its Parameters', () => {
    const parameters = { 'kept.$': '$.a', fixed: '$.a', nested: { 'all.$': '$' } };

    const { output } = run(pass({ Parameters: parameters }), { input: { a: 1 } });

    expect(output).toEqual({ kept: 1, fixed: '$.a', nested: { all: { a: 1 } } });
  });

  it('a Pass writes its result to ResultPath, and keeps the rest of its input', () => {
    const { output } = run(pass({ Result: 2, ResultPath: '$.b.c' }), { input: { a: 1 } });

    expect(output).toEqual({ a: 1, b: { c: 2 } });
  });

  it('a Pass discards its result for a null ResultPath', () => {
    expect(run(pass({ Result: 2, ResultPath: null }), { input: { a: 1 } }).output).toEqual({
      a: 1,
    });
  });

  it('InputPath and OutputPath select from input and output, and null selects nothing', () => {
    const input = { a: { b: [1, 2] } };

    expect(run(pass({ InputPath: '$.a' }), { input }).output).toEqual({ b: [1, 2] });
    expect(run(pass({ OutputPath: '$.a.b[1]' }), { input }).output).toBe(2);
    expect(run(pass({ InputPath: null }), { input }).output).toEqual({});
    expect(run(pass({ OutputPath: null }), { input }).output).toEqual({});
  });

  it('ResultPath writes into the raw input, not into what InputPath selects', () => {
    const { output } = run(pass({ InputPath: '$.a', ResultPath: '$.copy' }), { input: { a: 1 } });

    expect(output).toEqual({ a: 1, copy: 1 });
  });
  it('a Pass keeps nulls in documents', () => {
    const input = { a: null, b: [null], c: { d: null } };

    expect(run(pass({ Result: 1, ResultPath: '$.e' }), { input }).output).toEqual({
      ...input,
      e: 1,
    });
  });
  it('a Pass whose ResultPath cannot be written fails the execution', () => {
    const { snapshot, end, types } = run(pass({ Result: 1, ResultPath: '$.a.b' }), {
      input: { a: 'text' },
    });

    expect(snapshot.status).toBe('FAILED');
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.ResultPathMatchFailure' });
    expect(types.at(-1)).toBe('ExecutionFailed');
  });

  it('an OutputPath that finds nothing fails the execution with States.Runtime, and names the state', () => {
    const { end } = run(pass({ OutputPath: '$.none' }));

    expect(end).toMatchObject({ error: 'States.Runtime' });
    expect(end?.cause).toContain("executing the state 'S' (entered at the event id #2)");
    expect(end?.cause).toContain('$.none');
  });

  it('a Pass treats keys that look like prototypes or paths as data', () => {
    const input = JSON.parse('{"__proto__": {"x": 1}, "$": 2, "constructor": {"prototype": 3}}');

    const { output } = run(pass({ Result: 4, ResultPath: '$.r' }), { input });

    expect(JSON.stringify(output)).toBe(
      '{"__proto__":{"x":1},"$":2,"constructor":{"prototype":3},"r":4}',
    );
  });
});
