import { writeFileSync } from 'node:fs';

// Loaded into a measured process before its own code
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryMb: maxRSS / 1024 };
  writeFileSync(String(process.env['LLMCI_BENCH_USAGE']), JSON.stringify(usage));
});
