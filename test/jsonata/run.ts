/**
 * Compares random JSONata expressions with the library of the version that AWS documents: `npm run
 * jsonata -- --runs 5000 --seed 1`. Fails with the expressions whose difference has no reason.
 */
import { parseArgs } from 'node:util';
import { runOracle } from './oracle.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const report = await runOracle(Number(values.runs), Number(values.seed));
console.log(`${report.runs} expressions (seed ${values.seed}): ${report.values} the same`);
for (const [reason, count] of report.explained) console.log(`${count} differ: ${reason}`);
for (const { expression, here, there } of report.unexplained.slice(0, 40)) {
  console.log(`unexplained: ${expression}\n  here:  ${here}\n  there: ${there}`);
}
if (report.unexplained.length > 0) {
  console.log(`${report.unexplained.length} differences have no reason`);
  process.exitCode = 1;
}
