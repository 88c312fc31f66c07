package screen_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/oncall/screen"
)

func TestAge(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 1499 * time.Millisecond: "1 s", 59 * time.Second: "59 s", 60 * time.Second: "1 min",
		61 * time.Second: "1 min 1 s", time.Hour: "1 h", 25*time.Hour + 59*time.Minute: "1 d 1 h", 90 * time.Minute: "1 h 30 min",
		14 * 24 * time.Hour: "14 d",
	} {
		require.Equal(t, want, screen.Age(d))
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 21, 0, 0, 0, time.FixedZone("elsewhere", 3600))
	require.Equal(t, "2026-11-23 19:58:00Z (2 min ago)", screen.At(now.Add(-2*time.Minute), now))
	require.Equal(t, "2026-11-23 20:02:00Z (in 2 min)", screen.At(now.Add(2*time.Minute), now))
	require.Equal(t, screen.Nothing, screen.At(time.Time{}, now))
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	require.Equal(t, `a\u001b[31m\xff`+"é\ufffd\n", screen.Printable("a\x1b[31m\xffé\ufffd\n"))
	var out strings.Builder
	table := screen.NewTable("key")
	table.Row("\x1b]0;title\a")
	table.Total("\x1b")
	require.NoError(t, table.Print(&out))
	require.NotContains(t, out.String(), "\x1b")
}

func TestCutAndBar(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a b", screen.Cut("a \n\tb", 3))
	require.Equal(t, "ab…", screen.Cut("abcd", 3))
	require.Equal(t, "äöü", screen.Cut("äöü", 3))
	require.Empty(t, screen.Bar(0, 9))
	require.Empty(t, screen.Bar(1, 0))
	require.Equal(t, "█", screen.Bar(1, 1_000_000))
	require.Equal(t, strings.Repeat("█", 30), screen.Bar(9, 9))
}
