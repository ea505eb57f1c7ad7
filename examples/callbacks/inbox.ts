/** The tokens that the person of the example has in her inbox, by purchase. */
class Inbox {
  readonly #tokens = new Map<string, PromiseWithResolvers<string>>();

  put(purchase: string, token: string): void {
    this.#of(purchase).resolve(token);
  }

  /** Resolves when the request for approval has arrived. */
  take(purchase: string): Promise<string> {
    return this.#of(purchase).promise;
  }

  #of(purchase: string): PromiseWithResolvers<string> {
    const known = this.#tokens.get(purchase) ?? Promise.withResolvers<string>();
    this.#tokens.set(purchase, known);
    return known;
  }
}

/** Stands for the email account of the one who approves. */
export const inbox = new Inbox();
