package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/rumline/rumline/tests/local/clickhouse/launch"
)

// startTime is how long a real server has to answer its first ping; pollEvery is how often it is asked.
const (
	startTime = time.Minute
	pollEvery = 50 * time.Millisecond
)

// runBinary runs a real ClickHouse server on a port of its own and stops it when ctx ends.
func runBinary(ctx context.Context, config launch.Config, ready func(launch.Ready) error) error {
	address, err := freeAddress(config.Address)
	if err != nil {
		return err
	}
	file, err := writeConfig(config, address)
	if err != nil {
		return err
	}
	server := exec.Command(config.Binary, serverArguments(config.Binary, file)...) //nolint:noctx // stopped below
	server.Dir = config.DataDir
	server.Env = append(os.Environ(), "CLICKHOUSE_WATCHDOG_ENABLE=0") // else the PID would be a watchdog's
	server.Stdout, server.Stderr = os.Stderr, os.Stderr
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // out of the reach of Ctrl-C, as this process is
	if err := server.Start(); err != nil {
		return fmt.Errorf("start %s: %w", config.Binary, err)
	}
	exited := make(chan error, 1)
	go func() { exited <- server.Wait() }()

	version, err := waitReady(ctx, config, address, exited)
	if err == nil {
		err = ready(launch.Ready{Address: address, Version: version, PID: server.Process.Pid})
	}
	if err != nil {
		return errors.Join(err, ignoreFinished(server.Process.Kill()))
	}
	select {
	case err := <-exited:
		return fmt.Errorf("%s ended: %w", config.Binary, errors.Join(err, errors.New("see its log above")))
	case <-ctx.Done():
	}
	if err := ignoreFinished(server.Process.Signal(syscall.SIGTERM)); err != nil {
		return fmt.Errorf("stop %s: %w", config.Binary, err)
	}
	select {
	case err := <-exited:
		if _, ok := errors.AsType[*exec.ExitError](err); err == nil || ok {
			return nil // as it was told
		}
		return fmt.Errorf("stop %s: %w", config.Binary, err)
	case <-time.After(drainTime):
		return ignoreFinished(server.Process.Kill())
	}
}

func ignoreFinished(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// freeAddress settles a port 0: a ClickHouse server cannot say which port it was given.
func freeAddress(address string) (string, error) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // at once, or an error
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// serverArguments: the one binary `clickhouse` is told to be a server; `clickhouse-server` is one by its name.
func serverArguments(binary, config string) []string {
	if strings.HasSuffix(binary, "-server") {
		return []string{"--config-file=" + config}
	}
	return []string{"server", "--config-file=" + config}
}

// writeConfig writes the least configuration that a server starts with. user_files_path is the root, so that file() reads any
// absolute path, as libchdb's does.
func writeConfig(config launch.Config, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("address %s: %w", address, err)
	}
	var text strings.Builder
	element := func(name, value string) {
		fmt.Fprintf(&text, "<%s>", name)
		_ = xml.EscapeText(&text, []byte(value)) // a strings.Builder takes everything
		fmt.Fprintf(&text, "</%s>\n", name)
	}
	text.WriteString("<clickhouse>\n<logger><level>warning</level><console>1</console></logger>\n")
	element("listen_host", host)
	element("http_port", port)
	element("path", config.DataDir+"/")
	element("tmp_path", filepath.Join(config.DataDir, "tmp")+"/")
	element("user_files_path", "/")
	element("mark_cache_size", "67108864")
	text.WriteString("<user_directories><users_xml><path>server.xml</path></users_xml></user_directories>\n")
	text.WriteString("<profiles><default/></profiles>\n<quotas><default/></quotas>\n<users><" + config.User + ">\n")
	element("password", config.Password)
	text.WriteString("<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>\n")
	text.WriteString("<access_management>1</access_management></" + config.User + "></users>\n</clickhouse>\n")
	file := filepath.Join(config.DataDir, "server.xml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return "", fmt.Errorf("configure ClickHouse: %w", err)
	}
	return file, nil
}

// waitReady asks for the version until there is an answer.
func waitReady(ctx context.Context, config launch.Config, address string, exited <-chan error) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		version, err := askVersion(ctx, config, address)
		if err == nil {
			return version, nil
		}
		select {
		case exit := <-exited:
			return "", fmt.Errorf("%s ended while it started, see its log: %w", config.Binary, errors.Join(exit, err))
		case <-ctx.Done():
			return "", fmt.Errorf("%s does not answer: %w", config.Binary, err)
		case <-time.After(pollEvery):
		}
	}
}

func askVersion(ctx context.Context, config launch.Config, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/?query=SELECT%20version()", http.NoBody)
	if err != nil {
		return "", fmt.Errorf("ask for the version: %w", err)
	}
	request.SetBasicAuth(config.User, config.Password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("ask for the version: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return "", fmt.Errorf("ask for the version: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ask for the version: %s: %s", response.Status, body)
	}
	return strings.TrimSpace(string(body)), nil
}
