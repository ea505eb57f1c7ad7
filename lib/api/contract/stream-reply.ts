/** Replies of any length, which are sent while they are made. */

/** A part of a reply. */
export interface StreamPiece {
  readonly text: string;
  /** Where a further call goes on; null after the last piece. */
  readonly next: string | null;
}

/** A reply that is sent while it is made. */
export interface StreamReply {
  /** The media type. */
  readonly type: string;
  /** The name that a browser gives to the file. */
  readonly filename: string;
  readonly pieces: AsyncIterable<StreamPiece>;
  /** Whether one piece is all that was asked for. */
  readonly isPage: boolean;
}
