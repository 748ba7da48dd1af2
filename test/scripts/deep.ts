import { spawnSync } from "node:child_process";

/** `npm run test:deep`: what takes minutes. Each part can be run alone, as printed; seeds are in the output. */
const VITEST = "npx vitest run";
const PARTS: { command: string; env?: Record<string, string> }[] = [
  { command: "npx tsx test/scripts/deepWorld.ts" },
  { command: "npx tsx test/scripts/faults.ts --check" },
  { command: `${VITEST} --project convex test/chaos/histories.test.ts`, env: { CHAOS_RUNS: "1500" } },
  {
    command: `${VITEST} --project convex test/deployment`,
    env: { DEPLOYMENT_SEEDS: "40", DEPLOYMENT_RUNS: "300" },
  },
  { command: `${VITEST} --project node test/e2e/kills.test.ts`, env: { KILLS: "30" } },
];

for (const { command, env = {} } of PARTS) {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  console.log(`\n> ${settings.join("")}${command}`);
  const { status } = spawnSync(command, { shell: true, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}
