package place_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/oncall/place"
)

const (
	parameters = `{"Parameters":[
		{"Name":"/rumline/local/deployment","Value":"{\"workspace\":\"local\",\"environment\":\"local\",\"raw_bucket\":\"raw\"}"},
		{"Name":"/rumline/local/destinations/json","Value":"{\"queue_url\":\"q\"}"}]}`
	none = `{"Parameters":[]}`
)

// project is a working directory in a project of its own, with what the local stack has written, if anything.
func project(t *testing.T, stack string) {
	t.Helper()
	for _, name := range []string{
		"AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	root := t.TempDir()
	below := filepath.Join(root, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o644))
	if stack != "" {
		require.NoError(t, os.MkdirAll(filepath.Join(root, ".task"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, ".task", "local.json"), []byte(stack), 0o644))
	}
	t.Chdir(below)
}

func store(t *testing.T, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
	t.Cleanup(server.Close)
	return server.URL
}

func TestLocalStackIsFound(t *testing.T) {
	project(t, fmt.Sprintf(`{"endpoint":%q,"region":"us-east-1","access_key":"k","secret_key":"s"}`, store(t, parameters)))
	p, err := place.Open(t.Context(), "local")
	require.NoError(t, err)
	require.Equal(t, "raw", p.RawBucket)
	require.Equal(t, []string{"json"}, p.Names())
	require.False(t, p.Production())
}

func TestEndpointOfTheEnvironmentWins(t *testing.T) {
	project(t, `{"endpoint":"http://127.0.0.1:1","region":"us-east-1"}`)
	t.Setenv("AWS_ENDPOINT_URL", store(t, parameters))
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "k")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	_, err := place.Open(t.Context(), "local")
	require.NoError(t, err)
}

func TestNotThere(t *testing.T) {
	for name, test := range map[string]struct{ env, stack, want string }{
		"no name":      {"", "", "which environment?"},
		"no stack":     {"local", "", "no local stack runs in this project: `go tool task local` starts one"},
		"broken file":  {"local", "{", "read .task/local.json"},
		"empty file":   {"local", "{}", "lacks the endpoint"},
		"no region":    {"dev", "", "which region?"},
		"no workspace": {"local", fmt.Sprintf(`{"endpoint":%q,"region":"r","access_key":"k","secret_key":"s"}`, store(t, none)), "there is no workspace local here"},
	} {
		t.Run(name, func(t *testing.T) {
			project(t, test.stack)
			_, err := place.Open(t.Context(), test.env)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}
