package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/rumline/rumline/tests/local/clickhouse/chdb"
	"github.com/rumline/rumline/tests/local/clickhouse/httpfront"
	"github.com/rumline/rumline/tests/local/clickhouse/launch"
)

// drainTime is how long running statements have to end when the server stops.
const drainTime = 3 * time.Second

// runLibrary serves libchdb through the HTTP front.
func runLibrary(ctx context.Context, config launch.Config, ready func(launch.Ready) error) error {
	listener, err := net.Listen("tcp", config.Address) //nolint:noctx // at once, or an error
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	library, err := chdb.Load(config.Library)
	if err != nil {
		return fmt.Errorf("libchdb: %w", err)
	}
	front, err := httpfront.New(httpfront.Config{
		Library: library, DataDir: config.DataDir, User: config.User, Password: config.Password,
	})
	if err != nil {
		return fmt.Errorf("libchdb: %w", err)
	}
	server := &http.Server{Handler: front, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := ready(launch.Ready{Address: listener.Addr().String(), Version: front.Version(), PID: os.Getpid()}); err != nil {
		return fmt.Errorf("say that all is ready: %w", err)
	}
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		// A statement that still runs holds the engine: the end of the process ends both, and the data is safe, as in a crash.
		fmt.Fprintf(os.Stderr, "chserver: statements that still ran after %s are cut off\n", drainTime)
		return nil
	}
	front.Close()
	// chdb_shutdown would come next, but it refuses (26.7.3) once there was a MergeTree table. The end of the process does.
	return nil
}
