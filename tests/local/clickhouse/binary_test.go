package clickhouse_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/clickhouse"
)

// fakeBinary puts a program named name on PATH that calls itself of a version: this test binary, playing ClickHouse.
func fakeBinary(t *testing.T, name, version string) {
	t.Helper()
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = --version ]; then echo '%s'; exit 0; fi\n%s=clickhouse exec '%s' \"$@\"\n", version, roleVariable, os.Args[0])
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestBinaryOnPath: a real server on PATH is preferred, started with our configuration, told apart by its PID and stopped. The
// server is played by this test binary, which knows a server's arguments, configuration, port, credentials and signals.
func TestBinaryOnPath(t *testing.T) {
	for name, version := range map[string]string{
		"clickhouse":        "ClickHouse local version 26.3.1.896 (official build).",
		"clickhouse-server": "ClickHouse server version 24.8.4.13 (official build).",
	} {
		t.Run(name, func(t *testing.T) {
			fakeBinary(t, name, version)
			s, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir(), User: "rum", Password: "<&'", Log: t.Output()})
			require.NoError(t, err)
			require.Equal(t, "clickhouse-server 26.3", s.Kind())
			require.Equal(t, "26.3.1.896 with <&'", ask(t, s))
			dsn, pid := s.DSN(), s.PID()
			require.NoError(t, s.Kill())
			require.True(t, gone(pid))
			require.NoError(t, s.Restart(t.Context()))
			require.Equal(t, dsn, s.DSN())
			pid = s.PID()
			require.NoError(t, s.Stop(t.Context()))
			require.True(t, gone(pid))
		})
	}
}

// TestOldBinary: Debian's server of 2018 is passed over in one clear line.
func TestOldBinary(t *testing.T) {
	fakeBinary(t, "clickhouse-server", "ClickHouse server version 18.16.1.")
	var log strings.Builder
	s, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir(), Log: &log})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(s.Kind(), "libchdb "), s.Kind())
	require.NoError(t, s.Stop(t.Context()))
	require.Contains(t, log.String(), "is passed over: it is of version 18.16, and 24 is the oldest that works\n")
}

// TestBinaryThatFails: the server's own words reach the caller.
func TestBinaryThatFails(t *testing.T) {
	fakeBinary(t, "clickhouse", "ClickHouse local version 26.3.1.896 (official build).")
	t.Setenv("RUMLINE_TEST_FAIL", "no space left on device")
	_, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir()})
	require.ErrorContains(t, err, "no space left on device")
}

// TestNothingThere: without npm and without a server, one line says how to get either.
func TestNothingThere(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := clickhouse.Start(t.Context(), clickhouse.Options{Dir: t.TempDir(), CacheDir: t.TempDir()})
	require.ErrorContains(t, err, clickhouse.EnvDSN)
	require.ErrorContains(t, err, "on PATH")
	require.ErrorContains(t, err, "npm")
	require.NotContains(t, err.Error(), "\n")
}

// playClickHouse answers as a ClickHouse server configured by the file in its arguments would.
func playClickHouse() int {
	if message := os.Getenv("RUMLINE_TEST_FAIL"); message != "" {
		fmt.Fprintln(os.Stderr, message)
		return 70
	}
	if err := serveAsClickHouse(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveAsClickHouse() error {
	file, ok := strings.CutPrefix(os.Args[len(os.Args)-1], "--config-file=")
	if !ok {
		return fmt.Errorf("arguments %q", os.Args)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var config struct {
		XMLName xml.Name `xml:"clickhouse"`
		Host    string   `xml:"listen_host"`
		Port    string   `xml:"http_port"`
		Secret  string   `xml:"users>rum>password"`
	}
	if err := xml.Unmarshal(text, &config); err != nil {
		return err
	}
	return http.ListenAndServe(net.JoinHostPort(config.Host, config.Port), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "rum" || password != config.Secret {
			http.Error(w, "Code: 516.", http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, "26.3.1.896 with %s", config.Secret)
	}))
}

func ask(t *testing.T, s *clickhouse.Server) string {
	t.Helper()
	address := strings.TrimSuffix(s.DSN(), "default")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

// gone says whether there is no such process any more.
func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
