package frontdoor

import (
	"net/http"
	"net/url"
	"regexp"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

var (
	functionPath = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/functions(?:/([^/]+)(?:/([^/]+)(?:/([^/]+))?)?)?/?$`)
	mappingPath  = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/event-source-mappings(?:/([^/]+))?/?$`)
)

// functionCall is a call of Lambda's API about a function: POST functions/{function}/{resource}/{item}.
type functionCall struct {
	operation string // "POST versions"; the functions themselves are the empty resource
	reference string // as the caller named the function: a name or an ARN
	name      string
	qualifier string
	item      string
}

func parseFunctionCall(r *http.Request) (functionCall, bool) {
	parts := functionPath.FindStringSubmatch(r.URL.EscapedPath())
	if parts == nil {
		return functionCall{}, false
	}
	for i, part := range parts {
		if unescaped, err := url.PathUnescape(part); err == nil {
			parts[i] = unescaped
		}
	}
	c := functionCall{operation: r.Method + " " + parts[2], reference: parts[1], item: parts[3]}
	c.name, c.qualifier = lambdahost.ParseName(parts[1])
	if q := r.URL.Query().Get("Qualifier"); q != "" {
		c.qualifier = q
	}
	return c, true
}
