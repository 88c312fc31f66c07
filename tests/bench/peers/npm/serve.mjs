// A job a line on standard input, its result a line on standard output: what bench's peers have in common.
import { createInterface } from 'node:readline';

export async function serve(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const cpu = process.cpuUsage();
    const begin = process.hrtime.bigint();
    let answer;
    try {
      const rows = await run(job);
      const used = process.cpuUsage(cpu);
      answer = { rows, cpu_us: used.user + used.system, wall_us: Number((process.hrtime.bigint() - begin) / 1000n) };
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
}
