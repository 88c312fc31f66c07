package httpfront

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// request is an HTTP request in ClickHouse's terms.
type request struct {
	// body is the statement, followed by its data if it has any.
	body io.Reader
	// urlQuery is the query string's part of it.
	urlQuery         string
	database, format string
	queryID          string
	readOnly         bool
	// settings hold for this statement; parameters fill its {name:Type}.
	settings, parameters map[string]string
	// encoding is the HTTP content encoding of the answer, frames ClickHouse's own compression inside it.
	encoding, frames string
	// waitEnd holds the answer back until the statement has ended, so that its status is the statement's.
	waitEnd bool
	// protocol is set by clients that speak Native, and by no person with curl.
	protocol string
}

var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func parseRequest(r *http.Request) (*request, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return nil, exception(notImplemented, "NOT_IMPLEMENTED", "external tables (multipart/form-data) are not supported here")
	}
	out := &request{
		database:   r.Header.Get("X-ClickHouse-Database"),
		format:     r.Header.Get("X-ClickHouse-Format"),
		readOnly:   r.Method == http.MethodGet,
		encoding:   chooseEncoding(r.Header.Get("Accept-Encoding")),
		settings:   map[string]string{},
		parameters: map[string]string{},
	}
	body, err := contentDecoder(r.Header.Get("Content-Encoding"), r.Body)
	if err != nil {
		return nil, err
	}
	for name, values := range r.URL.Query() {
		value := values[len(values)-1]
		switch name {
		case "query":
			out.urlQuery = value
		case "database":
			out.database = value
		case "default_format":
			out.format = value
		case "query_id":
			out.queryID = value
		case "client_protocol_version":
			out.protocol = value
		case "compress":
			if truth(value) {
				out.frames = cmp.Or(out.frames, "LZ4")
			}
		case "decompress":
			if truth(value) {
				body = newFrameReader(body)
			}
		case "network_compression_method":
			if truth(r.URL.Query().Get("compress")) {
				out.frames = strings.ToUpper(value)
			}
		case "wait_end_of_query":
			out.waitEnd = truth(value)
		case "session_id", "role":
			return nil, exception(notImplemented, "NOT_IMPLEMENTED", name+" is not supported here: every request is a session of its own")
		case "user", "password", "quota_key", "buffer_size", "stacktrace", "session_timeout", "session_check", "enable_http_compression":
		default:
			if parameter, ok := strings.CutPrefix(name, "param_"); ok && parameter != "" {
				out.parameters[parameter] = value
				continue
			}
			if !settingName.MatchString(name) || name == "param_" {
				return nil, exception(badArguments, "BAD_ARGUMENTS", fmt.Sprintf("%q is no name of a setting", name))
			}
			out.settings[name] = value
		}
	}
	out.format = cmp.Or(out.format, "TabSeparated")
	if out.body = body; out.urlQuery != "" {
		out.body = io.MultiReader(strings.NewReader(out.urlQuery+"\n"), body)
	}
	return out, nil
}

func truth(value string) bool { return value == "1" || value == "true" }
