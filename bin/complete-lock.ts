/**
 * Adds the optional packages of other platforms to package-lock.json that `npm install` omits when
 * its registry does not have them; `npm ci` refuses a lock file without them. `npm run lock` runs
 * it after every change of dependencies, and `test/lock-file.test.ts` fails when it was not run.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'arm'];

/** The fields of a lock file's entry that are read or written. */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** Returns the entries that are missing in the `packages` of a lock file. */
export function missingPackages(packages: LockedPackages): LockedPackages {
  const missing: Record<string, LockedPackage> = {};
  for (const { optionalDependencies = {}, dev, license } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      // A range is that of a package with its dependencies inside: npm has chosen a version.
      if (path in packages || !/^\d/.test(version)) continue;
      missing[path] = {
        version,
        ...findPlatform(name),
        ...(dev && { dev }),
        ...(license && { license }),
        optional: true,
      } as LockedPackage;
    }
  }
  return missing;
}

/** Returns the platform in the name of a package, as fields of its entry. */
function findPlatform(name: string): object {
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
