/**
 * What callers see of documents. Owners' programs get them as they are; everyone else, and owners
 * in front of a page, get them with the secrets masked, and owners may reveal them.
 */
import type { Millrace } from '../../app/millrace.ts';
import { JsonText } from '../../asl/json/json-text.ts';
import type { ListedVisit } from '../../engine/visits/listed-visit.ts';
import type { Redactor } from '../../operations/execution-view/redactor.ts';
import type { BatchItemResult } from '../../ports/store/batch-queries.ts';
import type { ApiCall } from '../contract/contract.ts';

/** Returns what masks the secrets in a reply; null when the caller gets documents as they are. */
export function redactorFor({ executions }: Millrace, { role, via }: ApiCall): Redactor | null {
  return role === 'owner' && via === 'api' ? null : executions.redactor;
}

/** Returns something that failed, with the secrets in its cause masked. */
export function redactCause<Entry extends { readonly cause: string | null }>(
  entry: Entry,
  redactor: Redactor | null,
): Entry {
  const { cause } = entry;
  return redactor === null || cause === null ? entry : { ...entry, cause: redactor.text(cause) };
}

/** Returns something with documents, with their secrets masked. */
export function redactDocuments<
  Entry extends {
    readonly cause: string | null;
    readonly input: JsonText | null;
    readonly output?: JsonText | null;
  },
>(entry: Entry, redactor: Redactor | null): Entry {
  if (redactor === null) return entry;
  const { input, output } = entry;
  return {
    ...redactCause(entry, redactor),
    input: redactDocument(input, redactor),
    ...(output !== undefined && { output: redactDocument(output, redactor) }),
  };
}

function redactDocument(document: JsonText | null, redactor: Redactor): JsonText | null {
  return document === null ? null : new JsonText(redactor.text(document.text));
}

/** Returns a visit of a state, with the secrets in the causes of its failures masked. */
export function redactVisit(visit: ListedVisit, redactor: Redactor | null): ListedVisit {
  if (redactor === null) return visit;
  const tries = visit.tries.map((each) => redactCause(each, redactor));
  return { ...redactCause(visit, redactor), tries };
}

/** Returns the result of an item, with its secrets masked. */
export function redactResult(row: BatchItemResult, redactor: Redactor): BatchItemResult {
  const { input, output } = row;
  return {
    ...redactCause(row, redactor),
    input: redactor.text(input),
    output: output === null ? null : redactor.text(output),
  };
}
