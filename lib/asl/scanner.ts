import { MillraceError } from '../errors.ts';

/**
 * Maximum length of an expression, in characters. The limit is Millrace's own; at AWS a whole
 * definition holds 1 MiB.
 */
const expressionLengthMax = 16_384;

/**
 * A cursor over the text of an expression, shared by the parsers of paths and intrinsic functions.
 * Every error that it creates names the expression, the column and what was expected there.
 */
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

  /** Moves past `token` if it is next. */
  accept(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.position += token.length;
    return true;
  }

  /** Moves past `token`; throws if it is not next. */
  expect(token: string): void {
    if (!this.accept(token)) throw this.failure(`'${token}'`);
  }

  skipSpace(): void {
    while (isSpace(this.next)) this.position += 1;
  }

  /** Reads characters while `holds` returns true. */
  takeWhile(holds: (character: string) => boolean): string {
    const start = this.position;
    while (!this.done && holds(this.next)) this.position += 1;
    return this.text.slice(start, this.position);
  }

  /** Reads a string in single or double quotes; a backslash escapes the next character. */
  quoted(): string {
    const quote = this.next;
    if (quote !== "'" && quote !== '"') throw this.failure('a quoted string');
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

  /**
   * Reads a name in single or double quotes. A backslash is a character of the name, as at AWS,
   * except before the quote that ends the name.
   */
  quotedName(): string {
    const quote = this.next;
    this.expect(quote === '"' ? '"' : "'");
    let name = '';
    while (!this.accept(quote)) {
      if (this.startsWith(`\\${quote}`)) this.position += 1;
      if (this.done) throw this.failure(`the closing ${quote}`);
      name += this.next;
      this.position += 1;
    }
    return name;
  }

  /** Reads a JSON number; returns undefined and does not move if none is next. */
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

  /** Reads `true`, `false` or `null`; returns undefined and does not move if none is next. */
  keyword(): boolean | null | undefined {
    if (this.accept('true')) return true;
    if (this.accept('false')) return false;
    if (this.accept('null')) return null;
    return undefined;
  }

  /** Creates the error of an expression that is not valid at the cursor. */
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
