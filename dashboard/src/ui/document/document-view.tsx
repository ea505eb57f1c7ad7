/** A document of an execution: its beginning first, the whole when asked for, never parsed. */
import { useQuery } from '@tanstack/react-query';
import { Download, WrapText } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { api } from '../../api/api.ts';
import type { TextDocument } from '../../api/api-client.ts';
import { formatBytes } from '../../text/format-number.ts';
import { Button } from '../button.tsx';
import { CopyButton } from '../copy-button.tsx';
import { Loaded } from '../panel.tsx';
import styles from './document-view.module.css';
import { indentJson, looksLikeJson } from './indent-json.ts';
import { RevealButton } from './reveal-button.tsx';
import { TextView } from './text-view.tsx';

/** How much of a document is read until the whole is asked for, in bytes. */
const headBytes = 65_536;

/** The most that the API sends of a document, in bytes. */
const wholeBytes = 67_108_864;

/** Texts up to this length are indented; larger ones are shown as they are stored. */
const indentedMax = 4_000_000;

/** Which document it is, and how it is shown. */
interface DocumentViewProps {
  readonly executionId: string;
  /** `input`, `output`, or the field of an event such as `12.input`. */
  readonly document: string;
  readonly label: string;
  readonly maxHeight?: number;
}

/** Shows a document of an execution. */
export function DocumentView({ executionId, document, label, maxHeight }: DocumentViewProps) {
  const [isWhole, setWhole] = useState(false);
  const [revealed, setRevealed] = useState<string | null>(null);
  const { query, whole } = useDocument(executionId, document, isWhole);
  return (
    <Loaded query={query} rows={2}>
      {(read) => (
        <div className={styles.document}>
          <TextTools
            text={revealed ?? read.text}
            label={label}
            maxHeight={maxHeight}
            copy={async () => revealed ?? (await api.readDocument(whole)).text}
          >
            <Size
              read={read}
              isHead={!isWhole && revealed === null}
              isReading={query.isFetching}
              onWhole={() => setWhole(true)}
            />
            <a
              className={styles.download}
              href={api.urlOf('getDocument', whole)}
              download={`${executionId}-${document}.txt`}
            >
              <Download size={13} aria-hidden /> Download
            </a>
            {read.redacted && revealed === null && (
              <RevealButton executionId={executionId} document={document} onReveal={setRevealed} />
            )}
          </TextTools>
        </div>
      )}
    </Loaded>
  );
}

function useDocument(executionId: string, document: string, isWhole: boolean) {
  const call = (bytes: number) => ({ params: { executionId, document }, query: { bytes } });
  const bytes = isWhole ? wholeBytes : headBytes;
  const query = useQuery({
    queryKey: ['readDocument', executionId, document, bytes],
    queryFn: ({ signal }) => api.readDocument(call(bytes), signal),
    staleTime: 30_000,
    gcTime: 30_000,
    placeholderData: (before, beforeQuery) =>
      beforeQuery?.queryKey[2] === document && beforeQuery.queryKey[1] === executionId
        ? before
        : undefined,
  });
  return { query, whole: call(wholeBytes) };
}

function Size({
  read: { text, bytes },
  isHead,
  isReading,
  onWhole,
}: {
  readonly read: TextDocument;
  readonly isHead: boolean;
  readonly isReading: boolean;
  readonly onWhole: () => void;
}) {
  // A character has one byte at least.
  if (!isHead || bytes <= headBytes || text.length >= bytes)
    return <span>{formatBytes(bytes)}</span>;
  return (
    <>
      <span>
        {formatBytes(headBytes)} of {formatBytes(bytes)}
      </span>
      <Button busy={isReading} onClick={onWhole}>
        Whole
      </Button>
    </>
  );
}

/** A text with its tools: indented or as it is stored, and a copy of what is stored. */
export function TextTools({
  text,
  label,
  copy = text,
  maxHeight,
  children,
}: {
  readonly text: string;
  readonly label: string;
  readonly copy?: string | (() => Promise<string>);
  readonly maxHeight?: number | undefined;
  readonly children?: ReactNode;
}) {
  const [isStored, setStored] = useState(false);
  const mayIndent = text.length <= indentedMax && looksLikeJson(text);
  const shown = useMemo(
    () => (mayIndent && !isStored ? indentJson(text) : text),
    [mayIndent, isStored, text],
  );
  return (
    <>
      <div className={styles.tools}>
        {children}
        {mayIndent && (
          <Button
            kind="quiet"
            icon={WrapText}
            aria-pressed={!isStored}
            onClick={() => setStored(!isStored)}
          >
            {isStored ? 'As stored' : 'Indented'}
          </Button>
        )}
        <CopyButton text={copy} what={`${label} as stored`} />
      </div>
      <TextView text={shown} label={label} {...(maxHeight !== undefined && { maxHeight })} />
    </>
  );
}
