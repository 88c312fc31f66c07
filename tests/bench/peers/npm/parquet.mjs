// What a team that knows Node.js writes as a Lambda: unzip, parse, and hand columns to a Parquet library.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { serve } from './serve.mjs';

await serve(async (job) => {
  const events = gunzipSync(readFileSync(job.in)).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  events.sort((a, b) => {
    for (const key of job.sorted) {
      if (a[key] < b[key]) return -1;
      if (a[key] > b[key]) return 1;
    }
    return 0;
  });
  const columnData = job.columns.map(({ name, type }) => ({
    name,
    type,
    nullable: true,
    data: events.map((event) => {
      const value = event[name];
      if (value === undefined || value === null) return undefined;
      if (type === 'INT64') return BigInt(value);
      if (type === 'TIMESTAMP') return new Date(value);
      return value;
    }),
  }));
  writeFileSync(job.out, Buffer.from(parquetWriteBuffer({ columnData })));
  return events.length;
});
