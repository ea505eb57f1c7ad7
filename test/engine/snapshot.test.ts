/** The text of a snapshot: complete, and without repetition. */
import { describe, expect, it } from 'vitest';
import {
  decodeSnapshot,
  encodeFully,
  encodeSnapshot,
  newSnapshot,
  rootMark,
  rootStateCharsMax,
  rootStateText,
  type Snapshot,
} from '../../lib/engine/snapshot.ts';
import { Run, run, single } from '../support/run-machine.ts';

describe('a snapshot', () => {
  it('a snapshot survives encoding, whatever the keys of its documents', () => {
    const input = JSON.parse('{"__proto__": {"a": 1}, "$": null, "constructor": []}');
    const { snapshot } = new Run(single({ Type: 'Wait', Seconds: 5 }), { input }).apply({
      type: 'started',
    });

    const decoded = decodeSnapshot(encodeSnapshot(snapshot));

    expect(decoded).toEqual(snapshot);
    expect(encodeSnapshot(decoded)).toBe(encodeSnapshot(snapshot));
  });

  it('the snapshot of a Map does not repeat the items of iterations that have not started', () => {
    const definition = single({
      Type: 'Map',
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 5, End: true } },
      },
    });
    const input = Array.from({ length: 100 }, () => 'x'.repeat(100));

    const { snapshot } = new Run(definition, { input }).apply({ type: 'started' });

    expect(encodeSnapshot(snapshot).length).toBeLessThan(JSON.stringify(input).length + 1_000);
  });

  it('the text of a snapshot names the state of its root branch after the mark of the root', () => {
    const input = { root: { state: 'B', input: 1 } };
    const { snapshot } = new Run(single({ Type: 'Wait', Seconds: 5 }), { input }).apply({
      type: 'started',
    });
    const [head = '', root] = encodeSnapshot(snapshot).split(rootMark);

    expect(root?.startsWith(rootStateText('S'))).toBe(true);
    expect(root?.startsWith(rootStateText('B'))).toBe(false);
    expect(head.length).toBeLessThan(rootStateCharsMax / 2);
  });

  it('the snapshot of a Parallel has a value that its branches share only once', () => {
    const wait = { Type: 'Wait', Seconds: 5 };
    const branch = (name: string, state: object) => ({
      StartAt: name,
      States: { [name]: { End: true, ...state } },
    });
    const inner = { Type: 'Parallel', Branches: [branch('E', wait), branch('F', wait)] };
    const definition = single({
      Type: 'Parallel',
      Parameters: { 'large.$': '$' },
      Branches: [
        branch('A', wait),
        branch('B', { Type: 'Pass' }),
        branch('C', wait),
        branch('D', inner),
      ],
    });
    const input = { text: 'x'.repeat(10_000) };
    const waiting = new Run(definition, { input }).apply({ type: 'started' });

    const text = encodeSnapshot(waiting.snapshot);
    const decoded = decodeSnapshot(text);

    expect(text.length).toBeLessThan(3 * 10_000);
    expect(JSON.stringify(decoded)).toBe(JSON.stringify(waiting.snapshot));
    waiting.snapshot = decoded;
    expect(waiting.finish().output).toEqual(run(definition, { input }).output);
  });

  it('a snapshot of another version is refused', () => {
    const text = encodeSnapshot(newSnapshot()).replace('"version":1', '"version":3');

    expect(() => decodeSnapshot(text)).toThrowError('a snapshot of version 1 or 2, not 3');
  });

  it('the snapshot of an execution that waits for a call takes few bytes besides its input', () => {
    const { snapshot } = new Run(single({ Type: 'Task', Resource: 'work' })).apply({
      type: 'started',
    });
    const text = encodeSnapshot(snapshot);

    expect(decodeSnapshot(text)).toEqual(snapshot);
    expect(decodeSnapshot(encodeFully(snapshot))).toEqual(snapshot);
    expect(text.length).toBeLessThan(100);
  });

  it('the brief snapshot keeps an attempt, used retries, a time limit and variables', () => {
    const { snapshot } = new Run(single({ Type: 'Task', Resource: 'work' })).apply({
      type: 'started',
    });
    const { root } = snapshot;
    const changes = {
      attempt: 2,
      retries: [1, 0],
      doing: { kind: 'task', timeoutAt: 7, taskToken: 't' },
      variables: { __proto__: null, a: [1] },
    };
    const changed = { ...snapshot, root: { ...root, ...changes } } as Snapshot;

    const text = encodeSnapshot(changed);

    expect(text).toContain('"version":2');
    expect(JSON.stringify(decodeSnapshot(text))).toBe(encodeFully(changed));
  });
});
