/** Who is notified of the end of a batch or of an execution: a webhook, or a handler of the app. */
import * as z from 'zod';

/** A webhook that receives an end as a signed request. */
export interface EndWebhook {
  readonly url: string;
  /** Names the secret of the signature, in `webhooks.secrets` of the configuration. */
  readonly secretName: string;
}

/** A handler of the app that is called with the event of an end, as a task of its own. */
export interface EndHandler {
  /** The name of a handler in `handlers` of the configuration. */
  readonly handler: string;
}

/** Who is notified of an end. */
export type EndHook = EndWebhook | EndHandler;

/** The shape of an {@link EndHook}. */
export const endHookSchema = z.union(
  [
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      secretName: z.string().min(1),
    }),
    z.strictObject({ handler: z.string().regex(/^[A-Za-z0-9:._-]{1,54}$/) }),
  ],
  {
    error:
      'must be { url, secretName } with an http or https URL and the name of a secret in ' +
      'webhooks.secrets, or { handler } with the name of a handler of at most 54 of the ' +
      'characters A–Z, a–z, 0–9, : . _ and -',
  },
);
