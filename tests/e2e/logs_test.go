package e2e

import (
	"encoding/json"
	"sync"

	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/local/lambdahost"
)

// logs are the reports of refused records, by destination and object.
type logs struct {
	mu       sync.Mutex
	rejected map[string]map[string][]rejection
}

type rejection struct {
	generate.Rejection
	Object string
}

func newLogs() *logs { return &logs{rejected: map[string]map[string][]rejection{}} }

func (l *logs) line(printed lambdahost.Line) {
	var line struct {
		Msg         string `json:"msg"`
		Destination string `json:"destination"`
		rejection
	}
	if json.Unmarshal([]byte(printed.Text), &line) != nil || line.Msg != "record rejected" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rejected[line.Destination] == nil {
		l.rejected[line.Destination] = map[string][]rejection{}
	}
	l.rejected[line.Destination][line.Object] = append(l.rejected[line.Destination][line.Object], line.rejection)
}

// of returns what a destination reported of the object with a key, whatever the object's version.
func (l *logs) of(destination, uri string) []generate.Rejection {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []generate.Rejection
	for object, rejected := range l.rejected[destination] {
		if object == uri || len(object) > len(uri) && object[:len(uri)+1] == uri+"?" {
			for _, r := range rejected {
				found = append(found, r.Rejection)
			}
		}
	}
	return found
}
