// Package lambdahosttest gives tests a real Lambda function that does as they say.
package lambdahosttest

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const probe = "github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest/probe"

// build makes the function once a test binary; with an error it returns what the compiler said.
var build = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "probe-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", binary, probe)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return out, err
	}
	return os.ReadFile(binary)
})

// Zip is a deployment of the function. Zips with other comments are other deployments of it.
func Zip(t testing.TB, comment string) []byte {
	t.Helper()
	binary, err := build()
	require.NoError(t, err, "%s", binary)
	return ZipOf(t, "bootstrap", 0o755, binary, comment)
}

// ZipOf is a zip of one file.
func ZipOf(t testing.TB, name string, mode os.FileMode, content []byte, comment string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	header := &zip.FileHeader{Name: name, Method: zip.Store}
	header.SetMode(mode)
	f, err := w.CreateHeader(header)
	require.NoError(t, err)
	_, err = f.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.SetComment(comment))
	require.NoError(t, w.Close())
	return buffer.Bytes()
}

// Event is one invocation of the function, as it arrived at the test.
type Event struct {
	// Info is what the function knows of itself: Pid, Request-Id, Arn, Deadline, Dir, Version, Tmp, Label …
	Info    http.Header
	Payload []byte
}

// Reply tells the function what to do.
type Reply struct {
	// Do is "" to return Body, or error, panic, exit, hang, huge.
	Do    string
	Body  string
	Print []string
}

// Control is where the function asks: PROBE_URL. Decide runs in many goroutines at once, one per invocation.
func Control(t testing.TB, decide func(Event) Reply) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			return // the function was killed
		}
		reply := decide(Event{Info: r.Header, Payload: payload})
		w.Header().Set("Do", reply.Do)
		for _, line := range reply.Print {
			w.Header().Add("Print", line)
		}
		io.WriteString(w, reply.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
