/** The lines of a document as they are drawn: long ones are broken, no letter is changed. Pure. */

/** Where each drawn line of a text begins and ends. */
export interface DocumentLines {
  readonly count: number;
  /** Returns a drawn line. */
  line(index: number): DocumentLine;
}

/** One drawn line. */
export interface DocumentLine {
  readonly text: string;
  /** The number of the line in the text, from 1; null for what a long line continues with. */
  readonly number: number | null;
}

/** Breaks a text at its line feeds, and lines longer than `columns` characters. */
export function layOutLines(text: string, columns: number): DocumentLines {
  const starts: number[] = [];
  const numbers: number[] = [];
  let number = 0;
  for (let start = 0; start <= text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    number += 1;
    starts.push(start);
    numbers.push(number);
    for (let at = breakAt(text, start, columns); at < end; at = breakAt(text, at, columns)) {
      starts.push(at);
      numbers.push(0);
    }
    start = end + 1;
  }
  return {
    count: starts.length,
    line(index) {
      const start = starts[index] ?? text.length;
      const end = starts[index + 1] ?? text.length;
      const withoutFeed = numbers[index + 1] !== 0 && text[end - 1] === '\n' ? end - 1 : end;
      return { text: text.slice(start, withoutFeed), number: numbers[index] || null };
    },
  };
}

/** A surrogate pair stays together. */
function breakAt(text: string, start: number, columns: number): number {
  const at = start + columns;
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at;
}
