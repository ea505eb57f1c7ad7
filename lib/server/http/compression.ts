/** Compression of answers, as their clients accept it. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A content coding, as in the header `content-encoding`. */
export type ContentCoding = 'br' | 'gzip' | 'identity';

/** How much time a compression may take: an answer made now, or a file that is kept. */
export type CompressionEffort = 'quick' | 'thorough';

const brotliQuality: Readonly<Record<CompressionEffort, number>> = { quick: 4, thorough: 10 };
const gzipLevel: Readonly<Record<CompressionEffort, number>> = { quick: 5, thorough: 9 };

/** Returns the best coding that an `accept-encoding` header allows. */
export function chooseCoding(acceptEncoding: string): ContentCoding {
  const accepted = new Set(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((entry) => entry.trim().split(/\s*;\s*/))
      .filter(([, quality]) => !/^q=0(?:\.0*)?$/.test(quality ?? ''))
      .map(([name]) => name),
  );
  if (accepted.has('br')) return 'br';
  return accepted.has('gzip') || accepted.has('*') ? 'gzip' : 'identity';
}

/** Compresses bytes. */
export function compress(
  bytes: Buffer,
  coding: ContentCoding,
  effort: CompressionEffort,
): Promise<Buffer> {
  switch (coding) {
    case 'br':
      return promisify(brotliCompress)(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: brotliQuality[effort],
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
    case 'gzip':
      return promisify(gzip)(bytes, { level: gzipLevel[effort] });
    case 'identity':
      return Promise.resolve(bytes);
  }
}
