package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShiftedClock(t *testing.T) {
	for name, test := range map[string]struct{ call, passed, answer, returned string }{
		"a put": {
			`{"Item":{"id":{"S":"a"},"lease":{"N":"5000"}}}`, `{"Item":{"id":{"S":"a"},"lease":{"N":"6000"}}}`, `{}`, `{}`,
		},
		"a get": {`{"Key":{"id":{"S":"a"}}}`, `{"Key":{"id":{"S":"a"}}}`, `{"Item":{"lease":{"N":"6000"}}}`, `{"Item":{"lease":{"N":"5000"}}}`},
		"a condition that fails": {
			`{"Item":{"lease":{"N":"1"}}}`, `{"Item":{"lease":{"N":"1001"}}}`,
			`{"__type":"x","Item":{"lease":{"N":"9000"}}}`, `{"__type":"x","Item":{"lease":{"N":"8000"}}}`,
		},
		"an insert of several": {
			`{"Statements":[{"Statement":"INSERT INTO \"t\" VALUE {'id': ?, 'lease': ?}","Parameters":[{"S":"a"},{"N":"1"}]},` +
				`{"Statement":"INSERT INTO \"t\" VALUE {'lease': ?, 'id': ?}","Parameters":[{"N":"2"},{"S":"b"}]},` +
				`{"Statement":"INSERT INTO \"t\" VALUE {'id': ?}","Parameters":[{"S":"c"}]}]}`,
			`{"Statements":[{"Statement":"INSERT INTO \"t\" VALUE {'id': ?, 'lease': ?}","Parameters":[{"S":"a"},{"N":"1001"}]},` +
				`{"Statement":"INSERT INTO \"t\" VALUE {'lease': ?, 'id': ?}","Parameters":[{"N":"1002"},{"S":"b"}]},` +
				`{"Statement":"INSERT INTO \"t\" VALUE {'id': ?}","Parameters":[{"S":"c"}]}]}`,
			`{"Responses":[{},{},{}]}`, `{"Responses":[{},{},{}]}`,
		},
		"members, which have no lease": {`{"Item":{"members":{"B":"AA=="}}}`, `{"Item":{"members":{"B":"AA=="}}}`, `{}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			var passed []byte
			next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				passed, _ = io.ReadAll(r.Body)
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, test.answer)
			})
			w := httptest.NewRecorder()
			shifted(next, time.Second).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.call)))
			require.JSONEq(t, test.passed, string(passed))
			require.JSONEq(t, test.returned, w.Body.String())
			require.Equal(t, http.StatusBadRequest, w.Code)
		})
	}
}

func TestClocksTakeTurns(t *testing.T) {
	c := clocks{bySession: map[string]time.Duration{}}
	skew, _ := c.of("early", false)
	require.Zero(t, skew)
	wrong := 0
	for _, session := range []string{"a", "b", "c", "d"} {
		first, begins := c.of(session, true)
		if begins {
			wrong++
		}
		again, begins := c.of(session, false)
		require.Equal(t, first, again, "a clock stays as it is")
		require.False(t, begins)
	}
	require.Equal(t, 2, wrong)
}
