/** The sentence in a cause. Pure. */

const lengthMax = 300;

/** Returns the message of a cause that a handler has left as a document, or its beginning. */
export function causeText(cause: string): string {
  return messageIn(cause).slice(0, lengthMax);
}

function messageIn(cause: string): string {
  if (!cause.startsWith('{')) return cause;
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : cause;
  } catch {
    // It begins like a document and is none.
    return cause;
  }
}
