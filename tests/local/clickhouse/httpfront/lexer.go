package httpfront

import "strings"

// token is a word, a quoted name or literal, or a single other character of a statement.
type token struct {
	text       string
	start, end int
	// depth counts the brackets around it.
	depth int
	word  bool
}

func (t token) is(keyword string) bool {
	return t.word && t.depth == 0 && strings.EqualFold(t.text, keyword)
}

// lexer cuts a statement into tokens, passing over white space and comments.
type lexer struct {
	sql   string
	at    int
	depth int
}

// next returns the next token; ok is false at the end.
func (l *lexer) next() (t token, ok bool) {
	l.skip()
	if l.at >= len(l.sql) {
		return token{}, false
	}
	start, depth, word := l.at, l.depth, false
	switch c := l.sql[l.at]; {
	case c == '\'' || c == '"' || c == '`':
		l.quoted(c)
	case isWord(c):
		word = true
		for l.at < len(l.sql) && isWord(l.sql[l.at]) {
			l.at++
		}
	default:
		l.at++
		switch c {
		case '(', '[', '{':
			l.depth++
		case ')', ']', '}':
			l.depth--
			depth = l.depth
		}
	}
	return token{text: l.sql[start:l.at], start: start, end: l.at, depth: depth, word: word}, true
}

func (l *lexer) skip() {
	for l.at < len(l.sql) {
		rest := l.sql[l.at:]
		switch {
		case strings.ContainsRune(" \t\r\n\f\v", rune(rest[0])):
			l.at++
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "#!"), strings.HasPrefix(rest, "# "):
			l.past(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			l.past(rest, "*/")
		default:
			return
		}
	}
}

func (l *lexer) past(rest, end string) {
	if i := strings.Index(rest, end); i >= 0 {
		l.at += i + len(end)
		return
	}
	l.at = len(l.sql)
}

// quoted moves behind a literal, in which a backslash or a doubled quote escapes.
func (l *lexer) quoted(quote byte) {
	for l.at++; l.at < len(l.sql); l.at++ {
		switch l.sql[l.at] {
		case '\\':
			l.at++
		case quote:
			if l.at+1 < len(l.sql) && l.sql[l.at+1] == quote {
				l.at++
				continue
			}
			l.at++
			return
		}
	}
	l.at = min(l.at, len(l.sql))
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
