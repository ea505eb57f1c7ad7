/**
 * Reads the documents of this repository as tests want them: sections, tables, code blocks, links.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block and what stands behind its language. */
export interface CodeBlock {
  readonly language: string;
  /** `run`, or `file=NAME` as `NAME`; empty when the fence says no more than the language. */
  readonly note: string;
  readonly text: string;
}

/** The text of a document, by its path from the root. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every Markdown document of the repository, by its path from the root. */
export function documentPaths(): string[] {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/${name}`);
  const folders = ['.', 'docs', 'docs/decisions', ...examples];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  );
}

/** The fenced blocks of a document, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', note = '', content = '']) => ({
      language,
      note: note.replace(/^file=/, ''),
      text: content,
    }),
  );
}

/** The cells of every row of every table, headers and rulers left out. */
export function tableRows(text: string): string[][] {
  const rows: string[][] = [];
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const isHeader = /^\| *-/.test(lines[at + 1] ?? '');
    if (!line.startsWith('|') || /^\| *-/.test(line) || isHeader) continue;
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    rows.push(cells.map((cell) => cell.trim()));
  }
  return rows;
}

/** What stands in backticks, in order. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code ?? []);
}

/** The part of a document below a heading, up to the next of the same level or above. */
export function section(text: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, below] = text.split(`\n${heading}\n`);
  if (below === undefined) throw new Error(`there is no heading '${heading}'`);
  return below.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '';
}

/** The anchors that a document's headings have on GitHub. */
export function anchorsOf(text: string): Set<string> {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

/** The targets of a document's links. */
export function linksIn(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, target]) => target ?? []);
}
