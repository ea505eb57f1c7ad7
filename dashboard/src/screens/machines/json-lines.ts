/** The lines of a JSON text at which its values begin, by their location as AWS writes it. Pure. */

/** Returns the line, from 1, of each location such as `/States/Sort/Choices[0]/Next`. */
export function jsonLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  new LineReader(text, lines).readValue('');
  return lines;
}

/** Returns the line of a location, or of the nearest around it; 1 when there is none. */
export function lineOfLocation(lines: ReadonlyMap<string, number>, location: string): number {
  for (let at = location === '/' ? '' : location; at !== ''; at = parentOf(at)) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return 1;
}

function parentOf(location: string): string {
  return location.slice(0, Math.max(location.lastIndexOf('/'), location.lastIndexOf('['), 0));
}

const depthMax = 300;

/** Reads a text that is JSON, or nearly: it stops at what it does not understand. */
class LineReader {
  readonly #text: string;
  readonly #lines: Map<string, number>;
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(text: string, lines: Map<string, number>) {
    this.#text = text;
    this.#lines = lines;
  }

  /** Reads a value; returns whether it was one. */
  readValue(location: string): boolean {
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (first === '{') return this.#readMembers(location);
    if (first === '[') return this.#readItems(location);
    if (first === '"') return this.#readString() !== null;
    const word = /[^\s,\]}]*/y;
    word.lastIndex = this.#at;
    const length = word.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }

  #readMembers(location: string): boolean {
    return this.#readList('}', () => {
      const line = this.#line;
      const key = this.#readString();
      if (key === null || !this.#take(':')) return false;
      const here = `${location}/${key}`;
      this.#lines.set(here, line);
      return this.readValue(here);
    });
  }

  #readItems(location: string): boolean {
    let index = 0;
    return this.#readList(']', () => {
      this.#skipBlanks();
      const here = `${location}[${index}]`;
      index += 1;
      this.#lines.set(here, this.#line);
      return this.readValue(here);
    });
  }

  #readList(end: string, readOne: () => boolean): boolean {
    this.#at += 1;
    this.#depth += 1;
    let isFine = this.#depth <= depthMax;
    while (isFine && !this.#take(end)) {
      isFine = readOne();
      if (isFine && !this.#take(',')) {
        isFine = this.#take(end);
        break;
      }
    }
    this.#depth -= 1;
    return isFine;
  }

  #readString(): string | null {
    this.#skipBlanks();
    const string = /"(?:[^"\\\n]|\\.)*"/y;
    string.lastIndex = this.#at;
    const found = string.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    try {
      return JSON.parse(found) as string;
    } catch {
      // A bad escape: the name is good enough to find its line.
      return found.slice(1, -1);
    }
  }

  #take(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === '\n') this.#line += 1;
      else if (character !== ' ' && character !== '\t' && character !== '\r') return;
    }
  }
}
