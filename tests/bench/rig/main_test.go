package rig_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/rumline/rumline/tests/bench/rig"
)

// binaries are the functions, built once for all tests.
var binaries map[string]string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "rumline-rig-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if binaries, err = rig.Build(context.Background(), dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
