package screen

import (
	"fmt"
	"time"
)

// Nothing stands for what is not known.
const Nothing = "–"

// At is a time in UTC, and how long ago it was.
func At(t, now time.Time) string {
	if t.IsZero() {
		return Nothing
	}
	stamp := t.UTC().Format("2006-01-02 15:04:05Z")
	if t.After(now) {
		return fmt.Sprintf("%s (in %s)", stamp, Age(t.Sub(now)))
	}
	return fmt.Sprintf("%s (%s ago)", stamp, Age(now.Sub(t)))
}

// Age is a duration in its two largest units.
func Age(d time.Duration) string {
	const day = 24 * time.Hour
	d = max(d, 0).Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return pair(int64(d/time.Minute), "min", int64(d%time.Minute/time.Second), "s")
	case d < day:
		return pair(int64(d/time.Hour), "h", int64(d%time.Hour/time.Minute), "min")
	default:
		return pair(int64(d/day), "d", int64(d%day/time.Hour), "h")
	}
}

func pair(a int64, unitA string, b int64, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}
