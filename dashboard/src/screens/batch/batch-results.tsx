/** The results of a batch: links that download them, and the file that they are written to. */
import { api } from '../../api/api.ts';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import type { Batch } from './batch.ts';

const formats = [
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV'],
] as const;

/** Shows the links, and what became of the file. */
export function BatchResults({ batch: { id, results } }: { readonly batch: Batch }) {
  return (
    <>
      <span>
        results as{' '}
        {formats.map(([format, word], index) => (
          <span key={format}>
            {index > 0 && ' or '}
            <a
              href={api.urlOf('exportBatchResults', { params: { batchId: id }, query: { format } })}
              download={`${id}.${format}`}
            >
              {word}
            </a>
          </span>
        ))}
      </span>
      {results !== null && (
        <span>
          {describe(results)} <Visible text={results.output} />
        </span>
      )}
    </>
  );
}

function describe({ status, items, reason }: NonNullable<Batch['results']>): string {
  if (status === 'WRITTEN') return `${formatThings(items, 'result')} in`;
  const what = status === 'FAILED' ? 'the results could not be written' : 'being written';
  return reason === null ? `${what}:` : `${what} (${reason}):`;
}
