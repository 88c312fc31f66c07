// What a team that knows Node.js writes as a Lambda: unzip, parse, and give the events to ClickHouse's client.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createClient } from '@clickhouse/client';
import { serve } from './serve.mjs';

let client;
await serve(async (job) => {
  client ??= createClient({ url: job.sink, compression: { request: true } });
  const events = gunzipSync(readFileSync(job.in)).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  await client.insert({ table: 'rum_events', values: events, format: 'JSONEachRow' });
  return events.length;
});
await client?.close();
