/**
 * A cursor over the text of an expression, shared by the parsers of paths and of intrinsic
 * functions. It guarantees that every refusal names the expression, the column and what was
 * expected there.
 */
import { MillraceError } from '../errors.ts';

/** The longest expression that is parsed, in characters (ours; a definition holds 1 MiB at AWS). */
const expressionLengthMax = 16_384;

/** Reads an expression from left to right. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
    if (text.length > expressionLengthMax) {
      throw this.failure(`an expression of at most ${expressionLengthMax} characters`);
    }
  }

  get done(): boolean {
    return this.position >= this.text.length;
  }

  /** The character at the cursor, or the empty string at the end. */
  get next(): string {
    return this.text.charAt(this.position);
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.position);
  }

  /** Moves past `token` when it is next. */
  accept(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.position += token.length;
    return true;
  }

  /** Moves past `token`, or fails. */
  expect(token: string): void {
    if (!this.accept(token)) throw this.failure(`'${token}'`);
  }

  skipSpace(): void {
    while (isSpace(this.next)) this.position += 1;
  }

  /** Takes characters for as long as `holds`. */
  takeWhile(holds: (character: string) => boolean): string {
    const start = this.position;
    while (!this.done && holds(this.next)) this.position += 1;
    return this.text.slice(start, this.position);
  }

  /** A text in single or double quotes; `\\` takes the next character as it is. */
  quoted(): string {
    const quote = this.next;
    if (quote !== "'" && quote !== '"') throw this.failure('a text in quotes');
    this.position += 1;
    let text = '';
    while (!this.accept(quote)) {
      this.accept('\\');
      if (this.done) throw this.failure(`the closing ${quote}`);
      text += this.next;
      this.position += 1;
    }
    return text;
  }

  /** A JSON number, or undefined (and no move) when none is next. */
  number(): number | undefined {
    const start = this.position;
    this.accept('-');
    this.takeWhile((character) => /[0-9.eE+-]/.test(character));
    const text = this.text.slice(start, this.position);
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))) {
      return Number(text);
    }
    this.position = start;
    return undefined;
  }

  /** `true`, `false` or `null`, or undefined (and no move) when none is next. */
  word(): boolean | null | undefined {
    if (this.accept('true')) return true;
    if (this.accept('false')) return false;
    if (this.accept('null')) return null;
    return undefined;
  }

  /** The refusal of this expression at the cursor. */
  failure(expected: string): MillraceError {
    const found = this.done ? 'the end' : `'${this.text.slice(this.position, this.position + 16)}'`;
    const shown = this.text.length > 200 ? `${this.text.slice(0, 200)}…` : this.text;
    return new MillraceError(
      'INVALID_DEFINITION',
      `expected ${expected} at column ${this.position + 1} of ${shown}, found ${found}`,
      { fields: { expression: shown, column: this.position + 1 } },
    );
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
