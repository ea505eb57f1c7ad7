/** Progress of long commands, on stderr: stdout is for results. */
import { plainText } from '../asl/plain-text.ts';
import { control } from './terminal/safe-output.ts';

/** How far the work is. */
export interface WorkProgress {
  readonly done: number;
  /** Null while the total is unknown. */
  readonly total: number | null;
  readonly failed: number;
  readonly perSecond: number;
}

/** A stream that may be a terminal. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Returns false when it keeps the text in memory because it is read more slowly. */
  write(text: string): unknown;
  /** Resolves when it takes more, after a write that returned false. @default it always does */
  drained?(signal: AbortSignal): Promise<unknown>;
}

/** The share of progress between two lines of a log. */
const plainStep = 0.1;

/** While the total is unknown: the count of the first line; each further line doubles it. */
const firstMark = 1_000;

/** Shows progress as a bar on a terminal, and as a few plain lines elsewhere. */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #label: string;
  #nextPlain = 0;
  #nextMark = firstMark;
  #isDrawn = false;

  constructor(output: ProgressOutput, label: string) {
    this.#output = output;
    this.#label = plainText(label);
  }

  update(progress: WorkProgress): void {
    if (this.#output.isTTY) this.#draw(progress);
    else this.#line(progress);
  }

  /** Leaves the bar as it is and moves to the next line. */
  end(): void {
    if (this.#isDrawn) this.#output.write('\n');
    this.#isDrawn = false;
  }

  #draw(progress: WorkProgress): void {
    const text = barText(this.#label, progress, this.#output.columns ?? 80);
    this.#output.write(`${control('\r\u001b[2K')}${text}`);
    this.#isDrawn = true;
  }

  #line(progress: WorkProgress): void {
    if (!this.#isWorthALine(progress)) return;
    this.#output.write(`${this.#label}: ${countsText(progress)}\n`);
  }

  #isWorthALine(progress: WorkProgress): boolean {
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

function shareOf({ done, total }: WorkProgress): number {
  return total === null || total === 0 ? 0 : done / total;
}

/** Formats a bar as one line of at most `columns` characters. */
export function barText(label: string, progress: WorkProgress, columns: number): string {
  const counts = countsText(progress);
  const room = columns - label.length - counts.length - 5;
  if (room < 8 || progress.total === null) return `${label}  ${counts}`.slice(0, columns);
  const width = Math.min(room, 40);
  const filled = Math.round(width * Math.min(1, shareOf(progress)));
  return `${label} [${'█'.repeat(filled)}${'░'.repeat(width - filled)}] ${counts}`;
}

function countsText({ done, total, failed, perSecond }: WorkProgress): string {
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  const failures = failed === 0 ? '' : `, ${failed.toLocaleString('en-US')} failed`;
  const speed = `${Math.round(perSecond).toLocaleString('en-US')}/s`;
  return `${done.toLocaleString('en-US')}${of}${failures}, ${speed}`;
}
