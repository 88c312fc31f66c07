package lambdahost

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPUTime(t *testing.T) {
	t.Parallel()
	before := cpuTime(os.Getpid())
	require.Positive(t, before)
	for begin := time.Now(); time.Since(begin) < 20*time.Millisecond; { // it is to use the processor
	}
	require.Greater(t, cpuTime(os.Getpid()), before)
	require.Zero(t, cpuTime(1<<22+1), "the kernel gives no such number")
}
