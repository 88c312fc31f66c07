package bootstrap

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv(memoryVariable, "")
	require.NoError(t, limitMemory())
	require.Equal(t, before, debug.SetMemoryLimit(-1))

	t.Setenv(memoryVariable, "512")
	require.NoError(t, limitMemory())
	require.EqualValues(t, 429496729, debug.SetMemoryLimit(-1))

	t.Setenv(memoryVariable, "much")
	require.ErrorContains(t, limitMemory(), memoryVariable)
}
