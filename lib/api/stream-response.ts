/** Replies that are sent while they are made: those of any length. */
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { StreamPiece, StreamReply } from './contract/stream-reply.ts';
import { Refusal } from './problem.ts';

/** Marks a response whose body must not be gathered before it is sent. */
export const streamedHeader = 'x-millrace-streamed';

/** The header with the cursor of a further call. */
const nextHeader = 'x-millrace-next';

/**
 * Creates the response of a stream: the next piece is made when the one before was taken. A page is
 * gathered, and its header `x-millrace-next` says where a further call goes on; so is everything
 * where a reply has a maximum size. Throws REPLY_TOO_LARGE when it does not fit.
 */
export async function streamResponse(
  reply: StreamReply,
  logger: Logger,
  bytesMax = Number.POSITIVE_INFINITY,
): Promise<Response> {
  const headers = {
    'content-type': reply.type,
    'content-disposition': `attachment; filename="${reply.filename.replaceAll(/[^\w.-]/g, '_')}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (reply.isPage || Number.isFinite(bytesMax)) {
    const { text, next } = await gather(reply, bytesMax);
    return new Response(text, { headers: { ...headers, ...(next && { [nextHeader]: next }) } });
  }
  // Before the headers are sent, so that an unknown batch is a refusal and no broken file.
  const pieces = reply.pieces[Symbol.asyncIterator]();
  const first = await pieces.next();
  const body = ReadableStream.from(encode(pieces, first, logger));
  return new Response(body, { headers: { ...headers, [streamedHeader]: 'true' } });
}

async function gather({ pieces, isPage }: StreamReply, bytesMax: number): Promise<StreamPiece> {
  const texts: string[] = [];
  let bytes = 0;
  let next: string | null = null;
  for await (const piece of pieces) {
    bytes += Buffer.byteLength(piece.text);
    if (bytes > bytesMax) {
      throw new Refusal(
        'REPLY_TOO_LARGE',
        `the reply has more than ${bytesMax} bytes, which is all that can be sent: request pages ` +
          'with limit and cursor, or a file with the option results of the batch',
      );
    }
    texts.push(piece.text);
    ({ next } = piece);
    if (isPage) break;
  }
  return { text: texts.join(''), next };
}

async function* encode(
  pieces: AsyncIterator<StreamPiece>,
  first: IteratorResult<StreamPiece>,
  logger: Logger,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    for (let each = first; !each.done; each = await pieces.next()) {
      yield encoder.encode(each.value.text);
    }
  } catch (error) {
    // The caller sees a reply that is cut off.
    logger.error('reply not complete: connection closed', { error: messageOf(error) });
    throw error;
  } finally {
    await pieces.return?.();
  }
}
