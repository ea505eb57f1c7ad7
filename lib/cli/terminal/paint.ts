/** Colours of texts on a terminal. */

/** A colour or a weight. */
export type PaintStyle = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Returns a text in a style; the text itself where there are no colours. */
export type Paint = (style: PaintStyle, text: string) => string;

/** Paints nothing: for pipes and files. */
export const noPaint: Paint = (_, text) => text;

/** The styles of the words that say how something is. */
const stylesByWord: Readonly<Record<string, PaintStyle>> = {
  SUCCEEDED: 'green',
  FAILED: 'red',
  TIMED_OUT: 'red',
  ABORTED: 'dim',
  RUNNING: 'cyan',
  PENDING: 'dim',
  PENDING_REDRIVE: 'yellow',
  PAUSED: 'yellow',
  paused: 'yellow',
  alive: 'green',
  lost: 'red',
};

/** Paints a status, whose first word says what it is: `RUNNING`, `lost 5 s ago`. */
export function paintStatus(paint: Paint, text: string): string {
  const [word = ''] = text.split(/[ ,]/, 1);
  const style = Object.hasOwn(stylesByWord, word) ? stylesByWord[word] : undefined;
  return style === undefined ? text : paint(style, text);
}
