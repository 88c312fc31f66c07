// DuckDB reads the lines and writes a sorted Parquet file, with one thread. The job brings the statement.
import { DuckDBInstance } from '@duckdb/node-api';
import { serve } from './serve.mjs';

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
await serve(async (job) => {
  const result = await connection.runAndReadAll(job.sql);
  return Number(result.getRows()[0][0]);
});
process.exit(0);
