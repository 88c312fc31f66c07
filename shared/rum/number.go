package rum

// integer reads the digits that begin at b[i], and returns their number and the index behind them. The index is 0 for
// what is no plain integer of at most 15 digits, or lies too near to the end of b to be read in words.
func integer(b []byte, i int) (v uint64, end int) {
	if len(b)-i <= 2*wordBytes {
		return 0, 0
	}
	w := word(b[i:])
	n := first(nonDigits(w))
	switch {
	case n == 0 || w&0xFF == '0' && n > 1:
		return 0, 0
	case n < wordBytes:
		v = leadingDigits(w, n)
	default:
		v = leadingDigits(w, wordBytes)
		w = word(b[i+wordBytes:])
		more := first(nonDigits(w))
		if more == wordBytes {
			return 0, 0
		}
		if more > 0 {
			v = v*powersOf10[more] + leadingDigits(w, more)
		}
		n += more
	}
	end = i + n
	if c := b[end]; c == '.' || c|0x20 == 'e' {
		return 0, 0
	}
	return v, end
}

var powersOf10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// decimal reads the number that begins at b[i], and returns it and the index behind it. The index is 0 for what has a
// sign or an exponent, more digits than a float64 holds exactly, or lies too near to the end of b to be read in words.
//
// A whole number below 2^53 and a power of ten up to 10^22 are exact as float64, so that their quotient is rounded once:
// it is the float64 next to the decimal number (Clinger, How to Read Floating Point Numbers Accurately, 1990).
func decimal(b []byte, i int) (v float64, end int) {
	if len(b)-i <= 2*wordBytes {
		return 0, 0
	}
	w := word(b[i:])
	n := first(nonDigits(w))
	if n == 0 || n == wordBytes || w&0xFF == '0' && n > 1 {
		return longDecimal(b, i)
	}
	end = i + n
	fraction := 0
	if b[end] == '.' {
		// The point is taken out of the word, and its digits are one number.
		whole := uint64(1)<<(8*n) - 1
		w = w&whole | w>>8&^whole
		digits := first(nonDigits(w))
		fraction = digits - n
		if fraction == 0 || digits == wordBytes-1 {
			return longDecimal(b, i)
		}
		n = digits
		end = i + 1 + n
	}
	if c := b[end]; c == '.' || c|0x20 == 'e' {
		return 0, 0
	}
	return float64(leadingDigits(w, n)) / exactPowers[fraction], end
}

var exactPowers = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// longDecimal is decimal for numbers that do not fit into a word.
func longDecimal(b []byte, i int) (v float64, end int) {
	begin := i
	digits := uint64(0)
	for i < len(b) && isDigit(b[i]) && digits < 1<<53 {
		digits = digits*10 + uint64(b[i]-'0')
		i++
	}
	if i == begin || b[begin] == '0' && i > begin+1 {
		return 0, 0
	}
	fraction := 0
	if i < len(b) && b[i] == '.' {
		i++
		for i < len(b) && isDigit(b[i]) && digits < 1<<53 {
			digits = digits*10 + uint64(b[i]-'0')
			fraction++
			i++
		}
		if fraction == 0 {
			return 0, 0
		}
	}
	if digits > 1<<53 || fraction >= len(exactPowers) || i == len(b) || isDigit(b[i]) || b[i] == '.' || b[i]|0x20 == 'e' {
		return 0, 0
	}
	return float64(digits) / exactPowers[fraction], i
}

func isDigit(c byte) bool { return c-'0' <= 9 }
