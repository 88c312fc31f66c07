package rum

import "fmt"

// members reads the object that begins at i, and returns the index behind it.
func (p *parser) members(i int) (int, error) {
	src, columns, rows := p.wide, p.block.columns, p.block.rows
	p.begun = true
	previous := uint8(0)
	i++
	for first := true; ; first = false {
		field, value := p.expected(i, previous, first)
		if field == 0 {
			key, end, err := nextMember(p.src, i, first)
			if err != nil || key < 0 {
				return end, err
			}
			name, after, err := p.name(key)
			if err != nil {
				return after, err
			}
			if field = namesOf.find(name); field == 0 {
				if i, err = p.unknown(name, after); err != nil {
					return i, err
				}
				continue
			}
			p.learn(field, previous)
			value = after
		}
		previous = field

		c := &columns[field-1]
		if value < len(p.src) && p.src[value] != 'n' {
			if len(c.Valid) != rows {
				c.resize(rows)
			}
			if rows == cap(c.Valid) {
				c.reserve(rows + 1)
			}
			end := 0
			switch c.kind {
			case String:
				end = c.quickString(src, value)
			case UUID:
				end = c.quickUUID(src, value)
			case Timestamp:
				end = c.quickTimestamp(src, value)
			case Uint8, Uint16, Uint32, Uint64:
				end = c.quickUint(src, value)
			case Float32, Float64:
				end = c.quickFloat(src, value)
			case Bool:
				end = c.quickBool(src, value)
			case StringList, StringMap: // are read by the letter
			}
			if end > 0 && end <= len(p.src) {
				i = end
				continue
			}
		}
		end, err := p.value(c, value)
		if err != nil {
			return end, err
		}
		i = end
	}
}

// expected finds the next member behind i when it is one that came behind the previous field before: by comparing bytes,
// without looking for the key's end. It returns the field, counted from 1, and the index of the value; field 0 says that
// the member has to be read to be known.
func (p *parser) expected(i int, previous uint8, first bool) (field uint8, value int) {
	src := p.wide
	if !first {
		if i >= len(src) || src[i] != ',' {
			return 0, 0
		}
		i++
	}
	if i < len(src) && src[i] == ' ' {
		i++
	}
	if len(src)-i < keyBytes {
		return 0, 0
	}
	b := (*[keyBytes]byte)(src[i:])
	w0, w1, w2, w3 := word(b[:]), word(b[8:]), word(b[16:]), word(b[24:])
	guesses := &p.follows[previous]
	field = guesses[0]
	k := &keysOf[field]
	if !k.is(w0, w1, w2, w3) {
		field = guesses[1]
		k = &keysOf[field]
		if !k.is(w0, w1, w2, w3) {
			return 0, 0
		}
		guesses[0], guesses[1] = field, guesses[0]
	}
	i += k.length
	if i > len(p.src) {
		return 0, 0
	}
	if i < len(p.src) && p.src[i] <= ' ' {
		i = skipSpace(p.src, i)
	}
	return field, i
}

// learn remembers what a field came behind.
func (p *parser) learn(field, previous uint8) {
	if guesses := &p.follows[previous]; guesses[0] != field {
		guesses[0], guesses[1] = field, guesses[0]
	}
}

// name reads the key of a member, which begins at key, and returns it with the index of the member's value.
func (p *parser) name(key int) (name []byte, value int, err error) {
	end, escaped, err := scanString(p.src, key)
	if err != nil {
		return nil, end, err
	}
	name = p.src[key+1 : end-1]
	if escaped {
		p.key = appendUnescaped(p.key[:0], name)
		name = p.key
	}
	value, err = scanColon(p.src, end)
	return name, value, err
}

// unknown keeps a member that the schema does not know.
func (p *parser) unknown(name []byte, i int) (int, error) {
	end, err := skipValue(p.src, i, 1)
	if err != nil {
		return end, err
	}
	value := p.src[i:end]
	p.nested = p.nested || value[0] == '{' || value[0] == '['
	switch {
	case value[0] == 'n':
		return end, nil
	case notFinite(value) > 0:
		p.fail(NotFinite, string(name), string(value))
		return end, nil
	case value[0] == '"':
		p.text = appendUnescaped(p.text[:0], value[1:len(value)-1])
		value = p.text
	}
	limit := fields[extraField].MaxChars
	if tooLong(name, limit) || tooLong(value, limit) {
		p.fail(StringTooLong, string(name[:min(len(name), limit)]), fmt.Sprintf("extra takes texts of %d characters", limit))
		return end, nil
	}
	p.extra.set(name, value)
	return end, nil
}
