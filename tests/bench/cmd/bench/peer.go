package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/bench/peers"
	"github.com/rumline/rumline/tests/bench/peers/naive"
	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
)

// peer does jobs until in ends.
func peer(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("which peer: chdb, clickhouse, decode, json or parquet?")
	}
	switch args[0] {
	case "parquet":
		return peers.Serve(in, out, func(j peers.Job) (int, error) { return naive.Parquet(j.In, j.Out) })
	case "json":
		return peers.Serve(in, out, func(j peers.Job) (int, error) { return naive.JSON(j.In, j.Out) })
	case "clickhouse":
		return peers.Serve(in, out, func(j peers.Job) (int, error) { return naive.ClickHouse(ctx, j.In, j.Sink) })
	case "decode":
		return peers.Serve(in, out, func(j peers.Job) (int, error) { return decode(j.In) })
	case "chdb":
		return engine(args[1:], in, out)
	default:
		return fmt.Errorf("%q is no peer", args[0])
	}
}

// decode unzips and decodes, as the functions do, and writes nothing. It fills blocks of the function's size.
func decode(path string) (rows int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("open the input: %w", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(bufio.NewReaderSize(file, 64<<10))
	if err != nil {
		return 0, fmt.Errorf("open the input: %w", err)
	}
	const blockRows = 100_000
	decoder, block := rum.NewDecoder(plain, path), rum.NewBlock()
	for {
		err := decoder.Next(block)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, fmt.Errorf("decode event %d: %w", rows+1, err)
		}
		rows++
		if block.Len() == blockRows {
			block.Reset()
		}
	}
}

// engine runs statements in ClickHouse's engine.
func engine(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("where is libchdb?")
	}
	library, err := chdb.Load(args[0])
	if err != nil {
		return fmt.Errorf("libchdb: %w", err)
	}
	dir, err := os.MkdirTemp("", "rumline-chdb-")
	if err != nil {
		return fmt.Errorf("make a folder for libchdb: %w", err)
	}
	defer os.RemoveAll(dir) // what stays is litter in a temporary folder
	connection, err := library.Connect(dir)
	if err != nil {
		return fmt.Errorf("libchdb: %w", err)
	}
	defer connection.Close()
	return peers.Serve(in, out, func(j peers.Job) (int, error) {
		if err := connection.Exec(j.SQL); err != nil {
			return 0, fmt.Errorf("libchdb: %w", err)
		}
		return 0, nil // the file tells
	})
}
