/** Apps of this process behind a server on a real socket, as `millrace dev` serves them. */
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../../lib/app/millrace.ts';
import { allProcessRoles } from '../../../lib/app/process-roles.ts';
import type { MillraceConfig } from '../../../lib/config/config.ts';
import type { SettingOverrides } from '../../../lib/config/setting-sources.ts';
import type { PageFolder } from '../../../lib/server/page/page-folder.ts';
import { type ServeAppOptions, serveApp } from '../../../lib/server/serve-app.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { ApiReader } from './api-reader.ts';

/** An app with its server. */
export interface ServedApp {
  readonly app: Millrace;
  /** Ends with a slash. */
  readonly url: string;
  readonly api: ApiReader;
  readonly logger: QuietLogger;
}

/** Options of {@link serveConfig}. */
export interface ServeConfigOptions {
  /** @default a store in memory */
  readonly flags?: SettingOverrides;
  readonly server?: ServeAppOptions;
  /** Whether a leader and a worker run. @default true */
  readonly isRunning?: boolean;
  /** The token of the reader of the API. @default none */
  readonly token?: string;
}

/** Opens the app of a configuration and serves it until the test ends. */
export async function serveConfig(
  config: MillraceConfig,
  options: ServeConfigOptions = {},
): Promise<ServedApp> {
  const { flags = { store: 'memory' }, server: serverOptions, isRunning = true, token } = options;
  const logger = new QuietLogger();
  const app = await openMillrace({ config, flags, logger });
  onTestFinished(() => app.close());
  if (isRunning) await app.start(allProcessRoles);
  const server = await serveApp(app, { port: 0, page: testedPage(), ...serverOptions });
  onTestFinished(() => server.close());
  return { app, url: server.url, api: new ApiReader(server.url, token), logger };
}

/** Returns the folders of the built page, without its sources: it is not built again. */
export function testedPage(): PageFolder {
  const built = inject('builtPage');
  return { root: built, sources: join(built, 'sources'), built };
}
