/** How a state stands, as pictures show it. */
export interface StateMark {
  readonly tone: 'succeeded' | 'failed' | 'running' | 'caught';
  /** A few words, such as `2 visits, 1 failed`. */
  readonly text: string;
}

/** Marks by the name of the state; a state without a mark was not reached. */
export type StateMarks = ReadonlyMap<string, StateMark>;

/** Without marks, a picture shows the machine alone. */
export const noMarks: StateMarks = new Map();

/** Colours of the tones, which are readable on light and on dark. */
export const toneColours: Readonly<Record<StateMark['tone'], { fill: string; stroke: string }>> =
  Object.freeze({
    succeeded: { fill: '#dafbe1', stroke: '#1a7f37' },
    failed: { fill: '#ffebe9', stroke: '#cf222e' },
    running: { fill: '#ddf4ff', stroke: '#0969da' },
    caught: { fill: '#fff8c5', stroke: '#9a6700' },
  });
