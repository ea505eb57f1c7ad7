/** How operations come to the app: it is opened when the first of them needs it. */

import type { Millrace } from '../../app/millrace.ts';
import type { Operations } from '../contract/contract.ts';

/** The app, open. */
export type AppOpener = () => Promise<Millrace>;

/** Some of the operations. */
export type Some<Name extends keyof Operations> = Pick<Operations, Name>;
