// What a team that knows Node.js writes as a Lambda: unzip, parse, write the known fields again, zip.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { serve } from './serve.mjs';

await serve(async (job) => {
  const lines = gunzipSync(readFileSync(job.in)).toString('utf8').split('\n').filter(Boolean);
  const out = lines.map((line) => JSON.stringify(JSON.parse(line)));
  writeFileSync(job.out, gzipSync(out.join('\n') + '\n'));
  return out.length;
});
