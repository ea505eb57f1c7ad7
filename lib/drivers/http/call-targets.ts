import type { Agent as PlainAgent } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import { nodeHttp, nodeHttps } from '../shared/node-http.ts';
import { isPrivateAddress } from './private-addresses.ts';
import { createPublicLookup, type ResolveName } from './public-lookup.ts';

/** What the configuration lets Tasks call. */
export interface CallTargetsOptions {
  /** Hosts that may be called without TLS. */
  readonly insecureHosts: ReadonlySet<string>;
  /** Hosts that may have a private address, `host` or `host:port`; also without TLS. */
  readonly privateHosts: ReadonlySet<string>;
  /**
   * Whether no private address is called, whatever `privateHosts` has: inside Lambda, the runtime
   * and its credentials are at such addresses. @default false
   */
  readonly isPublicOnly?: boolean;
  /** @default the system's resolver */
  readonly resolve?: ResolveName;
}

/** The agent that opens the connections to a host. */
type Agent = PlainAgent | SecureAgent;

/** Connections that are not used for so long are closed, in milliseconds. */
const idleMs = 5_000;

/**
 * Decides which addresses Tasks may call. Requests carry secrets and their addresses may come from
 * data, so they need TLS and a public address, except to the hosts that the configuration names.
 * The address of a name is checked when the connection is made.
 */
export class CallTargets {
  readonly #options: CallTargetsOptions;
  readonly #agents: Readonly<Record<'public' | 'private', ReturnType<typeof createAgents>>>;

  constructor(options: CallTargetsOptions) {
    this.#options = options;
    const explain = (hostname: string) => this.#privateRefusal(hostname);
    const lookup = createPublicLookup(explain, options.resolve);
    this.#agents = { public: createAgents({ lookup }), private: createAgents({}) };
  }

  /** Returns why `text` is not called; null when it is. A name is not resolved. */
  findFault(text: string): string | null {
    if (!URL.canParse(text)) return `ApiEndpoint must be a URL; found '${text}'`;
    const url = new URL(text);
    const mayBePrivate = this.#mayBePrivate(url);
    const mayBePlain = mayBePrivate || this.#options.insecureHosts.has(url.hostname);
    if (!mayBePrivate && isPrivateHost(url.hostname)) return this.#privateRefusal(url.host);
    if (url.protocol === 'https:' || (url.protocol === 'http:' && mayBePlain)) return null;
    return (
      'ApiEndpoint must begin with https:// (http:// is only for hosts in insecureHosts or ' +
      `privateHosts of the configuration); found '${text}'`
    );
  }

  /** Returns the address as a URL. Throws `States.Runtime`: a retry would fail in the same way. */
  parse(text: string): URL {
    const fault = this.findFault(text);
    if (fault !== null) throw new TaskFailure(ErrorName.runtime, fault);
    return new URL(text);
  }

  /**
   * Returns the agent for a URL that {@link parse} has returned. A host is always either public or
   * private, so a connection that is used again was checked for that host.
   */
  agentFor(url: URL): Agent {
    const { plain, secure } = this.#agents[this.#mayBePrivate(url) ? 'private' : 'public'];
    return url.protocol === 'http:' ? plain : secure;
  }

  #mayBePrivate({ hostname, port, protocol }: URL): boolean {
    const { privateHosts, isPublicOnly = false } = this.#options;
    if (isPublicOnly) return false;
    const used = port === '' ? defaultPorts[protocol] : port;
    return privateHosts.has(hostname) || privateHosts.has(`${hostname}:${used}`);
  }

  #privateRefusal(host: string): string {
    const { isPublicOnly = false } = this.#options;
    return isPublicOnly
      ? `${host} has a private address, which no Task may call inside a Lambda function`
      : `${host} has a private address: name it in privateHosts of the configuration to allow it`;
  }
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function createAgents(options: object) {
  const kept = { ...options, keepAlive: true, timeout: idleMs };
  const { Agent: Plain } = nodeHttp();
  const { Agent: Secure } = nodeHttps();
  return { plain: new Plain(kept), secure: new Secure(kept) };
}

/** Whether a host is a private address, or this machine by name. */
function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 ? isLocalName(hostname) : isPrivateAddress(address);
}

/** The names that always mean this machine, whatever a resolver says. */
function isLocalName(hostname: string): boolean {
  return /^(?:.+\.)?localhost\.?$/.test(hostname);
}
