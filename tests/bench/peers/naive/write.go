package naive

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/parquet-go/parquet-go"

	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/destination"
)

// Parquet writes the events of a file row by row.
func Parquet(in, out string) (rows int, err error) {
	file, err := os.Create(out)
	if err != nil {
		return 0, fmt.Errorf("make the output: %w", err)
	}
	defer file.Close()
	w := parquet.NewWriter(file, parquetSchema, parquet.Compression(&parquet.Zstd))
	rows, err = read(in, w.Write)
	if err != nil {
		return rows, err
	}
	if err := w.Close(); err != nil {
		return rows, fmt.Errorf("end the output: %w", err)
	}
	return rows, nil
}

var parquetSchema = parquet.SchemaOf(zero())

// JSON writes the events of a file as gzipped NDJSON.
func JSON(in, out string) (rows int, err error) {
	file, err := os.Create(out)
	if err != nil {
		return 0, fmt.Errorf("make the output: %w", err)
	}
	defer file.Close()
	packed := gzip.NewWriter(file)
	rows, err = read(in, json.NewEncoder(packed).Encode)
	if err != nil {
		return rows, err
	}
	if err := packed.Close(); err != nil {
		return rows, fmt.Errorf("end the output: %w", err)
	}
	return rows, nil
}

// ClickHouse inserts the events of a file, by struct.
func ClickHouse(ctx context.Context, in, server string) (rows int, err error) {
	options, err := connection.Config{DSN: connection.DSN(server + "/rum")}.Options(ctx, nil)
	if err != nil {
		return 0, err
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return 0, fmt.Errorf("open ClickHouse: %w", err)
	}
	defer conn.Close()
	ctx = clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(destination.Columns()))
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO "+destination.Table)
	if err != nil {
		return 0, fmt.Errorf("begin the insert: %w", err)
	}
	rows, err = read(in, batch.AppendStruct)
	if err != nil {
		return rows, err
	}
	if err := batch.Send(); err != nil {
		return rows, fmt.Errorf("send the insert: %w", err)
	}
	return rows, nil
}
