// Package clickhouse gives the local stack and the tests a ClickHouse, by the first way that is open: the server that
// RUMLINE_CLICKHOUSE_DSN names, a ClickHouse binary on PATH, or libchdb, the same engine as a shared library, fetched once into the
// user's cache and put behind an HTTP front.
package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/rumline/rumline/tests/local/clickhouse/launch"
)

// EnvDSN names a server of the user's own. It is used and never stopped.
const EnvDSN = "RUMLINE_CLICKHOUSE_DSN"

// Options say where a ClickHouse may write and who may use it.
type Options struct {
	// Dir is the data directory. It is made if missing and never removed: it is the caller's.
	Dir string
	// CacheDir keeps what was fetched; by default $RUMLINE_CACHE, else rumline in the user's cache directory.
	CacheDir string
	// User and Password are the only credentials let in. By default user "default" without a password.
	User, Password string
	// Log takes the server's own log and what is being fetched; nil drops it.
	Log io.Writer
}

// Server is a running ClickHouse. Its methods are not safe for concurrent use, but for DSN, Kind and PID.
type Server struct {
	options Options
	// dsn is set for an external server alone, process for one of ours.
	dsn     string
	kind    string
	program string
	config  launch.Config
	process *process
}

// errNone says how to get a ClickHouse where none is to be had.
var errNone = errors.New("no ClickHouse: set " + EnvDSN + " to a server's DSN (clickhouse://user:password@host:9000/database), " +
	"or put a clickhouse binary of version 24 or later on PATH (https://clickhouse.com/docs/install), " +
	"or use linux/amd64 with glibc and npm, where libchdb is fetched by itself")

// Start finds a ClickHouse and waits until it answers. The context bounds the start alone; the server lives until Stop, or until
// the calling process ends, however it ends.
func Start(ctx context.Context, options Options) (*Server, error) {
	if options.Log == nil {
		options.Log = io.Discard
	}
	if dsn := os.Getenv(EnvDSN); dsn != "" {
		return external(ctx, dsn)
	}
	if options.User == "" {
		options.User = "default"
	}
	if !plainUser.MatchString(options.User) {
		return nil, fmt.Errorf("clickhouse: user %q: letters, digits and underscores only", options.User)
	}
	if options.Dir == "" {
		return nil, errors.New("clickhouse: Options.Dir is empty")
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	options.Dir = dir
	if options.CacheDir == "" {
		if options.CacheDir, err = defaultCache(); err != nil {
			return nil, fmt.Errorf("clickhouse: %w", err)
		}
	}
	s := &Server{options: options, config: launch.Config{
		DataDir: filepath.Join(dir, "data"), Address: "127.0.0.1:0", User: options.User, Password: options.Password,
	}}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	if err := s.launch(ctx); err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	return s, nil
}

// DSN is what clickhouse.ParseDSN of clickhouse-go takes.
func (s *Server) DSN() string {
	if s.dsn != "" {
		return s.dsn
	}
	dsn := url.URL{Scheme: "http", Host: s.config.Address, Path: "/default", User: url.UserPassword(s.options.User, s.options.Password)}
	if s.options.Password == "" {
		dsn.User = url.User(s.options.User)
	}
	return dsn.String()
}

// Kind says which ClickHouse it is: "external", "clickhouse-server 26.3" or "libchdb 26.7".
func (s *Server) Kind() string { return s.kind }

// PID is the process that holds the data: 0 if it is external or does not run.
func (s *Server) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.ready.PID
}

// Kill ends the server at once, as a crash would (SIGKILL), and waits until it is gone. Restart brings it back.
func (s *Server) Kill() error {
	if s.dsn != "" {
		return fmt.Errorf("clickhouse: the server of %s is the user's own and is not killed", EnvDSN)
	}
	if s.process == nil {
		return errors.New("clickhouse: it does not run")
	}
	err := s.process.kill(context.Background())
	s.process = nil
	return err
}

// Restart stops the server if it runs, and starts it again with the same data on the same port.
func (s *Server) Restart(ctx context.Context) error {
	if s.dsn != "" {
		return fmt.Errorf("clickhouse: the server of %s is the user's own and is not restarted", EnvDSN)
	}
	if err := s.Stop(ctx); err != nil {
		return err
	}
	if err := s.launch(ctx); err != nil {
		return fmt.Errorf("clickhouse: restart: %w", err)
	}
	return nil
}

// Stop lets running statements end, for some seconds and until ctx ends, and waits until the process is gone and with it its
// port. It leaves the data, and an external server, alone. To stop what does not run is no error.
func (s *Server) Stop(ctx context.Context) error {
	if s.process == nil {
		return nil
	}
	err := s.process.stop(ctx)
	s.process = nil
	return err
}

// prepare finds the engine and builds the program that runs it.
func (s *Server) prepare(ctx context.Context) error {
	binary, refused := findBinary(ctx)
	switch {
	case binary != "":
		s.config.Binary = binary
	case libraryKnown():
		library, err := fetchLibrary(ctx, s.options.CacheDir, s.options.Log)
		if err != nil {
			return errors.Join(err, refused)
		}
		s.config.Library = library
	default:
		return errors.Join(errNone, refused)
	}
	if refused != nil {
		fmt.Fprintln(s.options.Log, refused)
	}
	for _, dir := range []string{s.options.Dir, s.config.DataDir} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("make the data directory: %w", err)
		}
	}
	s.program = filepath.Join(s.options.Dir, "chserver")
	return buildProgram(ctx, s.program)
}

// launch starts the program and keeps the port that it was given.
func (s *Server) launch(ctx context.Context) error {
	process, err := startProcess(ctx, s.program, s.config, s.options.Log)
	if err != nil {
		return err
	}
	s.process = process
	s.config.Address = process.ready.Address
	name := "libchdb"
	if s.config.Binary != "" {
		name = "clickhouse-server"
	}
	s.kind = name + " " + majorMinor(process.ready.Version)
	return nil
}

func defaultCache() (string, error) {
	if dir := os.Getenv("RUMLINE_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory (or set RUMLINE_CACHE): %w", err)
	}
	return filepath.Join(dir, "rumline"), nil
}
