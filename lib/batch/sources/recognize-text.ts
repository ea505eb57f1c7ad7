/** Recognizes what a file is from its first bytes, so that no other kind is misread as text. */

/** What the first bytes of a file show. */
export type Recognized =
  | { readonly kind: 'gzip' }
  /** Text in UTF-8, after a byte-order mark of `skip` bytes. */
  | { readonly kind: 'text'; readonly skip: number }
  /** `what` completes the sentence "it is …", `remedy` says what to do. */
  | { readonly kind: 'other'; readonly what: string; readonly remedy: string };

/** Number of first bytes that are enough to recognize a file. */
export const headBytes = 512;

const utf16: Recognized = {
  kind: 'other',
  what: 'in UTF-16; files are read as UTF-8',
  remedy: 'convert it (iconv -f UTF-16 -t UTF-8)',
};

const utf32: Recognized = {
  kind: 'other',
  what: 'in UTF-32; files are read as UTF-8',
  remedy: 'convert it (iconv -f UTF-32 -t UTF-8)',
};

const unpack = 'unpack it, or compress it with gzip';
const exportText = 'export it as CSV or JSON Lines';

/** The kinds of files that are no text, by their first bytes as Latin-1. */
const otherKinds: readonly (readonly [start: string, what: string, remedy: string])[] = [
  ['PK\x03\x04', 'a ZIP archive or an office document (xlsx, ods)', `${unpack}, or ${exportText}`],
  ['PK\x05\x06', 'an empty ZIP archive', unpack],
  ['%PDF', 'a PDF document', exportText],
  ['\xd0\xcf\x11\xe0', 'an old office document (xls)', exportText],
  ['PAR1', 'a Parquet file', exportText],
  ['Obj\x01', 'an Avro file', exportText],
  ['ORC', 'an ORC file', exportText],
  ['SQLite format 3\x00', 'an SQLite database', exportText],
  ['BZh', 'compressed with bzip2', unpack],
  ['\xfd7zXZ\x00', 'compressed with xz', unpack],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', unpack],
  ['\x04\x22\x4d\x18', 'compressed with lz4', unpack],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', unpack],
  ['Rar!\x1a\x07', 'a RAR archive', unpack],
];

/** Recognizes a file by its `head`, the first {@link headBytes} or all of a smaller file. */
export function recognizeText(head: Uint8Array): Recognized {
  const start = Buffer.from(head.subarray(0, 16)).toString('latin1');
  if (start.startsWith('\x1f\x8b')) return { kind: 'gzip' };
  if (start.startsWith('\xef\xbb\xbf')) return { kind: 'text', skip: 3 };
  if (start.startsWith('\xff\xfe\x00\x00') || start.startsWith('\x00\x00\xfe\xff')) return utf32;
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')) return utf16;
  for (const [magic, what, remedy] of otherKinds) {
    // Three letters may begin a text too; what follows them in such a file never does.
    if (start.startsWith(magic) && !isText(magic, head)) return { kind: 'other', what, remedy };
  }
  return looksLikeUtf16(head) ? utf16 : { kind: 'text', skip: 0 };
}

/** Whether a file that begins with letters only is text nevertheless. */
function isText(magic: string, head: Uint8Array): boolean {
  if (!/^\w+$/.test(magic)) return false;
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** Whether nearly every second byte is 0, and hardly any of the others: UTF-16 without a mark. */
function looksLikeUtf16(head: Uint8Array): boolean {
  const pairs = Math.floor(head.length / 2);
  if (pairs < 2) return false;
  const zeros = [0, 0];
  for (let at = 0; at < 2 * pairs; at += 1) {
    if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) >= 0.7 * pairs && Math.min(even, odd) <= 0.1 * pairs;
}
