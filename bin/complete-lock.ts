/**
 * Adds to package-lock.json the optional packages of other platforms that `npm install` left out
 * because its registry did not have them. Without their names `npm ci` refuses the lock file. `npm
 * run lock` runs it after every change of dependencies; `test/lock-file.test.ts` tells when it was
 * forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'arm'];

/** What is read and written of an entry of a lock file. */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** The entries that a lock file's `packages` lack. */
export function missingPackages(packages: LockedPackages): LockedPackages {
  const missing: Record<string, LockedPackage> = {};
  for (const { optionalDependencies = {}, dev, license } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      if (path in packages) continue;
      missing[path] = {
        version,
        ...platformOf(name),
        ...(dev && { dev }),
        ...(license && { license }),
        optional: true,
      } as LockedPackage;
    }
  }
  return missing;
}

/** What a package's name says about the platform it is for. */
function platformOf(name: string): object {
  const system = systems.find((candidate) => name.includes(candidate));
  const processor = processors.find((candidate) => name.includes(candidate));
  return {
    ...(processor && { cpu: [processor] }),
    ...(system === 'linux' && { libc: [name.includes('musl') ? 'musl' : 'glibc'] }),
    ...(system && { os: [system] }),
  };
}

if (import.meta.main) {
  const path = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const packages = { ...lock.packages, ...missingPackages(lock.packages) };
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
  );
}
