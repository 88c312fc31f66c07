package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/notify/webhook"
)

const (
	secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rumline-test-slack-webhook"
	token  = "/services/T000/B000/very-secret"
)

var hello = &slack.WebhookMessage{Text: "hello"}

func TestPosts(t *testing.T) {
	t.Parallel()
	server := newSlack(t, http.StatusOK)
	vault := &vault{values: []string{server.URL + token + "\n"}}
	w := webhook.Webhook{Secret: secret, Secrets: vault, Client: server.Client()}
	for range 3 {
		require.NoError(t, w.Post(t.Context(), hello))
	}
	assert.Equal(t, []string{"hello", "hello", "hello"}, server.texts())
	assert.Equal(t, 1, vault.reads, "the secret is read once")
}

func TestRotated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			old, renewed := newSlack(t, status), newSlack(t, http.StatusOK)
			vault := &vault{values: []string{old.URL + token, renewed.URL + token}}
			w := webhook.Webhook{Secret: secret, Secrets: vault, Client: old.Client()}
			require.NoError(t, w.Post(t.Context(), hello))
			require.NoError(t, w.Post(t.Context(), hello))
			assert.Len(t, old.texts(), 1)
			assert.Len(t, renewed.texts(), 2)
			assert.Equal(t, 2, vault.reads)
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	tests := map[string]struct {
		vault *vault
		want  string
	}{
		"revoked":             {&vault{values: []string{newSlack(t, http.StatusForbidden).URL + token}}, "put-secret-value --secret-id " + secret},
		"Slack is down":       {&vault{values: []string{newSlack(t, http.StatusBadGateway).URL + token}}, "post to Slack: it answers 502"},
		"refused":             {&vault{values: []string{newSlack(t, http.StatusBadRequest).URL + token}}, "post to Slack: it answers 400"},
		"nobody there":        {&vault{values: []string{gone.URL + token}}, "post to Slack: dial tcp"},
		"never set":           {&vault{err: &types.ResourceNotFoundException{}}, "the Slack webhook is not set: set it with `aws secretsmanager put-secret-value --secret-id " + secret},
		"not allowed to read": {&vault{err: errors.New("access denied")}, "read the Slack webhook's secret: access denied"},
		"no URL":              {&vault{values: []string{"very-secret"}}, "is no URL: set it with"},
		"a broken URL":        {&vault{values: []string{"https://hooks.slack.com/very-secret\x7f%zz"}}, "is no URL: set it with"},
		"empty":               {&vault{values: []string{""}}, "is no URL: set it with"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := webhook.Webhook{Secret: secret, Secrets: tt.vault, Client: &http.Client{}}
			err := w.Post(t.Context(), hello)
			require.ErrorContains(t, err, tt.want)
			for each := err; each != nil; each = errors.Unwrap(each) {
				assert.NotContains(t, each.Error(), "very-secret")
			}
		})
	}
}

func TestOutOfTime(t *testing.T) {
	t.Parallel()
	server := newSlack(t, http.StatusOK)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := webhook.Webhook{Secret: secret, Secrets: &vault{values: []string{server.URL + token}}, Client: server.Client()}
	err := w.Post(ctx, hello)
	require.ErrorIs(t, err, context.Canceled)
	assert.NotContains(t, err.Error(), "very-secret")
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		time  time.Duration
		calls int
		want  string
	}{
		"waits":                       {time.Minute, 3, ""},
		"does not wait for its death": {29 * time.Second, 1, "left alone for 30s"},
		"waits once":                  {45 * time.Second, 2, "left alone for 30s"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limited := &limits{times: 2}
				w := webhook.Webhook{
					Secret: secret, Secrets: &vault{values: []string{"https://hooks.slack.com" + token}},
					Client: &http.Client{Transport: limited},
				}
				ctx, cancel := context.WithTimeout(t.Context(), tt.time+2500*time.Millisecond)
				defer cancel()
				err := w.Post(ctx, hello)
				if tt.want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, tt.want)
				}
				assert.Equal(t, tt.calls, limited.calls)
			})
		})
	}
}

// limits is a transport that is too busy for a number of times.
type limits struct{ times, calls int }

func (l *limits) RoundTrip(*http.Request) (*http.Response, error) {
	l.calls++
	recorder := httptest.NewRecorder()
	if l.calls <= l.times {
		recorder.Header().Set("Retry-After", "30")
		recorder.WriteHeader(http.StatusTooManyRequests)
	}
	return recorder.Result(), nil
}

// vault is Secrets Manager with one value after another; the last one stays.
type vault struct {
	values []string
	err    error
	reads  int
}

func (v *vault) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	if aws.ToString(in.SecretId) != secret {
		return nil, errors.New("another secret")
	}
	if v.err != nil {
		return nil, v.err
	}
	value := v.values[min(v.reads, len(v.values)-1)]
	v.reads++
	return &secretsmanager.GetSecretValueOutput{SecretString: &value}, nil
}

// server is Slack, as far as webhooks go.
type server struct {
	*httptest.Server
	mu  sync.Mutex
	got []string
}

func newSlack(t *testing.T, status int) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m struct{ Text string }
		if r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, token) || json.NewDecoder(r.Body).Decode(&m) != nil {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		s.mu.Lock()
		s.got = append(s.got, m.Text)
		s.mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}
