/** Millrace's own version: package.json's. */
import manifest from '../../package.json' with { type: 'json' };

/** As `millrace --version` prints it. */
export const version: string = manifest.version;
