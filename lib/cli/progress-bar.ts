/**
 * A progress bar on a terminal; plain lines, few of them, elsewhere. Always on stderr: stdout is
 * for results.
 */

/** How far a batch is. */
export interface Progress {
  readonly done: number;
  /** Null while nobody knows how many there will be. */
  readonly total: number | null;
  readonly failed: number;
  readonly perSecond: number;
}

/** Where it is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Lines of a log that one run writes at most: one for every tenth of the way. */
const plainStep = 0.1;

/** While nobody knows how long the way is: a line here, and each time that it is twice as far. */
const firstMark = 1_000;

export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #label: string;
  #nextPlain = 0;
  #nextMark = firstMark;
  #drawn = false;

  constructor(output: ProgressOutput, label: string) {
    this.#output = output;
    this.#label = label;
  }

  update(progress: Progress): void {
    if (this.#output.isTTY) this.#draw(progress);
    else this.#line(progress);
  }

  /** Leaves the bar as it is and goes to the next line. */
  end(): void {
    if (this.#drawn) this.#output.write('\n');
    this.#drawn = false;
  }

  #draw(progress: Progress): void {
    const text = barText(this.#label, progress, this.#output.columns ?? 80);
    this.#output.write(`\r\u001b[2K${text}`);
    this.#drawn = true;
  }

  #line(progress: Progress): void {
    if (!this.#isWorthALine(progress)) return;
    this.#output.write(`${this.#label}: ${countsText(progress)}\n`);
  }

  #isWorthALine(progress: Progress): boolean {
    if (progress.total === null) {
      if (progress.done < this.#nextMark) return false;
      this.#nextMark = progress.done * 2;
      return true;
    }
    const share = shareOf(progress);
    if (share === 0 || share < this.#nextPlain) return false;
    this.#nextPlain = Math.floor(share / plainStep) * plainStep + plainStep;
    return true;
  }
}

function shareOf({ done, total }: Progress): number {
  return total === null || total === 0 ? 0 : done / total;
}

/** The bar as one line of at most `columns` characters. */
export function barText(label: string, progress: Progress, columns: number): string {
  const counts = countsText(progress);
  const room = columns - label.length - counts.length - 5;
  if (room < 8 || progress.total === null) return `${label}  ${counts}`.slice(0, columns);
  const width = Math.min(room, 40);
  const filled = Math.round(width * Math.min(1, shareOf(progress)));
  return `${label} [${'█'.repeat(filled)}${'░'.repeat(width - filled)}] ${counts}`;
}

function countsText({ done, total, failed, perSecond }: Progress): string {
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  const failures = failed === 0 ? '' : `, ${failed.toLocaleString('en-US')} failed`;
  const speed = `${Math.round(perSecond).toLocaleString('en-US')}/s`;
  return `${done.toLocaleString('en-US')}${of}${failures}, ${speed}`;
}
