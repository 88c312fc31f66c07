package rum

// parseTime reads the time that b begins with, in the forms of RFC 3339 that programs write: seconds or milliseconds,
// Z or an offset, of the years 2000 to 2099. It returns milliseconds since the Unix epoch and the length of the text,
// which is 0 for any other form.
func parseTime(b []byte) (ms int64, n int) {
	const (
		seconds = len("2006-01-02T15:04:05")
		longest = len("2006-01-02T15:04:05.000+07:00")
	)
	if len(b) < longest {
		return 0, 0
	}
	if b[0] != '2' || b[1] != '0' || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return 0, 0
	}
	year, month, day := twoDigits(b[2:]), twoDigits(b[5:]), twoDigits(b[8:])
	hour, minute, second := twoDigits(b[11:]), twoDigits(b[14:]), twoDigits(b[17:])
	if year > 99 || month-1 > 11 || day-1 >= daysOf(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, 0
	}
	leapDays := (year + 3) / 4 // of the years before, of which every fourth from 2000 on has one
	if month > 2 && year%4 == 0 {
		leapDays++
	}
	days := daysTo2000 + 365*year + leapDays + daysBefore[month-1] + day - 1
	ms = ((int64(days)*24+int64(hour))*60+int64(minute))*60_000 + int64(second)*1000

	n = seconds
	if b[n] == '.' {
		tens, last := twoDigits(b[n+1:]), uint(b[n+3]-'0')
		if tens > 99 || last > 9 {
			return 0, 0
		}
		ms += int64(10*tens + last)
		n += len(".000")
	}
	switch sign := b[n]; sign {
	case 'Z':
		return ms, n + 1
	case '+', '-':
		hours, minutes := twoDigits(b[n+1:]), twoDigits(b[n+4:])
		if b[n+3] != ':' || hours > 23 || minutes > 59 {
			return 0, 0
		}
		offset := int64(60*hours+minutes) * 60_000
		if sign == '+' {
			offset = -offset
		}
		return ms + offset, n + len("+07:00")
	default:
		return 0, 0
	}
}

// daysTo2000 is the day 2000-01-01, counted from the Unix epoch.
const daysTo2000 = 10957

// daysBefore are the days of a common year before each of its months, and before the next year.
var daysBefore = [...]uint{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// daysOf is the length of a month from 1 to 12, in a year counted from 2000.
func daysOf(year, month uint) uint {
	if month == 2 && year%4 == 0 {
		return 29
	}
	return daysBefore[month] - daysBefore[month-1]
}

// twoDigits is the number that b begins with; over 99 when it does not begin with two digits.
func twoDigits(b []byte) uint {
	tens, units := uint(b[0]-'0'), uint(b[1]-'0')
	if tens > 9 || units > 9 {
		return 100
	}
	return 10*tens + units
}
