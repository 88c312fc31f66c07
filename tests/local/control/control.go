// Package control lets a second terminal find a running local stack, and break what is in it.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rumline/rumline/tests/local"
)

// Access is what a second terminal has to know of a running stack.
type Access struct {
	Endpoint  string `json:"endpoint"`
	Region    string `json:"region"`
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	// Control is the URL of the control server.
	Control string `json:"control"`
}

// file is where a running stack leaves its Access, in the project's folder.
var file = filepath.Join(".task", "local.json")

// Server controls a stack until Close.
type Server struct {
	stack  *local.Stack
	server *http.Server
	path   string
}

// Start starts a server on a free port of 127.0.0.1, and writes down where it is. There is one at a time.
func Start(ctx context.Context, stack *local.Stack, d *local.Deployment) (*Server, error) {
	root, err := local.ProjectRoot()
	if err != nil {
		return nil, fmt.Errorf("start the control server: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the control server: %w", err)
	}
	s := &Server{stack: stack, path: filepath.Join(root, file)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /deployment", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(d) //nolint:errcheck,gosec // a client that is gone
	})
	mux.HandleFunc("POST /outage/{what}", s.outage)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener) //nolint:errcheck // always the error that says it was closed
	access := Access{stack.AWS.URL(), local.Region, local.TestKey, local.TestKey, "http://" + listener.Addr().String()}
	if err := s.write(access); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	return s, nil
}

func (s *Server) write(a Access) error {
	text, err := json.Marshal(a) //nolint:gosec // the keys are no secret: the emulator takes any
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path), 0o750)
	}
	if err == nil {
		err = os.WriteFile(s.path, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write down where the stack is: %w", err)
	}
	return nil
}

// Close ends the server, and the note of where it is.
func (s *Server) Close(ctx context.Context) error {
	err := errors.Join(os.Remove(s.path), s.server.Shutdown(ctx))
	if err != nil {
		return fmt.Errorf("stop the control server: %w", err)
	}
	return nil
}

func (s *Server) outage(w http.ResponseWriter, r *http.Request) {
	var err error
	switch what := r.PathValue("what"); what {
	case "start":
		err = s.stack.StartOutage() //nolint:contextcheck // a kill waits for nothing
	case "end":
		err = s.stack.EndOutage(context.WithoutCancel(r.Context()))
	default:
		err = fmt.Errorf("outage %s: start or end", what)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Remote is a running stack, seen from another process.
type Remote struct {
	Access
	Deployment local.Deployment
}

// Find finds the running stack.
func Find(ctx context.Context) (*Remote, error) {
	root, err := local.ProjectRoot()
	if err != nil {
		return nil, fmt.Errorf("find the stack: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return nil, fmt.Errorf("no local stack is running (%w): start one with `go tool task local`", err)
	}
	var r Remote
	if err := json.Unmarshal(text, &r.Access); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	answer, err := r.call(ctx, http.MethodGet, "deployment")
	if err != nil {
		return nil, fmt.Errorf("the local stack of %s does not answer (%w): is it still running?", file, err)
	}
	if err := json.Unmarshal(answer, &r.Deployment); err != nil {
		return nil, fmt.Errorf("read the deployment: %w", err)
	}
	return &r, nil
}

// StartOutage kills the stack's ClickHouse.
func (r *Remote) StartOutage(ctx context.Context) error {
	_, err := r.call(ctx, http.MethodPost, "outage/start")
	return err
}

// EndOutage starts the stack's ClickHouse again.
func (r *Remote) EndOutage(ctx context.Context) error {
	_, err := r.call(ctx, http.MethodPost, "outage/end")
	return err
}

func (r *Remote) call(ctx context.Context, method, path string) ([]byte, error) {
	target, err := url.JoinPath(r.Control, path)
	if err != nil {
		return nil, fmt.Errorf("control server: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, target, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("control server: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("control server: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("control server: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(string(answer)))
	}
	return answer, nil
}
