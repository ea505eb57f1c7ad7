/** The documents of an execution as text: its input, its output, and those of its events. */
import { decodeHistory } from '../../engine/history/decode-history.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { maskTaskTokens } from '../../engine/task/mask-task-tokens.ts';
import { MillraceError } from '../../errors.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';
import { requireExecution } from '../find-execution.ts';
import { type Redactor, redactedBytesMax } from './redactor.ts';
import { type ByteRange, characterRestMax, charactersIn, charactersOf } from './utf8-range.ts';
import { parseEventId, type VisitContext } from './visits.ts';

/** How a document is read. */
export interface DocumentRequest extends ByteRange {
  /** Masks secrets; null returns the document as it is, except for task tokens. */
  readonly redactor: Redactor | null;
  /** Whether a document that is too large to be redacted is returned as it is. */
  readonly showsLarge: boolean;
}

/** A part of a document. */
export interface DocumentText {
  readonly text: string;
  /** Size of the whole document as it is shown, in bytes. */
  readonly bytes: number;
  /** Whether secrets have been masked. */
  readonly redacted: boolean;
}

/** A document that is too large to be redacted, and was not to be shown otherwise. */
export interface LargeDocument {
  readonly text: null;
  readonly bytes: number;
}

/**
 * Returns a part of a document of an execution as text, letter for letter.
 * @param document `input`, `output`, `definition` (of its machine), or the id of an event and one
 * of its fields: `12.input`, `12.output`, `12.error` or `12.cause`. The event that enters a state
 * also has the output, error and cause of the visit that it begins.
 * @throws UNKNOWN_EXECUTION, UNKNOWN_DOCUMENT, INVALID_ARGUMENT
 */
export async function readDocument(
  context: VisitContext,
  name: string,
  document: string,
  request: DocumentRequest,
): Promise<DocumentText | LargeDocument> {
  const execution = await requireExecution(context, name);
  if (document === 'input' || document === 'output') {
    return readOwn(context, execution, document, request);
  }
  if (document === 'definition') {
    return present(await readDefinition(context, execution), { ...request, redactor: null });
  }
  const [, id, field] = /^(\d{1,9})\.(input|output|error|cause)$/.exec(document) ?? [];
  if (id === undefined || field === undefined) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      "expected a document: input, output, definition, or an event's field such as 12.input, " +
        `12.output, 12.error or 12.cause; found ${JSON.stringify(document.slice(0, 80))}`,
    );
  }
  const text = await readField(context, execution, parseEventId(id), field);
  if (text !== undefined) return present(text, request);
  throw unknownDocument(execution, `event ${id} with the field ${field}`);
}

/** Reads only the part that was asked for, where that is possible. */
async function readOwn(
  { store }: Pick<VisitContext, 'store'>,
  execution: ExecutionRecord,
  document: 'input' | 'output',
  request: DocumentRequest,
): Promise<DocumentText | LargeDocument> {
  const { from, bytes, redactor, showsLarge } = request;
  const read = await store.readDocument(execution.id, document, 0, redactedBytesMax);
  if (read === null) throw unknownDocument(execution, document);
  if (read.bytes <= redactedBytesMax) return present(new TextDecoder().decode(read.part), request);
  if (redactor?.hasRules && !showsLarge) return { text: null, bytes: read.bytes };
  const part = await store.readDocument(execution.id, document, from, bytes + characterRestMax);
  const text = charactersIn(part?.part ?? new Uint8Array(), bytes);
  return { text, bytes: read.bytes, redacted: false };
}

async function readDefinition(
  { store }: Pick<VisitContext, 'store'>,
  execution: ExecutionRecord,
): Promise<string> {
  const machine = await store.getMachine(execution.machineId, execution.machineVersion);
  if (machine === null) throw unknownDocument(execution, 'definition');
  return machine.definition;
}

/** Returns a field of an event, or of the visit that it begins; undefined without one. */
async function readField(
  context: VisitContext,
  execution: ExecutionRecord,
  eventId: number,
  field: string,
): Promise<string | undefined> {
  const event = await readEvent(context, execution, eventId);
  const own = event === undefined ? undefined : fieldOf(event, field);
  if (own !== undefined || event?.stateEnteredEventDetails === undefined) return own;
  const { fold } = await context.folds.fold(execution);
  const visit = fold.tree.visitOf(eventId);
  if (visit === undefined) return undefined;
  const laterId = field === 'output' ? visit.exitEventId : visit.failureEventId;
  const later = laterId === null ? undefined : await readEvent(context, execution, laterId);
  const given = later === undefined ? undefined : fieldOf(later, field);
  if (given !== undefined || field === 'output') return given;
  return (field === 'error' ? visit.error : visit.cause) ?? undefined;
}

async function readEvent(
  { store }: Pick<VisitContext, 'store'>,
  execution: ExecutionRecord,
  eventId: number,
): Promise<HistoryEvent | undefined> {
  const [chunk = '[]'] = await store.readHistory(execution.id, eventId, 1);
  return decodeHistory(chunk).find(({ id }) => id === eventId);
}

/** Returns a field of the details of an event. The parameters of a Task are its input. */
function fieldOf(event: HistoryEvent, field: string): string | undefined {
  const [, details] = Object.entries(event).find(([key]) => key.endsWith('EventDetails')) ?? [];
  if (typeof details !== 'object' || details === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...details };
  const value = fields[field] ?? (field === 'input' ? fields.parameters : undefined);
  return typeof value === 'string' ? value : undefined;
}

function present(
  text: string,
  { redactor, showsLarge, ...range }: DocumentRequest,
): DocumentText | LargeDocument {
  const bytes = new TextEncoder().encode(text).length;
  if (redactor?.hasRules && bytes > redactedBytesMax && !showsLarge) return { text: null, bytes };
  const isRedacted = redactor !== null && bytes <= redactedBytesMax;
  const shown = isRedacted ? redactor.text(text) : text;
  const masked = maskTaskTokens(shown);
  return {
    text: charactersOf(masked, range),
    bytes: masked === text ? bytes : new TextEncoder().encode(masked).length,
    redacted: shown !== text,
  };
}

function unknownDocument({ id }: ExecutionRecord, what: string): MillraceError {
  return new MillraceError('UNKNOWN_DOCUMENT', `the execution ${id} has no ${what}`, {
    fields: { executionId: id },
  });
}
