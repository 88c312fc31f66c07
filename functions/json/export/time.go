package export

import "time"

const (
	// timestamp is RFC 3339 in UTC with milliseconds, always 24 characters, in quotes.
	timestamp = dayForm + `15:04:05.000Z"`

	dayForm  = `"2006-01-02T`
	midnight = `00:00:00.000Z"`

	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// clock prints times. It remembers the day that it printed last, which is nearly always that of the next one.
type clock struct {
	day  int64 // since the Unix epoch
	text []byte
}

// appendTime appends a time in milliseconds since the Unix epoch. The decoder lets none through that is before it.
func (c *clock) appendTime(dst []byte, ms int64) []byte {
	if d := ms / day; d != c.day || c.text == nil {
		c.day = d
		c.text = time.UnixMilli(d*day).UTC().AppendFormat(c.text[:0], dayForm)
	}
	dst = append(append(dst, c.text...), midnight...)
	text := dst[len(dst)-len(midnight):]
	ms %= day
	two(text[0:], ms/hour)
	two(text[3:], ms/minute%60)
	two(text[6:], ms/second%60)
	text[9] += byte(ms % 1000 / 100)
	two(text[10:], ms%100)
	return dst
}

// two adds the two digits of a number to "00".
func two(text []byte, n int64) {
	text[0] += byte(n / 10)
	text[1] += byte(n % 10)
}
