// Command chserver runs a ClickHouse for the local stack and lives no longer than the process that started it: it reads its
// configuration as one line of JSON from standard input, says where it listens in one line of JSON on standard output, and stops
// when standard input ends.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/rumline/rumline/tests/local/clickhouse/launch"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "chserver:", err)
		os.Exit(1)
	}
}

func run() error {
	// Ctrl-C reaches the whole process group. The parent decides when its database goes, and says so on standard input.
	signal.Ignore(syscall.SIGINT)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the configuration from standard input: %w", err)
	}
	var config launch.Config
	if err := json.Unmarshal(line, &config); err != nil {
		return fmt.Errorf("read the configuration from standard input: %w", err)
	}
	go func() {
		_, _ = input.WriteTo(discard{}) // ends when the parent closes its end, or is gone
		stop()
	}()
	ready := func(r launch.Ready) error { return json.NewEncoder(os.Stdout).Encode(r) }
	if config.Binary != "" {
		return runBinary(ctx, config, ready)
	}
	return runLibrary(ctx, config, ready)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
