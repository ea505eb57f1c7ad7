/** What a canvas decides without a browser: its scale, its part in view, its overlays. */
import { describe, expect, it } from 'vitest';
import { stateNames } from '../../../dashboard/src/graph/folded-codec.ts';
import { noOverlay } from '../../../dashboard/src/graph/node-overlay.ts';
import { OverlayStore } from '../../../dashboard/src/graph/overlay-store.ts';
import { boxAround, partAround, touches } from '../../../dashboard/src/graph/visible-part.ts';
import { fittingScale, zoomAt, zoomLimits } from '../../../dashboard/src/graph/zoom.ts';

describe('the scale of a canvas', () => {
  it('a picture that fits is drawn in its own size', () => {
    expect(fittingScale({ width: 300, height: 200 }, { width: 900, height: 600 })).toBe(1);
  });

  it('a wide picture fits in its width, and a long one stays readable and is scrolled', () => {
    expect(fittingScale({ width: 1_800, height: 300 }, { width: 900, height: 600 })).toBe(0.5);
    expect(fittingScale({ width: 500, height: 9_000 }, { width: 900, height: 600 })).toBe(0.8);
    expect(fittingScale({ width: 0, height: 0 }, { width: 900, height: 600 })).toBe(1);
  });

  it('zooming keeps the point under the pointer in place, within its limits', () => {
    expect(zoomAt({ scale: 1, left: 100, top: 50 }, 2, 200, 100)).toEqual({
      scale: 2,
      left: 400,
      top: 200,
    });
    expect(zoomAt({ scale: 1, left: 0, top: 0 }, 99, 0, 0).scale).toBe(zoomLimits.max);
    expect(zoomAt({ scale: 1, left: 0, top: 0 }, 0, 0, 0).scale).toBe(zoomLimits.min);
  });
});

describe('the part of a graph in view', () => {
  it('the part has the window and a margin, and is the same while the window moves a little', () => {
    const part = partAround({ x: 600, y: 10, width: 400, height: 300 });

    expect(part).toEqual({ x: 0, y: -512, width: 1_536, height: 1_536 });
    expect(partAround({ x: 610, y: 20, width: 400, height: 300 })).toEqual(part);
  });

  it('a line is in view when the box around it touches the part', () => {
    const box = boxAround([
      { x: 10, y: 40 },
      { x: 10, y: 10 },
      { x: 90, y: 10 },
    ]);

    expect(box).toEqual({ x: 10, y: 10, width: 80, height: 30 });
    expect(touches(box, { x: 80, y: 0, width: 50, height: 50 })).toBe(true);
    expect(touches(box, { x: 91, y: 0, width: 50, height: 50 })).toBe(false);
  });
});

describe('the overlays of states', () => {
  it('only the listeners of states that have changed are called', () => {
    const store = new OverlayStore();
    const heard: string[] = [];
    store.subscribe('A', () => heard.push('A'));
    const stop = store.subscribe('B', () => heard.push('B'));
    const running = { ...noOverlay, status: 'RUNNING', notes: ['1 s …'] };

    store.set(
      new Map([
        ['A', running],
        ['B', running],
      ]),
    );
    const kept = store.get('A');
    store.set(
      new Map([
        ['A', { ...running }],
        ['B', { ...running, notes: ['2 s …'] }],
      ]),
    );
    stop();
    store.set(new Map());

    expect(heard).toEqual(['A', 'B', 'B', 'A']);
    expect(kept).toBe(running);
    expect(store.get('A')).toBe(noOverlay);
  });
});

describe('folded states in the address', () => {
  it('a list of names with commas and percent signs is read as it was written', () => {
    const names = ['a,b', '100 %', 'ü'];
    const text = stateNames.encode(names);

    expect(stateNames.encode([])).toBeNull();
    expect(stateNames.decode(text ?? '')).toEqual({ value: names });
    expect(stateNames.decode('%zz')).toHaveProperty('fault');
  });
});
