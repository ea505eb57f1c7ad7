/** Runs one of the examples that have a program: npm run example -- NAME */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
const [name = ''] = process.argv.slice(2);

if (names.includes(name)) {
  const { run } = await import(join(folder, name, 'main.ts'));
  await run(console.log);
} else {
  console.error(`npm run example -- NAME, where NAME is one of ${names.join(', ')}`);
  process.exitCode = 2;
}
