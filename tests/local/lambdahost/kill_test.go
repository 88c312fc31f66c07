package lambdahost_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

func TestKill(t *testing.T) {
	for name, kill := range map[string]func(h *lambdahost.Host, session string){
		"by function": func(h *lambdahost.Host, _ string) {
			assert.Zero(t, h.Kill("another"))
			assert.Equal(t, 1, h.Kill("probe"))
			assert.Zero(t, h.Kill("probe"), "it is gone")
		},
		"by session": func(h *lambdahost.Host, session string) {
			assert.False(t, h.KillSession("another"))
			assert.True(t, h.KillSession(session))
			assert.False(t, h.KillSession(session), "it is gone")
		},
	} {
		t.Run(name, func(t *testing.T) {
			sessions := make(chan string, 2)
			first := true
			url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
				sessions <- e.Info.Get("Session")
				if first {
					first = false
					return lambdahosttest.Reply{Do: "hang"}
				}
				return lambdahosttest.Reply{Body: `"fine"`}
			})
			h := start(t, lambdahost.Options{})
			require.NoError(t, h.Deploy(probe(t, url)))

			results := make(chan lambdahost.Result, 1)
			go func() {
				result, err := h.Invoke(lambdahost.Request{Function: "probe"})
				assert.NoError(t, err)
				results <- result
			}()
			killed := <-sessions
			kill(h, killed)
			result := <-results
			require.Equal(t, lambdahost.StatusCrash, result.Report.Status)
			require.Contains(t, string(result.Payload), "signal: killed")

			result, err := h.Invoke(lambdahost.Request{Function: "probe"})
			require.NoError(t, err)
			require.Equal(t, lambdahost.StatusSuccess, result.Report.Status, "a new process serves the next event")
			require.NotEqual(t, killed, <-sessions, "with a session of its own")
		})
	}
}
