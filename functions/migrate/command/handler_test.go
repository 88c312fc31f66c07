package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/functions/clickhouse/clickhousetest"
	"github.com/rumline/rumline/functions/clickhouse/connection"
	"github.com/rumline/rumline/functions/clickhouse/topology"
	"github.com/rumline/rumline/functions/migrate/command"
	"github.com/rumline/rumline/shared/failure"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Run(m)) }

// secret is a Secrets Manager that has one.
type secret string

func (s secret) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	return &secretsmanager.GetSecretValueOutput{SecretString: (*string)(&s)}, nil
}

func handler(t *testing.T) command.Handler {
	t.Helper()
	return command.Handler{
		Server:  connection.Config{DSNSecret: "arn", Topology: topology.Topology{Kind: topology.Single}},
		Secrets: secret(clickhousetest.DSN(t, nil)),
		Log:     slog.New(slog.DiscardHandler),
	}
}

// What the function is sent and answers is what the deployment reads, to the letter.
func TestFunction(t *testing.T) {
	function := lambda.NewHandler(handler(t).Handle)
	invoke := func(payload string) string {
		answer, err := function.Invoke(t.Context(), []byte(payload))
		require.NoError(t, err)
		return string(answer)
	}
	const all = `["00001_rum_events.sql","00002_rum_vitals_1m.sql","00003_rum_vitals.sql"]`
	require.JSONEq(t, `{"topology":"single","applied":[],"pending":`+all+`,"new":[],"version":0}`, invoke(`{"command":"status"}`))
	require.JSONEq(t, `{"topology":"single","applied":`+all+`,"pending":[],"new":`+all+`,"version":3}`, invoke(`{"command":"up"}`))
	require.JSONEq(t, `{"topology":"single","applied":`+all+`,"pending":[],"new":[],"version":3}`, invoke(`{"command":"up"}`))
	require.JSONEq(t, `{"topology":"single","applied":`+all+`,"pending":[],"new":[],"version":3}`, invoke(`{"command":"status"}`))
}

func TestTwoAtOnce(t *testing.T) {
	h := handler(t)
	group, ctx := errgroup.WithContext(t.Context())
	for range 2 {
		group.Go(func() error {
			answer, err := h.Handle(ctx, command.Event{Command: command.Up})
			if err == nil && len(answer.Pending) > 0 {
				t.Errorf("pending after up: %v", answer.Pending)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	answer, err := h.Handle(t.Context(), command.Event{Command: command.Status})
	require.NoError(t, err)
	require.Equal(t, int64(3), answer.Version)
	require.Empty(t, answer.Pending)
}

// Errors have a type that the deployment can tell apart, and the log has them without the password.
func TestErrors(t *testing.T) {
	for name, test := range map[string]struct {
		command string
		change  func(*command.Handler)
		want    failure.Code
		says    string
	}{
		"no command":      {"", func(*command.Handler) {}, failure.MalformedMessage, `must be "up" or "status"`},
		"another command": {"down", func(*command.Handler) {}, failure.MalformedMessage, `"down"`},
		"no server":       {"up", func(h *command.Handler) { h.Server.DSNSecret = "" }, failure.DestinationRefused, "RUMLINE_CLICKHOUSE_DSN"},
		"nobody there": {"up", func(h *command.Handler) {
			h.Secrets = secret("http://u:" + clickhousetest.Password + "@127.0.0.1:1/d")
		}, failure.DestinationUnavailable, "127.0.0.1:1"},
		"no such user": {"up", func(h *command.Handler) {
			h.Secrets = secret(clickhousetest.DSN(t, func(dsn *url.URL) { dsn.User = url.UserPassword("nobody", clickhousetest.Password) }))
		}, failure.DestinationRefused, "516"},
		"a cluster that is none": {"up", func(h *command.Handler) {
			h.Server.Topology = topology.Topology{Kind: topology.Replicated, Cluster: "none"}
		}, failure.DestinationRefused, "CLUSTER_DOESNT_EXIST"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := handler(t)
			h.Log = slog.New(slog.NewJSONHandler(&log, nil))
			test.change(&h)
			_, err := h.Handle(t.Context(), command.Event{Command: test.command})
			var typed messages.InvokeResponse_Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, string(test.want), typed.Type, typed.Message)
			require.Contains(t, typed.Message, test.says)
			var line struct{ Code, Error string }
			require.NoError(t, json.Unmarshal(log.Bytes(), &line))
			require.Equal(t, typed.Type, line.Code)
			require.Equal(t, typed.Message, line.Error)
			require.NotContains(t, log.String(), clickhousetest.Password)
		})
	}
}
