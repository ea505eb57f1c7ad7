/** The Pass state, and with it the data flow that all states share. */
import { describe, expect, it } from 'vitest';
import { run, single } from '../../support/run-machine.ts';

const pass = (fields: object) => single({ Type: 'Pass', ...fields });

describe('Pass', () => {
  it('hands its input on', () => {
    expect(run(pass({}), { input: { a: 1 } }).output).toEqual({ a: 1 });
  });

  it('puts out its Result in place of its input', () => {
    expect(run(pass({ Result: { b: 2 } }), { input: { a: 1 } }).output).toEqual({ b: 2 });
  });

  it('takes a null Result for a result', () => {
    expect(run(pass({ Result: null }), { input: { a: 1 } }).output).toBeNull();
  });

  // W15
  it('expands the paths in its Parameters', () => {
    const parameters = { 'kept.$': '$.a', fixed: '$.a', nested: { 'all.$': '$' } };

    const { output } = run(pass({ Parameters: parameters }), { input: { a: 1 } });

    expect(output).toEqual({ kept: 1, fixed: '$.a', nested: { all: { a: 1 } } });
  });

  it('writes its result where ResultPath says, and keeps the rest of its input', () => {
    const { output } = run(pass({ Result: 2, ResultPath: '$.b.c' }), { input: { a: 1 } });

    expect(output).toEqual({ a: 1, b: { c: 2 } });
  });

  it('drops its result for a null ResultPath', () => {
    expect(run(pass({ Result: 2, ResultPath: null }), { input: { a: 1 } }).output).toEqual({
      a: 1,
    });
  });

  it('narrows its input and its output by their paths, and takes null for nothing', () => {
    const input = { a: { b: [1, 2] } };

    expect(run(pass({ InputPath: '$.a' }), { input }).output).toEqual({ b: [1, 2] });
    expect(run(pass({ OutputPath: '$.a.b[1]' }), { input }).output).toBe(2);
    expect(run(pass({ InputPath: null }), { input }).output).toEqual({});
    expect(run(pass({ OutputPath: null }), { input }).output).toEqual({});
  });

  it('writes ResultPath into the raw input, not into what InputPath selects', () => {
    const { output } = run(pass({ InputPath: '$.a', ResultPath: '$.copy' }), { input: { a: 1 } });

    expect(output).toEqual({ a: 1, copy: 1 });
  });

  // W15
  it('keeps nulls in the documents that pass through it', () => {
    const input = { a: null, b: [null], c: { d: null } };

    expect(run(pass({ Result: 1, ResultPath: '$.e' }), { input }).output).toEqual({
      ...input,
      e: 1,
    });
  });

  // W39
  it('fails the execution when its ResultPath cannot be written', () => {
    const { snapshot, end, types } = run(pass({ Result: 1, ResultPath: '$.a.b' }), {
      input: { a: 'text' },
    });

    expect(snapshot.status).toBe('FAILED');
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.ResultPathMatchFailure' });
    expect(types.at(-1)).toBe('ExecutionFailed');
  });

  it('fails the execution with States.Runtime when OutputPath finds nothing, and says where', () => {
    const { end } = run(pass({ OutputPath: '$.none' }));

    expect(end).toMatchObject({ error: 'States.Runtime' });
    expect(end?.cause).toContain("executing the state 'S' (entered at the event id #2)");
    expect(end?.cause).toContain('$.none');
  });

  it('carries keys that look like prototypes or paths as data', () => {
    const input = JSON.parse('{"__proto__": {"x": 1}, "$": 2, "constructor": {"prototype": 3}}');

    const { output } = run(pass({ Result: 4, ResultPath: '$.r' }), { input });

    expect(JSON.stringify(output)).toBe(
      '{"__proto__":{"x":1},"$":2,"constructor":{"prototype":3},"r":4}',
    );
  });
});
