/** How operations come to the app: it is opened when the first of them needs it. */
import type { Operations } from '../../api/contract.ts';
import type { Millrace } from '../millrace.ts';

/** The app, open. */
export type AppOpener = () => Promise<Millrace>;

/** Some of the operations. */
export type Some<Name extends keyof Operations> = Pick<Operations, Name>;
