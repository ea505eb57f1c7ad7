/**
 * The version of Millrace: that of package.json, which a bundle of a function does not have, and
 * which `npm run release` writes in both places.
 */
export const version = '0.1.0';
