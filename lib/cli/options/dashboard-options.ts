/** The options of commands that serve the API or the dashboard, and the server that they start. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import type { SettingName, SettingOverrides } from '../../config/setting-sources.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { AccessSettings } from '../../server/access/decide-access.ts';
import type { AppServer } from '../../server/serve-app.ts';
import type { TlsFiles } from '../../server/start-server.ts';
import type { RunningApp } from '../dev/running-app.ts';
import type { Io } from '../io.ts';
import { type AppOptions, toSettingOverrides, withSettings } from './app-options.ts';

/** The settings of a server that have flags. */
const serverSettings = [
  'dashboardHost',
  'dashboardPublished',
  'dashboardTlsCert',
  'dashboardTlsKey',
  'dashboardProxies',
  'dashboardUserHeader',
  'dashboardGroupsHeader',
  'dashboardRoleOf',
  'dashboardReadOnly',
  'dashboardAllowedHosts',
  'dashboardBasePath',
] as const satisfies readonly SettingName[];

/** The ports of the servers, unless others are named. */
export const serverPorts = Object.freeze({ api: 8_079, dashboard: 8_080 });

/** The values of the options that serve the dashboard beside something else. */
export interface DashboardOptions extends AppOptions {
  /** A port; true for any port near the usual one, false and undefined for no dashboard. */
  readonly dashboard?: number | boolean;
}

/** Adds the options of a command whose purpose is to serve. */
export function withServerOptions(command: Command, port: number): Command {
  const help = `port to listen on, 0 for any free one (default: ${port})`;
  command.addOption(new Option('--port <n>', help).argParser(portOption));
  return withSettings(command, serverSettings);
}

/** Adds `--dashboard [port]` to a command that also runs something. @param isUsual on unless off */
export function withDashboard(command: Command, isUsual = false): Command {
  const option = new Option(
    '--dashboard [port]',
    `serve the dashboard, at ${serverPorts.dashboard} or the next free port unless one is given`,
  ).argParser(portOption);
  if (!isUsual) return command.addOption(option);
  return command.addOption(option.default(true)).option('--no-dashboard', 'serve no dashboard');
}

function portOption(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError(`expected a port from 0 to 65535; found '${text}'`);
}

/** Serves the dashboard if the options want it, and prints where; null if they do not. */
export async function startDashboard(
  io: Io,
  app: Pick<RunningApp, 'current'>,
  options: DashboardOptions,
): Promise<AppServer | null> {
  const { dashboard = false } = options;
  if (dashboard === false) return null;
  const port = dashboard === true ? serverPorts.dashboard : dashboard;
  const server = await startAppServer(io, app, { options, port, movesOn: dashboard === true });
  io.stderr.write(`dashboard: ${server.url}\n`);
  return server;
}

/** How a server of a command is started. */
export interface StartOptions {
  readonly options: AppOptions;
  readonly port: number;
  /** Whether the next free port is taken when this one is not free. @default false */
  readonly movesOn?: boolean;
  /** @default true */
  readonly hasPage?: boolean;
}

/** Serves the API, and the page, as the environment and the options say. */
export async function startAppServer(
  io: Io,
  app: Pick<RunningApp, 'current'>,
  { options, port, movesOn = false, hasPage = true }: StartOptions,
): Promise<AppServer> {
  const settings = { ...readEnv(), ...toSettingOverrides(options) };
  // Loaded here: most calls serve nothing.
  const { serveApp } = await import('../../server/serve-app.ts');
  return serveApp(app.current, {
    current: () => app.current,
    ...(settings.dashboardHost !== undefined && { host: settings.dashboardHost }),
    port,
    movesOn,
    hasPage,
    access: toAccessSettings(settings, io.folder),
    onBuild: () => io.stderr.write('dashboard: building the page, which a clone does once\n'),
  });
}

function toAccessSettings(settings: SettingOverrides, folder: string): AccessSettings {
  const tls = readTls(settings, folder);
  const given: { readonly [Key in keyof AccessSettings]: AccessSettings[Key] | undefined } = {
    tokens: settings.dashboardTokens,
    tls,
    behindProxy: settings.dashboardProxies,
    published: settings.dashboardPublished,
    userHeader: settings.dashboardUserHeader,
    groupsHeader: settings.dashboardGroupsHeader,
    roleOf: settings.dashboardRoleOf,
    readOnly: settings.dashboardReadOnly,
    allowedHosts: settings.dashboardAllowedHosts,
    basePath: settings.dashboardBasePath,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function readTls(
  { dashboardTlsCert: cert, dashboardTlsKey: key }: SettingOverrides,
  folder: string,
): TlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `HTTPS needs both --tls-cert and --tls-key; found only --tls-${cert === undefined ? 'key' : 'cert'}`,
    );
  }
  return { cert: readPem('--tls-cert', cert, folder), key: readPem('--tls-key', key, folder) };
}

function readPem(flag: string, file: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (error) {
    throw new MillraceError(
      'FILE_NOT_READABLE',
      `${flag} must name a readable file; found '${file}': ${messageOf(error)}`,
      { fields: { file }, cause: error },
    );
  }
}
