package lambdahost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

func TestAFunctionSignsItsCallsWithItsRolesName(t *testing.T) {
	keys := make(chan string, 2)
	url := lambdahosttest.Control(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		keys <- e.Info.Get("Access-Key")
		return lambdahosttest.Reply{}
	})
	h := start(t, lambdahost.Options{})
	f := probe(t, url)
	for role, key := range map[string]string{
		"": "local", "arn:aws:iam::123456789012:role/probe": "probe", "arn:aws:iam::123456789012:role/a/path/probe-2": "probe-2",
	} {
		f.Role = role
		require.NoError(t, h.Deploy(f))
		_, err := h.Invoke(lambdahost.Request{Function: "probe"})
		require.NoError(t, err)
		require.Equal(t, key, <-keys)
		require.Equal(t, key, lambdahost.AccessKey(role))
		got, err := lambdahost.Credentials(role).Retrieve(t.Context())
		require.NoError(t, err)
		require.Equal(t, key, got.AccessKeyID)
	}
}
